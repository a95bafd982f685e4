"""Stop in order when the system, or somebody at the terminal, asks for it."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Callable, Iterator
from types import FrameType

ASK_AGAIN_S = 0.005  # ours; an import takes milliseconds to seconds


class StoppedError(BaseException):
    """Ctrl-C or SIGTERM came.

    No SystemExit: where a library written in C prints an exception that arose in a callback,
    Python takes a SystemExit at its word and ends at once, with all half-written files.
    """

    def __init__(self, number: int) -> None:
        super().__init__(f"stopped by {signal.Signals(number).name}.")
        self.exit_code = 128 + number


@contextlib.contextmanager
def exiting_when_stopped() -> Iterator[None]:
    """End the program with one line and the exit code 130 or 143 where a signal asks for it."""
    asked = (signal.SIGINT, signal.SIGTERM)
    # A shell has what it starts in the background ignore Ctrl-C.
    raise_on(*(number for number in asked if signal.getsignal(number) is not signal.SIG_IGN))
    try:
        yield
    except StoppedError as stopped:
        sys.stderr.write(f"groupaffect: {stopped}\n")
        sys.exit(stopped.exit_code)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)  # it would end the program by its own code


def raise_on(*numbers: signal.Signals) -> Callable[[], None]:
    """Make signals an exception, so that writers on the stack remove what is half-written.

    Not while a module is being imported: a library written in C may lose an exception then, or
    tell of it as an ImportError. It comes right after.

    Returns
    -------
    A function that raises it once more when a signal has come: a library that calls back into
    Python may have lost it.
    """
    asked: list[int] = []

    def raise_if_asked() -> None:
        if asked:
            raise StoppedError(asked[0])

    def stop(number: int, frame: FrameType | None) -> None:
        asked.append(number)
        ask_again(number, frame)

    def ask_again(_number: int, frame: FrameType | None) -> None:
        waits = _is_importing(frame)
        signal.setitimer(signal.ITIMER_REAL, ASK_AGAIN_S if waits else 0)  # 0: no more
        if not waits:
            raise_if_asked()

    for number in numbers:
        signal.signal(number, stop)
    signal.signal(signal.SIGALRM, ask_again)
    return raise_if_asked


def _is_importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False
