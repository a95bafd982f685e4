"""A session as OpenFace 2 writes its own results: faces and points, no action units.

Frames are numbered from 1, participants (``face_id``) from 0 in the session's order. Gaze, pose and
action units are left out, because this package does not measure them.

References
----------
Baltrušaitis et al. 2018, 10.1109/FG.2018.00019; columns, order and separator as OpenFace 2 writes
them (https://github.com/TadasBaltrusaitis/OpenFace/wiki/Output-Format).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from groupaffect.interchange.frames_out import Column, iterate_rows, write_columns
from groupaffect.session import Session
from groupaffect.session.columns import LANDMARK_COLUMNS

OPENFACE_COLUMNS = ("frame", "face_id", "timestamp", "confidence", "success", *LANDMARK_COLUMNS)


def write_openface(path: Path, session: Session) -> None:
    """Write a row for each participant in each frame; who is not seen has ``success`` 0."""
    write_columns(path, OPENFACE_COLUMNS, _parts(session), separator=", ")


def _parts(session: Session) -> Iterator[dict[str, Column]]:
    place = {facts.participant: number for number, facts in enumerate(session.participants)}
    for rows in iterate_rows(session, source="image"):
        confidence = rows.column("face_score")
        yield {
            "frame": rows.column("frame") + 1,
            "face_id": [place[name] for name in rows.participant.tolist()],
            "timestamp": rows.column("time"),
            "confidence": np.where(np.isnan(confidence), 0.0, confidence).astype(np.float32),
            "success": rows.column("success").astype(np.int64),
            **rows.landmarks,
        }
