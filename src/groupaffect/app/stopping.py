"""Stop in order when the system asks for it."""

from __future__ import annotations

import signal
from types import FrameType
from typing import NoReturn


def exit_on_sigterm() -> None:
    """Make SIGTERM an exception, so that writers on the stack remove what is half-written."""
    signal.signal(signal.SIGTERM, _leave)


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)
