"""Whether a session may be changed, found out before anything is."""

from __future__ import annotations

import os
from pathlib import Path

from groupaffect.errors import OutputError, sentence


def check_changeable(session: Path) -> None:
    """Check that every folder of a session can be read and emptied.

    A folder takes another's place by its name alone; what it held would then be left, hidden.

    Raises
    ------
    OutputError : one cannot.
    """
    for place, inner, _ in os.walk(session):
        for folder in (Path(place), *(Path(place, name) for name in inner)):
            if folder.is_symlink():
                continue
            if not _allows(folder, os.R_OK | os.X_OK):
                raise _forbidden(folder, session, to="read")
            if not _allows(folder, os.W_OK):
                raise _forbidden(folder, session, to="write")


def _allows(folder: Path, mode: int) -> bool:
    return os.access(folder, mode, effective_ids=os.access in os.supports_effective_ids)


def _forbidden(folder: Path, session: Path, *, to: str) -> OutputError:
    which = "in it" if folder == session else f"in its folder `{folder.relative_to(session)}`"
    return OutputError(
        sentence(
            wanted="a session that is to be changed must be yours to read and write",
            got=f"no permission to {to} {which}",
            remedy=f"ask for it, then run this again: {session}",
        )
    )
