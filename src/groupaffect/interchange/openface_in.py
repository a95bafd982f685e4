"""OpenFace 2's table: faces and points. Its action units are no emotions and are left out.

Rules that turn action units into emotions exist (such as EMFACS), but their agreement with what
people see is low and varies by expression, so none is applied; this package's landmark model reads
OpenFace's 68 points instead, which is what it was made for.

Columns are found by name, so that gaze, eyes, pose, points in space and action units, which stand
between and after, may be there or not; ``x_0`` is a point in the picture, ``X_0`` one in space.
OpenFace 1 has no ``face_id``. Tables of single images (``face, confidence``) have no frames.

References
----------
Columns: https://github.com/TadasBaltrusaitis/OpenFace/wiki/Output-Format, and OpenFace 2's
``RecorderCSV.cpp`` (order, and times to three decimals).
Barrett et al. 2019, 10.1177/1529100619832930 (action units and emotions).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from groupaffect.interchange.foreign_faces import ForeignFaces
from groupaffect.interchange.table_in import foreign_error, read_table
from groupaffect.session.columns import LANDMARK_COLUMNS

NOTE = (
    "OpenFace measures action units, which are not turned into emotions: the image model has no "
    "readings, and those of the landmark model are made by this package in OpenFace's points, for "
    "which it was not validated."
)


def read_openface(path: Path) -> ForeignFaces:
    """Return the faces that OpenFace saw.

    Raises
    ------
    ForeignTableError : the table cannot be read, or lacks columns: OpenFace writes points with
        ``-2Dfp``.
    """
    needed = ("frame", "timestamp", "confidence", "success", *LANDMARK_COLUMNS)
    table = read_table(path, needed=needed, wanted=("face_id",))
    table.check_frames()
    frame = table.numbers("frame").astype(np.int64)
    if not np.isfinite(table.numbers("timestamp")).all():
        raise foreign_error(path, "every row must have a `timestamp`", "an empty one")
    points = table.landmarks()
    success = (table.numbers("success") == 1) & np.isfinite(points).all(axis=(1, 2))
    points[~success] = np.nan
    identity = np.full(len(table), "face 0")
    if "face_id" in table.names:
        identity = np.array([f"face {number:g}" for number in table.numbers("face_id")])
    return ForeignFaces(
        tool="OpenFace",
        frame=frame - 1 if frame.min() > 0 else frame,  # OpenFace counts from 1
        time_s=table.numbers("timestamp"),
        identity=identity,
        box_xyxy_px=np.concatenate([points.min(axis=1), points.max(axis=1)], axis=1),
        landmark_xy_px=points,
        confidence=np.where(success, np.clip(table.numbers("confidence"), 0.0, 1.0), np.nan),
        success=success,
        probability=np.full((len(table), 7), np.nan),
        notes=(NOTE,),
    )
