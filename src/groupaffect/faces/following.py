"""Follow faces from one frame to the next by their own landmarks, without a detector."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from groupaffect.faces.detector import box_iou
from groupaffect.faces.landmarker import place_landmarks
from groupaffect.faces.layout import Layout, tile_of
from groupaffect.faces.track import Track, align_faces, landmark_boxes, likeness, track_points
from groupaffect.settings import FaceSettings
from groupaffect.types import Frame

# Detections in a row that may overlook a face that the landmark network still sees (ours).
MAX_OVERLOOKED = 2
# Correlation of a followed face's crop with the one before (ours). Of talking and turning faces
# 999 in 1,000 stay above .81 and the least was .71 (benchmarks/portraits.json); a crop that
# slipped off the face falls far below.
MIN_LIKENESS = 0.5
# Face widths from one frame to the next at which following may slip off the face (ours).
FAST_STEP = 0.12


def follow_tracks(
    tracks: tuple[Track, ...],
    frame: Frame,
    *,
    layout: Layout,
    jumped_s: float,
    settings: FaceSettings,
) -> tuple[tuple[Track, ...], float]:
    """Move the tracks that were just seen to this frame; the others stay lost.

    Parameters
    ----------
    jumped_s : when the picture last jumped; who was not seen since then is not followed.

    Returns
    -------
    The tracks, and the least correlation of a followed face with the frame before (1 if none).
    """
    since_s = max(frame.time_s - settings.retry_after_s, jumped_s)
    fresh = [
        k for k, t in enumerate(tracks) if t.seen_s >= since_s and t.n_overlooked < MAX_OVERLOOKED
    ]
    if not fresh:
        return tracks, 1.0
    before = track_points([tracks[k] for k in fresh])
    placed = place_landmarks(frame.grey, before, network=settings.landmark_network)
    points, probability = placed.points_xy_px, placed.face_probability
    crops = align_faces(frame.grey, points)
    alike = likeness(np.stack([tracks[k].aligned_grey for k in fresh]), crops)
    boxes = landmark_boxes(points)
    kept = (probability >= settings.face_threshold) & moved_plausibly(before, points)
    kept &= alike >= MIN_LIKENESS
    kept &= tile_of(layout.tiles_xyxy_px, boxes) == tile_of(
        layout.tiles_xyxy_px, landmark_boxes(before)
    )
    kept &= ~follows_anothers_face(boxes, probability)
    result = list(tracks)
    for row in np.flatnonzero(kept):
        result[fresh[row]] = tracks[fresh[row]].seen(
            points[row],
            crops[row],
            probability=float(probability[row]),
            fit=float(placed.fit_probability[row]),
            now_s=frame.time_s,
        )
    return tuple(result), float(alike[kept].min(initial=1.0))


def moved_plausibly(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Mark faces (n, 68, 2) that neither jumped by half their width nor changed size by a third."""
    width = np.ptp(before[..., 0], axis=1) + np.ptp(before[..., 1], axis=1)
    growth = (np.ptp(after[..., 0], axis=1) + np.ptp(after[..., 1], axis=1)) / width
    jump = np.linalg.norm(after.mean(axis=1) - before.mean(axis=1), axis=1) / (width / 2)
    return np.asarray((jump < 0.5) & (growth > 0.67) & (growth < 1.5))


def follows_anothers_face(boxes: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """Mark the less probable (or later) of any two tracks that slid onto the same face."""
    overlap = box_iou(boxes, boxes) > 0.5
    rank = np.argsort(np.argsort(-probability, kind="stable"), kind="stable")
    weaker = rank[:, None] > rank[None, :]
    return np.asarray((overlap & weaker).any(axis=1))


def all_is_calm(
    before: Sequence[Track], after: Sequence[Track], *, now_s: float, settings: FaceSettings
) -> bool:
    """Return whether no face is lost lately, overlooked, new or moving fast."""
    for old, new in zip(before, after, strict=True):
        if now_s - new.seen_s > settings.retry_for_s:
            continue
        is_new = new.participant is None and new.is_alive
        if new.seen_s < now_s or new.n_overlooked or is_new:
            return False
        width = np.ptp(new.points_xy_px[:, 0])
        step = np.linalg.norm(new.points_xy_px.mean(axis=0) - old.points_xy_px.mean(axis=0))
        if step > FAST_STEP * width:
            return False
    return True
