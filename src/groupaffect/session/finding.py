"""Find the sessions below folders."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from groupaffect.errors import UnreadableSessionError, sentence
from groupaffect.session.columns import RECORD_FILE
from groupaffect.session.folder import clean_abandoned, leftover_of


def find_sessions(folders: Iterable[Path]) -> list[Path]:
    """Return the session folders that are, or lie below, the given ones, each once.

    What killed runs left is removed, or given its name back, on the way: it holds what sessions
    hold.

    Raises
    ------
    UnreadableSessionError : a folder is not there, or there is no session in it.
    """
    found: dict[Path, None] = {}
    for folder in folders:
        clean_abandoned(folder.absolute())
        inside = _find_below(folder)
        if not inside:
            message = sentence(
                wanted="a session or a folder of sessions is needed",
                got="one without any" if folder.is_dir() else "no such folder",
                remedy=f"choose another: {folder}",
            )
            raise UnreadableSessionError(message)
        found |= dict.fromkeys(path.resolve() for path in inside)
    return list(found)


def _find_below(folder: Path) -> list[Path]:
    sessions = []
    for place, inner, files in os.walk(folder):
        if RECORD_FILE in files:
            sessions.append(Path(place))
            inner.clear()  # its history holds no sessions of their own
            continue
        for name in {of for n in inner if (of := leftover_of(n))}:
            clean_abandoned(Path(place, name))
            if Path(place, name).is_dir() and name not in inner:
                inner.append(name)
        inner[:] = sorted(name for name in inner if not name.startswith("."))
    return sessions
