"""Sessions of real files in which people sit where the test put them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from groupaffect.media import open_media, read_frames
from groupaffect.reference_shape import REFERENCE_SHAPE_XY
from groupaffect.session import Session, SessionRecord, SessionWriter, load_session
from groupaffect.settings import MediaSettings, Settings
from groupaffect.types import FaceObservations, ModelScores, ObservedStretch
from reference.random_session import make_analysis, make_empty_analysis


def face_points(centre_xy_px: tuple[float, float], *, width_px: float) -> np.ndarray:
    """Return the 68 points of a mean face of a width."""
    return width_px * REFERENCE_SHAPE_XY + np.array(centre_xy_px)


def points_to_box(points: np.ndarray) -> np.ndarray:
    """Return (4,) the box around points, with a forehead as the tracker adds it."""
    low, high = points.min(axis=0), points.max(axis=0)
    return np.array([low[0], low[1] - 0.3 * (high[1] - low[1]), *high])


def write_seated_session(
    folder: Path,
    recording: Path,
    *,
    seats_xy_px: Sequence[tuple[float, float]] = (),
    face_width_px: float = 20.0,
    part: MediaSettings | None = None,
) -> Session:
    """Write the session of a recording in which a face sits at each seat in every frame."""
    settings = Settings(media=part or MediaSettings())
    media = open_media(recording)
    frames = list(read_frames(media, settings.media, on_warning=lambda _: None))
    index = np.array([frame.index for frame in frames])
    time_s = np.array([frame.time_s for frame in frames])
    n_s = int(time_s[-1]) + 1
    n = len(seats_xy_px)
    made = make_analysis(n_participants=n, n_s=n_s) if n else make_empty_analysis(n_s=n_s)
    points = np.array([face_points(seat, width_px=face_width_px) for seat in seats_xy_px])
    names = tuple(facts.participant for facts in made.participants)
    with SessionWriter(folder) as writer:
        writer.write_stretch(*_stretch(index, time_s, names, points.reshape(-1, 68, 2)))
        record = SessionRecord(media.facts, settings, analysed_start_s=settings.media.start_s)
        writer.finish(replace(made, n_frames=len(frames)), record)
    return load_session(folder)


def _stretch(
    index: np.ndarray, time_s: np.ndarray, names: tuple[str, ...], points: np.ndarray
) -> tuple[ObservedStretch, ModelScores, ModelScores]:
    n_rows = len(index) * len(names)
    boxes = np.array([points_to_box(face) for face in points]).reshape(-1, 4)
    faces = FaceObservations(
        frame_index=np.repeat(index, len(names)),
        time_s=np.repeat(time_s, len(names)),
        participant=np.array(names * len(index), dtype=np.str_),
        box_xyxy_px=np.tile(boxes, (len(index), 1)),
        landmark_xy_px=np.tile(points, (len(index), 1, 1)),
        detection_confidence=np.full(n_rows, 0.9),
        quality=np.full(n_rows, 0.8),
        success=np.ones(n_rows, dtype=bool),
    )
    scores = np.full((n_rows, 7), 1 / 7)
    image, landmark = (
        ModelScores(model, faces.time_s, faces.participant, scores)
        for model in ("image", "landmark")
    )
    return ObservedStretch(index, time_s, faces), image, landmark
