"""Exchange two folders in one step, where the system can."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # of Linux, <fcntl.h> and <linux/fs.h>


def exchange_folders(one: Path, other: Path) -> bool:
    """Give two folders each other's name at once; return whether the system could.

    With it there is no moment at which neither the old nor the new session has the name.
    """
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:  # not Linux, or its C library is older than 2018
        return False
    ends = [ctypes.c_char_p(os.fsencode(path.absolute())) for path in (one, other)]
    failed = rename(_AT_FDCWD, ends[0], _AT_FDCWD, ends[1], ctypes.c_uint(_RENAME_EXCHANGE))
    return not failed
