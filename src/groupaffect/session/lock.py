"""Let one run at a time change a session."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from groupaffect.errors import OutputError, sentence
from groupaffect.session.turns import try_lock


@contextlib.contextmanager
def changing_session(path: Path) -> Iterator[Callable[[], None]]:
    """Let nobody else replace a session or add to it within.

    Some network disks lock no folders. There a run that replaces the session takes away, with
    the old folder, what is half-written in it; who would publish something beside it calls what
    is yielded first: it raises where the session was replaced.

    Raises
    ------
    OutputError : another run is changing it, or has replaced it.
    OSError : there is no such folder, or it may not be opened.
    """
    lock = os.open(path, os.O_RDONLY)
    check_same = partial(_check_same, lock, path)
    try:
        if not try_lock(lock):  # a disk that locks no folders counts as locked
            raise _in_use()
        check_same()
        yield check_same
    except OSError:
        check_same()  # says better why a file of ours is not there any more
        raise
    finally:
        os.close(lock)


def _check_same(lock: int, path: Path) -> None:
    """Check that the name still leads to the folder that was locked."""
    if not os.path.samestat(os.fstat(lock), path.stat()):
        raise _in_use()


def _in_use() -> OutputError:
    return OutputError(
        sentence(
            wanted="a session is changed by one run at a time",
            got="another run that is changing it",
            remedy="look at its result, then run this again if it is still needed",
        )
    )
