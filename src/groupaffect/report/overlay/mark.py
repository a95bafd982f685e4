"""What an overlay says of itself: how it was made, and from which tables."""

from __future__ import annotations

import hashlib
from pathlib import Path

import av
from av.error import FFmpegError

from groupaffect.session import Session
from groupaffect.session.columns import FACES_FILE, FUSION_FILE, PARTICIPANTS_FILE, SIGNALS_FILE
from groupaffect.types import OverlayStyle

_DRAWN_FROM = (FACES_FILE, SIGNALS_FILE, FUSION_FILE, PARTICIPANTS_FILE)


def make_mark(session: Session, style: OverlayStyle) -> str:
    """Return the words kept in an overlay: other tables or another style have other words."""
    digest = hashlib.sha256()
    for name in _DRAWN_FROM:
        with (session.path / name).open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return f"groupaffect overlay, {style}, tables {digest.hexdigest()[:16]}"


def read_mark(path: Path) -> str | None:
    """Return the words kept in an overlay; None where there is none that is whole."""
    try:
        with av.open(str(path)) as container:
            return container.metadata.get("comment")
    except (FFmpegError, OSError):
        return None
