"""Film a script in several processes, each taking every n-th frame.

A process that is ahead waits: its pipe holds less than a frame. When this process ends, however
it does, theirs end at their next frame, because nobody holds the other end of the pipe.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
from collections.abc import Iterator
from multiprocessing.connection import Connection

from groupaffect.errors import OutputError, sentence
from groupaffect.synthetic.filming import FilmedFrame, film
from groupaffect.synthetic.script import Script


def film_together(script: Script, *, n_processes: int) -> Iterator[FilmedFrame]:
    """Yield the frames of a script in order; the same as ``film`` yields.

    Raises
    ------
    OutputError : a process ended before its work was done.
    """
    if n_processes == 1:
        yield from film(script)
        return
    with contextlib.ExitStack() as crew:
        pipes = [
            crew.enter_context(_filming(script, first=k, every=n_processes))
            for k in range(n_processes)
        ]
        for frame in range(script.n_frames):
            try:
                yield pipes[frame % n_processes].recv()
            except EOFError as error:
                raise _left_early(frame) from error


@contextlib.contextmanager
def _filming(script: Script, *, first: int, every: int) -> Iterator[Connection]:
    """Give the pipe on which a process sends its frames; the process is gone afterwards."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_film_to, args=(theirs, script, first, every), daemon=True)
    process.start()
    theirs.close()
    try:
        yield ours
    finally:
        ours.close()
        process.terminate()
        process.join()


def _film_to(pipe: Connection, script: Script, first: int, every: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who tidies up
    with contextlib.suppress(BrokenPipeError):
        for frame in film(script, first=first, every=every):
            pipe.send(frame)


def _left_early(frame: int) -> OutputError:
    return OutputError(
        sentence(
            wanted="the synthetic recording needs every frame",
            got=f"a process that ended before frame {frame}",
            remedy="close other programs if memory is short, and run this again",
        )
    )
