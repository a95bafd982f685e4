"""The kinds of folder that are written whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass

from groupaffect.session.columns import (
    FIGURES_FOLDER,
    FILES,
    HISTORY_FOLDER,
    OVERLAY_FILE,
    RECORD_FILE,
    REPORT_FILE,
)

# What a session's result consists of; anything else in its folder is somebody's and stays.
RESULT = frozenset((*FILES, REPORT_FILE, FIGURES_FOLDER, OVERLAY_FILE))


@dataclass(frozen=True, slots=True)
class FolderKind:
    """A kind of folder that is written whole or not at all.

    Attributes
    ----------
    name : for messages. record : the file that every whole one holds.
    results : what goes when a new one takes its place; all else stays.
    """

    name: str
    record: str
    results: frozenset[str]


SESSION = FolderKind("session", RECORD_FILE, RESULT | {HISTORY_FOLDER})
