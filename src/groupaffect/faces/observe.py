"""Observe every participant in every frame of a recording."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from groupaffect.faces.detector import detect_in_frame
from groupaffect.faces.layout import Layout, find_layout, room
from groupaffect.faces.quality import face_quality
from groupaffect.faces.tracker import Track, TrackerState, landmark_boxes, step_tracker
from groupaffect.reference_shape import IMAGE_FRAME
from groupaffect.settings import FaceSettings
from groupaffect.timeline import TIME_GRACE_S
from groupaffect.types import FaceObservations, Frame, ObservedStretch

# Most frames in one stretch: few enough to bound memory, enough to score in one batch.
MAX_STRETCH_FRAMES = 32
# Width at which probes are searched for faces: those of a 4x4 grid are still found.
PROBE_WIDTH_PX = 640


def recognise_layout(probes: list[Frame], *, settings: FaceSettings) -> Layout:
    """Return the layout seen in a few frames from all over a recording.

    Parameters
    ----------
    probes : frames of one size, at least one.
    """
    first = probes[0]
    boxes = []
    for frame in probes:
        width = min(PROBE_WIDTH_PX, max(frame.width_px, 32))
        found = detect_in_frame(frame, target_width_px=width, threshold=settings.detector_threshold)
        boxes.append(found.box_xyxy_px)
    if min(first.grey.shape) < 32:
        return room(first.width_px, first.height_px)
    return find_layout([frame.grey for frame in probes], np.concatenate(boxes))


def observe_faces(
    frames: Iterable[Frame], *, layout: Layout, settings: FaceSettings
) -> Iterator[ObservedStretch]:
    """Yield successive stretches of frames, each within one second, with everybody in them.

    A participant has a row in every frame from the first one in which they were seen.
    """
    state = TrackerState()
    times: list[tuple[int, float]] = []
    rows: list[FaceObservations] = []
    for frame in frames:
        second_over = times and frame.time_s + TIME_GRACE_S >= int(times[0][1] + TIME_GRACE_S) + 1
        if second_over or len(rows) == MAX_STRETCH_FRAMES:
            yield _stretch(times, rows)
            times, rows = [], []
        state, seen = step_tracker(state, frame, layout=layout, settings=settings)
        known = [t.participant for t in state.tracks if t.participant is not None]
        rows.append(_rows_of(frame, seen, sorted(known, key=lambda p: int(p[1:]))))
        times.append((frame.index, frame.time_s))
    if rows:
        yield _stretch(times, rows)


def _stretch(times: list[tuple[int, float]], rows: list[FaceObservations]) -> ObservedStretch:
    index, time_s = zip(*times, strict=True)
    return ObservedStretch(
        np.array(index, dtype=np.int64), np.array(time_s), join_observations(rows)
    )


def join_observations(parts: list[FaceObservations]) -> FaceObservations:
    """Return the rows of all parts, in order."""
    columns = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in FaceObservations.__slots__
    }
    return FaceObservations(**columns)


def _rows_of(frame: Frame, seen: tuple[Track, ...], participants: list[str]) -> FaceObservations:
    """Return one frame's rows: one for each participant met so far."""
    n, size = len(participants), IMAGE_FRAME.size_px
    landmarks = np.full((n, 68, 2), np.nan)
    boxes = np.full((n, 4), np.nan)
    probability, quality = np.full(n, np.nan), np.full(n, np.nan)
    crops = np.zeros((n, size, size), dtype=np.uint8)
    where = np.array([participants.index(str(t.participant)) for t in seen], dtype=np.intp)
    if len(seen):
        points = np.stack([track.points_xy_px for track in seen])
        faces = np.stack([track.aligned_grey for track in seen])
        sure = np.array([track.probability for track in seen])
        landmarks[where], boxes[where], crops[where] = points, landmark_boxes(points), faces
        probability[where] = sure
        quality[where] = face_quality(faces, points, face_probability=sure)
    return FaceObservations(
        frame_index=np.full(n, frame.index, dtype=np.int64),
        time_s=np.full(n, frame.time_s),
        participant=np.array(participants, dtype="<U8"),
        box_xyxy_px=boxes,
        landmark_xy_px=landmarks,
        detection_confidence=probability,
        quality=quality,
        success=~np.isnan(probability),
        aligned_grey=crops,
    )
