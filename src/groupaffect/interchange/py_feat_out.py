"""A session as Py-Feat writes its own results.

Written are the columns that we have values for: box, points, emotions, frame, identity. Py-Feat's
action units and head angles are left out. ``time`` (seconds) is ours, as Py-Feat has whole seconds.

References
----------
Cheong et al. 2023, 10.1007/s42761-023-00191-4; columns as ``Detector`` of Py-Feat 2 names them
(https://github.com/cosanlab/py-feat, ``feat/utils/__init__.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from groupaffect.interchange.frames_out import Column, iterate_rows, write_columns
from groupaffect.session import Session
from groupaffect.session.columns import LANDMARK_COLUMNS
from groupaffect.types import EMOTIONS, Emotion, Source

PY_FEAT_EMOTIONS: dict[Emotion, str] = {
    "angry": "anger",
    "disgust": "disgust",
    "fear": "fear",
    "happy": "happiness",
    "sad": "sadness",
    "surprise": "surprise",
    "neutral": "neutral",
}
BOX_COLUMNS = {
    "FaceRectX": "face_x",
    "FaceRectY": "face_y",
    "FaceRectWidth": "face_width",
    "FaceRectHeight": "face_height",
    "FaceScore": "face_score",
}
PY_FEAT_COLUMNS = (
    *BOX_COLUMNS,
    *LANDMARK_COLUMNS,
    *PY_FEAT_EMOTIONS.values(),
    *("FrameHeight", "FrameWidth", "input", "frame", "approx_time", "Identity", "time"),
)


def write_py_feat(path: Path, session: Session, *, source: Source) -> None:
    """Write a row for each participant in each frame; who is not seen has an empty row."""
    write_columns(path, PY_FEAT_COLUMNS, _parts(session, source))


def _parts(session: Session, source: Source) -> Iterator[dict[str, Column]]:
    media = session.record.media
    for rows in iterate_rows(session, source=source):
        n = len(rows.participant)
        time_s = rows.column("time")
        minutes, seconds = np.divmod(np.floor(time_s).astype(np.int64), 60)
        clock = [f"{m:02d}:{s:02d}" for m, s in zip(minutes, seconds, strict=True)]
        read = dict(zip(EMOTIONS, rows.probability.T.astype(np.float32), strict=True))
        yield {
            **{theirs: rows.column(ours) for theirs, ours in BOX_COLUMNS.items()},
            **rows.landmarks,
            **{theirs: read[ours] for ours, theirs in PY_FEAT_EMOTIONS.items()},
            "FrameHeight": [media.height_px] * n,
            "FrameWidth": [media.width_px] * n,
            "input": [media.name] * n,
            "frame": rows.column("frame"),
            "approx_time": clock,
            "Identity": rows.participant.tolist(),
            "time": time_s,
        }
