"""Find the sessions below folders."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from groupaffect.errors import UnreadableSessionError, sentence
from groupaffect.session.columns import RECORD_FILE
from groupaffect.session.folder import clean_abandoned, leftover_of


@dataclass(frozen=True, slots=True)
class Found:
    """What a look below folders found.

    Attributes
    ----------
    sessions : each once.
    unread : folders that could not be listed, or that a run is writing now.
    links : links to folders, which are not followed, unless to a session that was found.
    """

    sessions: tuple[Path, ...]
    unread: tuple[Path, ...] = ()
    links: tuple[Path, ...] = ()


def find_sessions(folders: Iterable[Path]) -> Found:
    """Return the session folders that are, or lie below, the given ones, and what was not seen.

    What killed runs left is removed, or given its name back, on the way: it holds what sessions
    hold.

    Raises
    ------
    UnreadableSessionError : a folder is not there, or there is no session in it.
    """
    sessions: dict[Path, None] = {}
    unread: dict[Path, None] = {}
    links: dict[Path, None] = {}
    for folder in folders:
        with contextlib.suppress(PermissionError):  # the folder around may not be listed
            clean_abandoned(folder.absolute())
        inside = _find_below(folder)
        if not inside.sessions and not inside.unread:
            message = sentence(
                wanted="a session or a folder of sessions is needed",
                got="one without any" if folder.is_dir() else "no such folder",
                remedy=f"choose another: {folder}",
            )
            raise UnreadableSessionError(message)
        sessions |= dict.fromkeys(path.resolve() for path in inside.sessions)
        unread |= dict.fromkeys(inside.unread)
        links |= dict.fromkeys(inside.links)
    elsewhere = tuple(link for link in links if link.resolve() not in sessions)
    return Found(tuple(sessions), tuple(unread), elsewhere)


def _find_below(folder: Path) -> Found:
    sessions: list[Path] = []
    unread: list[Path] = []
    links: list[Path] = []

    def note(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError | NotADirectoryError):
            unread.append(Path(error.filename))

    for place, inner, files in os.walk(folder, onerror=note):
        if RECORD_FILE in files:
            sessions.append(Path(place))
            inner.clear()  # its history holds no sessions of their own
            continue
        for name in {of for n in inner if (of := leftover_of(n))}:
            clean_abandoned(Path(place, name))
            if Path(place, name).is_dir() and name not in inner:
                inner.append(name)
        inner[:] = sorted(name for name in inner if Path(place, name).is_dir())
        unread += [Path(place, name) for name in inner if leftover_of(name)]
        links += [Path(place, name) for name in inner if Path(place, name).is_symlink()]
        inner[:] = [name for name in inner if not leftover_of(name)]
    return Found(tuple(sessions), tuple(unread), tuple(links))
