"""The results of a session that were replaced."""

from __future__ import annotations

from pathlib import Path

from groupaffect.session.columns import HISTORY_FOLDER, OVERLAY_FILE


def list_history(session: Path) -> list[Path]:
    """Return the folders of the results that were replaced, oldest first."""
    folder = session / HISTORY_FOLDER
    if not folder.is_dir():
        return []
    return sorted((p for p in folder.iterdir() if p.name.isdigit()), key=lambda p: int(p.name))


def lacks_overlay(session: Path) -> bool:
    """Return whether the result before this one had an overlay, and this one has none."""
    before = list_history(session)[-1:]
    had = any((result / OVERLAY_FILE).exists() for result in before)
    return had and not (session / OVERLAY_FILE).exists()
