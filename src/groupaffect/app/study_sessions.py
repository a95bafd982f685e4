"""The sessions of a study, each with the name that people call it by."""

from __future__ import annotations

from pathlib import Path

from groupaffect.session import Session, load_session
from groupaffect.session.finding import find_sessions


def open_sessions(folder: Path) -> tuple[list[tuple[str, Session]], list[str]]:
    """Return the sessions below a folder by name, and warnings of what was not looked into.

    A name is the path below the folder; of a folder that is a session, its own.

    Raises
    ------
    UnreadableSessionError : there is none, or one is damaged.
    """
    found = find_sessions([folder])
    above = folder.resolve()
    named = sorted((_name(path, above), path) for path in found.sessions)
    sessions = [(name, load_session(path)) for name, path in named]
    unread = [f"not looked into, as it could not be read: {path}" for path in found.unread]
    links = [f"not followed, a link to another folder: {path}" for path in found.links]
    return sessions, [*unread, *links]


def _name(path: Path, above: Path) -> str:
    return path.name if path == above else path.relative_to(above).as_posix()
