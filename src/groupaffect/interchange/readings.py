"""Another tool's rows as the readings that the stages after the models take."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Int

from groupaffect.expression.landmark_model import score_landmarks
from groupaffect.interchange.foreign_faces import ForeignFaces
from groupaffect.interchange.table_in import foreign_error
from groupaffect.reading_fold import Reading
from groupaffect.settings import Settings
from groupaffect.types import FaceObservations, ModelScores, ObservedStretch

_OWN_ID = re.compile(r"P[1-9][0-9]*")
_FRAMES_PER_STRETCH = 250  # ours; ten seconds at 25 a second


@dataclass(frozen=True, slots=True)
class Seated:
    """Rows with their participants.

    Attributes
    ----------
    faces : each participant at most once a frame, and only rows with a face.
    participant : (n,) number of each row's participant, from 0.
    names : what the tool calls them, in order.
    frame, time_s : of every frame in the table, also those without a face.
    """

    faces: ForeignFaces
    participant: Int[np.ndarray, " n"]
    names: tuple[str, ...]
    frame: np.ndarray
    time_s: np.ndarray

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the ids that the participants get: their own, where a session wrote the table."""
        if all(_OWN_ID.fullmatch(name) for name in self.names):
            return self.names
        return tuple(f"P{number}" for number in range(1, len(self.names) + 1))


def seat_participants(faces: ForeignFaces, path: Path) -> Seated:
    """Return who is who; of two rows of one person in a frame the surer one is kept.

    Raises
    ------
    ForeignTableError : faces of several people are not told apart, or time does not pass.
    """
    order = np.lexsort((-np.nan_to_num(faces.confidence), faces.frame))
    rows = faces.where(order)
    frame, first = np.unique(rows.frame, return_index=True)
    time_s = rows.time_s[first]
    if (np.diff(time_s) <= 0).any() or time_s[0] < 0:
        raise foreign_error(path, "times must rise from frame to frame", "some that do not")
    seen = rows.where(rows.success)
    kept = _first_of_each(seen)
    if (~kept & (seen.identity == "")).any():
        wanted = "the table must say who is who where several faces are in a frame"
        raise foreign_error(path, wanted, "rows without `Identity`")
    if not kept.all():
        note = f"{int((~kept).sum())} rows were second faces of one person in a frame; left out."
        seen = replace(seen, notes=(*seen.notes, note))
    seen = seen.where(kept)
    names = _names_in_order(seen)
    place = {name: number for number, name in enumerate(names)}
    participant = np.array([place[name] for name in seen.identity.tolist()], dtype=np.int64)
    return Seated(seen, participant, names, frame, time_s)


def _names_in_order(seen: ForeignFaces) -> tuple[str, ...]:
    """Return everybody by name, and by number where names differ in that: P2 before P10."""

    def key(name: str) -> tuple[str, int]:
        return re.sub(r"\d", "", name), int(re.sub(r"\D", "", name) or 0)

    return tuple(sorted(np.unique(seen.identity).tolist(), key=key))


def _first_of_each(rows: ForeignFaces) -> Bool[np.ndarray, " n"]:
    """Return which rows are the first of their person in their frame."""
    kept = np.zeros(len(rows), dtype=bool)
    pairs = zip(rows.frame.tolist(), rows.identity.tolist(), strict=True)
    first = {pair: row for row, pair in reversed([*enumerate(pairs)])}
    kept[[*first.values()]] = True
    return kept


def iterate_foreign_readings(seated: Seated, settings: Settings) -> Iterator[Reading]:
    """Yield stretches of frames with every participant in each, and what both models read.

    The image model's readings are the tool's; the landmark model reads the tool's points.
    """
    for start in range(0, len(seated.frame), _FRAMES_PER_STRETCH):
        frames = seated.frame[start : start + _FRAMES_PER_STRETCH]
        time_s = seated.time_s[start : start + _FRAMES_PER_STRETCH]
        faces, probability = _fill(seated, frames, time_s)
        # Without a score there is no telling how sure the tool was: such a face counts.
        sure = np.nan_to_num(faces.quality, nan=1.0) >= settings.expression.min_quality
        whole = np.isfinite(faces.landmark_xy_px).all(axis=(1, 2))
        image = ModelScores("image", faces.time_s, faces.participant, probability)
        scorable = faces.success & sure & whole
        landmark = score_landmarks(faces, scorable=scorable, network=settings.landmark_model)
        yield ObservedStretch(frames, time_s, faces), image, landmark


def _fill(
    seated: Seated, frames: np.ndarray, time_s: np.ndarray
) -> tuple[FaceObservations, np.ndarray]:
    """Return the frames' rows, one for each participant, and the tool's readings of them."""
    n_people = len(seated.names)
    n = len(frames) * n_people
    low, high = np.searchsorted(seated.faces.frame, [frames[0], frames[-1] + 1])
    here = seated.faces.where(np.arange(low, high))
    row = np.searchsorted(frames, here.frame) * n_people + seated.participant[low:high]

    def spread(value: np.ndarray) -> np.ndarray:
        filled = np.full((n, *value.shape[1:]), np.nan)
        filled[row] = value
        return filled

    success = np.zeros(n, dtype=bool)
    success[row] = True
    score = spread(here.confidence)
    faces = FaceObservations(
        frame_index=np.repeat(frames, n_people),
        time_s=np.repeat(time_s, n_people),
        participant=np.array(seated.ids * len(frames), dtype=np.str_),
        box_xyxy_px=spread(here.box_xyxy_px),
        landmark_xy_px=spread(here.landmark_xy_px),
        detection_confidence=score,
        quality=score,
        success=success,
    )
    return faces, spread(here.probability)
