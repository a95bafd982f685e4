"""Stop in order when the system, or somebody at the terminal, asks for it."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Iterator
from types import FrameType

ASK_AGAIN_S = 0.005  # ours; an import takes milliseconds to seconds

_asked: list[int] = []  # the signals that came: they come to the process, not to a part of it


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
        try:
            yield
        finally:
            raise_if_asked()  # whatever else it came out as
    except StoppedError as stopped:
        sys.stderr.write(f"groupaffect: {stopped}\n")
        sys.exit(stopped.exit_code)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)  # it would end the program by its own code


def raise_if_asked() -> None:
    """Raise it once more where a signal has come since ``raise_on``.

    A library written in C that calls back into Python may lose the exception, or put one of its
    own in its place, as Matplotlib does: to be called before an error is taken at its word, and
    before anything new is begun.
    """
    if _asked:
        raise StoppedError(_asked[0])


def raise_on(*numbers: signal.Signals) -> None:
    """Make signals an exception, so that writers on the stack remove what is half-written.

    Not while a module is being imported: a library written in C may lose an exception then, or
    tell of it as an ImportError. It comes right after.
    """
    _asked.clear()
    for number in numbers:
        signal.signal(number, _stop)
    signal.signal(signal.SIGALRM, _ask_again)


def _stop(number: int, frame: FrameType | None) -> None:
    _asked.append(number)
    _ask_again(number, frame)


def _ask_again(_number: int, frame: FrameType | None) -> None:
    waits = _is_importing(frame)
    signal.setitimer(signal.ITIMER_REAL, ASK_AGAIN_S if waits else 0)  # 0: no more
    if not waits:
        raise_if_asked()


def _is_importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False
