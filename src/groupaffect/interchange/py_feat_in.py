"""Py-Feat's table: its emotions are read as the image model's.

Three detectors write tables that differ:

- ``Detector``: 68 points ``x_0..x_67, y_0..y_67``, seven emotions in small letters; a frame without
  a face is a row without a box.
- ``Detectorv2``: the same points (a selection of a mesh, which is in ``mesh_x_0`` ...) and eight
  emotions in capitals, of which ``Contempt`` has no place here.
- ``MPDetector``: a mesh of 478 points ``x_0, y_0, z_0, x_1`` ..., whose first 68 are *not* the 68
  points, so none is read; a frame without a face is a row with a box of score 0.

References
----------
Columns: https://github.com/cosanlab/py-feat, ``feat/utils/__init__.py``,
``feat/multitask/__init__.py``, ``feat/MPDetector.py`` and ``feat/detector_v2.py`` (Py-Feat 2).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from jaxtyping import Float

from groupaffect.errors import UsageError, sentence
from groupaffect.evaluation.truth import emotion_index
from groupaffect.interchange.foreign_faces import ForeignFaces
from groupaffect.interchange.py_feat_out import BOX_COLUMNS
from groupaffect.interchange.table_in import ForeignTable, foreign_error, read_table
from groupaffect.session.columns import LANDMARK_COLUMNS
from groupaffect.types import EMOTIONS

NOTE = (
    "The expressions of the image model are Py-Feat's, not this package's; those of the landmark "
    "model are read by this package in Py-Feat's points, for which it was not validated."
)
# Emotions are called "anger" or "Anger", "happiness" or "Happy", by version.
_WORDS = (
    *("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral"),
    *("Anger", "Disgust", "Fear", "Happy", "Sad", "Surprise", "Neutral"),
)
_OPTIONAL = ("Identity", "time", "FrameHeight", "FrameWidth", "Contempt", "contempt")
_MESH_COLUMN = "x_68"  # there where the points are a mesh's
MESH_NOTE = (
    "The table's points are a mesh of 478, of which this package's landmark model can read none; "
    "fused is Py-Feat's reading alone."
)


def read_py_feat(path: Path, *, rate_hz: float | None) -> ForeignFaces:
    """Return what Py-Feat saw and read.

    Parameters
    ----------
    rate_hz : frames a second of the recording; needed unless the table has ``time``, as ours do:
        Py-Feat's own ``approx_time`` has whole seconds only.

    Raises
    ------
    ForeignTableError : the table cannot be read or lacks columns.
    UsageError : the rate is needed and not given.
    """
    table = read_table(
        path,
        needed=("frame", *BOX_COLUMNS),
        wanted=(*LANDMARK_COLUMNS, *_WORDS, *_OPTIONAL),
    )
    table.check_frames()
    frame = table.numbers("frame")
    probability, n_unusable = _emotions(table)
    box = np.stack([table.numbers(name) for name in [*BOX_COLUMNS][:4]], axis=1)
    box[:, 2:] += box[:, :2]
    score = table.numbers("FaceScore")
    is_mesh = _MESH_COLUMN in table.names
    notes = [MESH_NOTE if is_mesh else NOTE, *_contempt_notes(table)]
    if n_unusable:
        notes.append(f"{n_unusable} rows have emotions that are no shares; they were left out.")
    return ForeignFaces(
        tool="Py-Feat",
        frame=frame.astype(np.int64),
        time_s=_times(table, rate_hz),
        identity=_identities(table),
        box_xyxy_px=box,
        landmark_xy_px=np.full((len(table), 68, 2), np.nan) if is_mesh else table.landmarks(),
        confidence=np.clip(score, 0.0, 1.0),
        success=np.isfinite(box).all(axis=1) & ~(score <= 0),
        probability=probability,
        notes=tuple(notes),
        size_px=(_largest(table, "FrameWidth"), _largest(table, "FrameHeight")),
    )


def _times(table: ForeignTable, rate_hz: float | None) -> Float[np.ndarray, " n"]:
    if "time" in table.names:
        time_s = table.numbers("time")
        if not np.isfinite(time_s).all():
            raise foreign_error(table.path, "every row must have a `time`", "an empty one")
        return time_s
    if rate_hz is None:
        message = sentence(
            wanted="Py-Feat's table has frame numbers and no exact times, so the frames a second "
            "of the recording must be known",
            got="no `--rate`",
            remedy="add for example `--rate 25`",
        )
        raise UsageError(message)
    return table.numbers("frame") / rate_hz


def _emotions(table: ForeignTable) -> tuple[Float[np.ndarray, "n 7"], int]:
    """Return probabilities that sum to 1, and of how many rows none could be made."""
    column = {emotion_index(word): word for word in _WORDS if word in table.names}
    if len(column) < len(EMOTIONS):
        got = f"one with {', '.join(column.values()) or 'none'}"
        raise foreign_error(table.path, "the table must have Py-Feat's seven emotions", got)
    value = np.stack([table.numbers(column[label]) for label in range(len(EMOTIONS))], axis=1)
    total = value.sum(axis=1, keepdims=True)
    given = np.isfinite(value).all(axis=1)
    usable = given & (value >= 0).all(axis=1) & (total[:, 0] > 0)
    read = np.full(value.shape, np.nan)
    read[usable] = value[usable] / total[usable]
    return read, int((given & ~usable).sum())


def _contempt_notes(table: ForeignTable) -> list[str]:
    """Return in a sentence how much was said to be contempt, for which there is no word here."""
    names = [name for name in ("Contempt", "contempt") if name in table.names]
    share = np.concatenate([table.numbers(name) for name in names]) if names else np.zeros(0)
    known = share[np.isfinite(share)]
    if not len(known):
        return []
    return [
        f"Py-Feat's contempt was left out ({known.mean():.0%} on average); the other seven were "
        "raised to sum to 1."
    ]


def _identities(table: ForeignTable) -> np.ndarray:
    if "Identity" not in table.names:
        return np.full(len(table), "")
    return table.texts("Identity")


def _largest(table: ForeignTable, name: str) -> int:
    if name not in table.names:
        return 0
    return int(np.nan_to_num(table.numbers(name)).max(initial=0))
