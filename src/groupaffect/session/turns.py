"""Runs that begin, publish or give up beside each other take turns, by a lock on the folder.

A run that fails removes the folders that it made for its output, if they stayed empty; the lock
keeps it from removing one in which another run is about to begin.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

MAX_TURN_S = 10.0  # ours; a turn flushes one session to disk
_MAX_TRIES = 20  # ours; how often runs that fail may remove a folder under one that makes it


@contextlib.contextmanager
def taking_turns(output: Path) -> Iterator[None]:
    """Let one process at a time look at what lies at and beside ``output``, and change it.

    The folders around it are made. A turn takes a moment; after ``MAX_TURN_S`` the lock is
    somebody else's, and no turn.
    """
    for n_tries in range(1, _MAX_TRIES + 1):
        try:
            output.parent.mkdir(parents=True, exist_ok=True)
            handle = _open_locked(output.parent)
            break
        except (FileNotFoundError, FileExistsError):  # removed meanwhile, or in the act of making
            if n_tries == _MAX_TRIES:
                raise
    try:
        yield
    finally:
        os.close(handle)


def list_missing_parents(output: Path) -> list[Path]:
    """Return the folders around ``output`` that are not there yet, the innermost first."""
    return [folder for folder in output.parents if not os.path.lexists(folder)]


def remove_empty(folders: Iterable[Path]) -> None:
    """Remove folders, the innermost first, up to one that holds something."""
    for folder in folders:
        try:
            handle = _open_locked(folder)
        except FileNotFoundError:
            continue
        except OSError:
            return
        try:
            folder.rmdir()
        except OSError:
            return
        finally:
            os.close(handle)


def try_lock(handle: int) -> bool:
    """Lock an open folder unless another holds it; some network disks lock no folders."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _open_locked(folder: Path) -> int:
    """Return an open, locked folder.

    Raises
    ------
    FileNotFoundError : it is not there, or was removed while its lock was waited for.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        deadline_s = time.monotonic() + MAX_TURN_S
        while not try_lock(handle) and time.monotonic() < deadline_s:
            time.sleep(0.01)
        if not os.path.samestat(os.fstat(handle), folder.stat()):
            raise FileNotFoundError(folder)
    except BaseException:  # also Ctrl-C
        os.close(handle)
        raise
    return handle
