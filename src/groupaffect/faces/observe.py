"""Observe every participant in every frame of a recording."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from groupaffect.faces.layout import Layout, room, tile_of
from groupaffect.faces.quality import face_quality
from groupaffect.faces.track import Track, landmark_boxes, track_points
from groupaffect.faces.tracker import (
    TrackerState,
    name_last,
    name_tracks,
    participant_of,
    step_tracker,
    still_faces,
)
from groupaffect.reference_shape import IMAGE_FRAME
from groupaffect.settings import FaceSettings
from groupaffect.timeline import TIME_GRACE_S
from groupaffect.types import FaceObservations, Frame, ObservedStretch

# Most frames in one stretch: few enough to bound memory, enough for a face to become a
# participant in the stretch in which it was first seen.
MAX_STRETCH_FRAMES = 120


@dataclass(frozen=True, slots=True)
class _Seen:
    """One frame: who was seen in it, named or not, and its layout then."""

    index: int
    time_s: float
    tracks: tuple[Track, ...]
    layout: Layout


def observe_faces(
    frames: Iterable[Frame],
    *,
    settings: FaceSettings,
    on_warning: Callable[[str], None],
) -> Iterator[ObservedStretch]:
    """Yield successive stretches of frames, each within one second, with everybody in them.

    A participant has a row in every frame from the stretch on in which they were first seen.

    Parameters
    ----------
    on_warning : is told in a sentence of faces that never moved and were left out.
    """
    state, seen = TrackerState(), list[_Seen]()
    names: dict[int, str] = {}  # participant by track
    for frame in frames:
        state, tracks = step_tracker(state, frame, settings=settings)
        second_over = seen and frame.time_s + TIME_GRACE_S >= int(seen[0].time_s + TIME_GRACE_S) + 1
        if second_over or len(seen) == MAX_STRETCH_FRAMES:
            state = name_tracks(state, settings=settings)
            names |= participant_of(state)
            yield _stretch(seen, names)
            seen = []
        layout = state.watch.layout or room(frame.width_px, frame.height_px)
        seen.append(_Seen(frame.index, frame.time_s, tracks, layout))
    if seen:
        state = name_last(state, now_s=seen[-1].time_s, settings=settings)
        names |= participant_of(state)
        yield _stretch(seen, names)
    for place in still_faces(state):
        on_warning(
            f"A face around pixel {place[0]:.0f}, {place[1]:.0f} never moved, perhaps a picture: "
            "it was left out."
        )


def _stretch(seen: list[_Seen], names: dict[int, str]) -> ObservedStretch:
    """Return the rows of every participant met so far, in each of these frames."""
    participants = sorted(set(names.values()), key=lambda name: int(name[1:]))
    n_people, n = len(participants), len(participants) * len(seen)
    place = {name: k for k, name in enumerate(participants)}
    tracks = [
        (frame * n_people + place[names[track.key]], track, one.layout)
        for frame, one in enumerate(seen)
        for track in one.tracks
        if track.key in names
    ]
    rows = {row: (track, layout) for row, track, layout in tracks}  # one face, one row
    where = np.array(list(rows), dtype=np.intp)
    points = track_points([track for track, _ in rows.values()])
    boxes = landmark_boxes(points)
    side = IMAGE_FRAME.size_px
    crops = np.array([track.aligned_grey for track, _ in rows.values()], dtype=np.uint8)
    sure = np.array([track.probability for track, _ in rows.values()], dtype=np.float64)
    fit = np.array([track.fit for track, _ in rows.values()], dtype=np.float64)
    crops = crops.reshape(-1, side, side)
    quality = face_quality(crops, points, face_probability=sure, fit_probability=fit)
    index = np.array([one.index for one in seen], dtype=np.int64)
    time_s = np.array([one.time_s for one in seen])
    return ObservedStretch(
        index,
        time_s,
        FaceObservations(
            frame_index=index.repeat(n_people),
            time_s=time_s.repeat(n_people),
            participant=np.array(participants * len(seen), dtype="<U8"),
            box_xyxy_px=_spread(boxes, where, n),
            landmark_xy_px=_spread(points, where, n),
            detection_confidence=_spread(sure, where, n),
            quality=_spread(quality, where, n),
            success=_spread(sure, where, n) >= 0,
            aligned_grey=_spread_crops(crops, where, n),
            tile_row_column=_tiles(boxes, [layout for _, layout in rows.values()], where, n),
        ),
    )


def _spread(values: np.ndarray, where: np.ndarray, n: int) -> np.ndarray:
    """Return n rows, the given ones in their places and the rest NaN."""
    rows = np.full((n, *values.shape[1:]), np.nan)
    rows[where] = values
    return rows


def _spread_crops(crops: np.ndarray, where: np.ndarray, n: int) -> np.ndarray:
    rows = np.zeros((n, *crops.shape[1:]), dtype=np.uint8)
    rows[where] = crops
    return rows


def _tiles(boxes: np.ndarray, layouts: list[Layout], where: np.ndarray, n: int) -> np.ndarray:
    """Return row and column of the tile that each face is in; 0 where in none."""
    rows = np.zeros((n, 2), dtype=np.int64)
    for layout in {id(layout): layout for layout in layouts}.values():
        if layout.kind == "grid":
            mine = np.array([other is layout for other in layouts])
            home = tile_of(layout.tiles_xyxy_px, boxes[mine])
            place = np.stack([layout.row, layout.column], axis=1)
            rows[where[mine]] = np.where(home[:, None] >= 0, place[home], 0)
    return rows
