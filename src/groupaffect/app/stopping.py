"""Stop in order when the system asks for it."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType


class StoppedError(BaseException):
    """SIGTERM came.

    No SystemExit: where a library written in C prints an exception that arose in a callback,
    Python takes a SystemExit at its word and ends at once, with all half-written files.
    """

    exit_code = 128 + signal.SIGTERM


def raise_on_sigterm() -> Callable[[], None]:
    """Make SIGTERM an exception, so that writers on the stack remove what is half-written.

    Returns
    -------
    A function that raises it once more when SIGTERM has come: a library that calls back into
    Python, or is just being imported, may have lost it.
    """
    asked: list[int] = []

    def raise_if_asked() -> None:
        if asked:
            raise StoppedError

    def stop(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        raise_if_asked()

    signal.signal(signal.SIGTERM, stop)
    return raise_if_asked
