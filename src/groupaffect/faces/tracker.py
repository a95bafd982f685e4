"""Follow every face from frame to frame: the causal step.

Between detections a face is followed by its own landmarks: the points of one frame frame
the crop of the next. Detection runs on key frames and while a face is lost. Latency: none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, UInt8
from scipy.optimize import linear_sum_assignment

from groupaffect.faces.crops import crop_to_picture, cut_crops
from groupaffect.faces.detector import box_iou, detect_in_frame
from groupaffect.faces.landmarker import place_landmarks
from groupaffect.faces.layout import Layout, tile_of
from groupaffect.reference_shape import IMAGE_FRAME
from groupaffect.settings import FaceSettings
from groupaffect.types import Detections, Frame

# Faces of the first picture that the detector is this sure of need not wait (ours).
SURE_CONFIDENCE = 0.65
# Small pictures are enlarged to this width for detection (ours).
SMALLEST_INPUT_PX = 320
# Detections in a row that may overlook a face that the landmark network still sees (ours).
MAX_OVERLOOKED = 2
# Face widths from one frame to the next at which following may slip off the face (ours).
FAST_STEP = 0.12
# Face widths a second that a lost face may move, and the most it may be away (ours).
LOST_SPEED, MAX_REJOIN_DISTANCE = 3.0, 6.0
# Correlation of a followed face's crop with the one before; talking and turning faces of
# ``clips/faces`` stay above .77, a crop that slipped off the face falls far below (ours).
MIN_LIKENESS = 0.5
# Forehead above the brows, as a share of the landmarks' height: detectors' boxes have it.
FOREHEAD_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Track:
    """One face, now or lately.

    Attributes
    ----------
    participant : id, or None until the face has stayed long enough to be one.
    tile : index of its tile. points_xy_px : (68, 2) where it was last seen.
    aligned_grey : (48, 48) what it then looked like, cut by ``IMAGE_FRAME``.
    probability : 0..1 that it was a face. first_s, seen_s : when it was first and last seen.
    confirmed_s : when a detection last found it. n_overlooked : detections since that did not.
    """

    participant: str | None
    tile: int
    points_xy_px: Float[np.ndarray, "68 2"]
    aligned_grey: UInt8[np.ndarray, "side side"]
    probability: float
    first_s: float
    seen_s: float
    confirmed_s: float
    n_overlooked: int = 0


@dataclass(frozen=True, slots=True)
class TrackerState:
    """All that the tracker remembers: its tracks, its clock and how many people it has met."""

    tracks: tuple[Track, ...] = ()
    detected_s: float = -np.inf
    n_participants: int = 0


def landmark_boxes(points_xy_px: Float[np.ndarray, "n 68 2"]) -> Float[np.ndarray, "n 4"]:
    """Return each face's box: its landmarks, and a forehead above them.

    Examples
    --------
    >>> points = np.zeros((1, 68, 2)); points[0, 8] = [10.0, 10.0]
    >>> landmark_boxes(points).tolist()
    [[0.0, -3.0, 10.0, 10.0]]
    """
    low, high = points_xy_px.min(axis=1), points_xy_px.max(axis=1)
    low[:, 1] -= FOREHEAD_SHARE * (high[:, 1] - low[:, 1])
    return np.concatenate([low, high], axis=1)


def step_tracker(
    state: TrackerState, frame: Frame, *, layout: Layout, settings: FaceSettings
) -> tuple[TrackerState, tuple[Track, ...]]:
    """Take one frame; return the new state and the tracks of participants seen in it.

    Parameters
    ----------
    layout : where faces can be. In a grid each tile is a participant's, in a room each face.
    """
    now = frame.time_s
    tracks = _follow(state.tracks, frame, layout=layout, settings=settings)
    calm = _all_is_calm(state.tracks, tracks, now_s=now, settings=settings)
    due = settings.detect_every_s if calm else settings.retry_after_s
    if now - state.detected_s >= due - 1e-6:
        found = find_faces(frame, layout=layout, settings=settings)
        tracks = _join(tracks, found, frame, layout=layout, settings=settings)
        state = replace(state, detected_s=now)
    tracks, n_participants = _name(
        tracks,
        state.n_participants,
        now_s=now,
        in_tiles=layout.kind == "grid",
        settings=settings,
    )
    state = replace(state, tracks=tracks, n_participants=n_participants)
    return state, tuple(t for t in tracks if t.participant is not None and t.seen_s == now)


def _all_is_calm(
    before: tuple[Track, ...], after: tuple[Track, ...], *, now_s: float, settings: FaceSettings
) -> bool:
    """Return whether no face is lost lately, overlooked, new or moving fast."""
    for old, new in zip(before, after, strict=True):
        if now_s - new.seen_s > settings.retry_for_s:
            continue
        if new.seen_s < now_s or new.n_overlooked or new.participant is None:
            return False
        width = np.ptp(new.points_xy_px[:, 0])
        step = np.linalg.norm(new.points_xy_px.mean(axis=0) - old.points_xy_px.mean(axis=0))
        if step > FAST_STEP * width:
            return False
    return True


def find_faces(frame: Frame, *, layout: Layout, settings: FaceSettings) -> Detections:
    """Detect the faces of a frame that are large enough to read."""
    wanted = settings.detector_room_px
    if layout.kind == "grid":
        wanted = settings.detector_tile_px * layout.n_columns
    found = detect_in_frame(
        frame,
        target_width_px=min(wanted, max(frame.width_px, SMALLEST_INPUT_PX)),
        threshold=settings.detector_threshold,
    )
    sides = found.box_xyxy_px[:, 2:] - found.box_xyxy_px[:, :2]
    return found.where(sides.min(axis=1, initial=np.inf) >= settings.min_face_px)


def _follow(
    tracks: tuple[Track, ...], frame: Frame, *, layout: Layout, settings: FaceSettings
) -> tuple[Track, ...]:
    """Move the tracks that were just seen to this frame; the others stay lost."""
    since_s = frame.time_s - settings.retry_after_s
    fresh = [
        k for k, t in enumerate(tracks) if t.seen_s >= since_s and t.n_overlooked < MAX_OVERLOOKED
    ]
    if not fresh:
        return tracks
    before = np.stack([tracks[k].points_xy_px for k in fresh])
    points, probability = place_landmarks(frame.grey, before)
    crops = align_faces(frame.grey, points)
    kept = (probability >= settings.face_threshold) & _moved_plausibly(before, points)
    kept &= likeness(np.stack([tracks[k].aligned_grey for k in fresh]), crops) >= MIN_LIKENESS
    boxes = landmark_boxes(points)
    if layout.kind == "grid":
        kept &= tile_of(layout.tiles_xyxy_px, boxes) == [tracks[k].tile for k in fresh]
    kept &= ~_follows_anothers_face(boxes, probability)
    result = list(tracks)
    for row in np.flatnonzero(kept):
        result[fresh[row]] = replace(
            tracks[fresh[row]],
            points_xy_px=points[row],
            aligned_grey=crops[row],
            probability=float(probability[row]),
            seen_s=frame.time_s,
        )
    return tuple(result)


def align_faces(
    grey: UInt8[np.ndarray, "height width"], points_xy_px: Float[np.ndarray, "n 68 2"]
) -> UInt8[np.ndarray, "n side side"]:
    """Cut each face out of the picture as the image model wants it."""
    transform = crop_to_picture(IMAGE_FRAME, points_xy_px, rigid_only=True)
    return cut_crops(grey, transform, size_px=IMAGE_FRAME.size_px)


def likeness(
    before: UInt8[np.ndarray, "n side side"], after: UInt8[np.ndarray, "n side side"]
) -> Float[np.ndarray, " n"]:
    """Return the correlation of each pair of crops, -1 to 1; 1 where one of them is blank.

    Examples
    --------
    >>> ramp = np.tile(np.arange(4, dtype=np.uint8), (1, 4, 1))
    >>> likeness(ramp, ramp[:, :, ::-1]).round(3), likeness(ramp, 0 * ramp)
    (array([-1.]), array([1.]))
    """
    a, b = (
        crops.reshape(len(crops), -1).astype(np.float32) - crops.mean(axis=(1, 2))[:, None]
        for crops in (before, after)
    )
    scale = np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
    return np.asarray(np.where(scale > 0, (a * b).sum(axis=1) / np.maximum(scale, 1e-9), 1.0))


def _moved_plausibly(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Mark faces that neither jumped by half their width nor changed size by a third."""
    width = np.ptp(before[..., 0], axis=1) + np.ptp(before[..., 1], axis=1)
    growth = (np.ptp(after[..., 0], axis=1) + np.ptp(after[..., 1], axis=1)) / width
    jump = np.linalg.norm(after.mean(axis=1) - before.mean(axis=1), axis=1) / (width / 2)
    return np.asarray((jump < 0.5) & (growth > 0.67) & (growth < 1.5))


def _follows_anothers_face(boxes: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """Mark the less probable (or later) of any two tracks that slid onto the same face."""
    overlap = box_iou(boxes, boxes) > 0.5
    rank = np.argsort(np.argsort(-probability, kind="stable"), kind="stable")
    weaker = rank[:, None] > rank[None, :]
    return np.asarray((overlap & weaker).any(axis=1))


def _join(
    tracks: tuple[Track, ...],
    found: Detections,
    frame: Frame,
    *,
    layout: Layout,
    settings: FaceSettings,
) -> tuple[Track, ...]:
    """Confirm, regain or begin tracks from fresh detections."""
    now_s = frame.time_s
    homes = tile_of(layout.tiles_xyxy_px, found.box_xyxy_px)
    if layout.kind == "grid":
        found, homes = _largest_in_each_tile(found, homes)
    owner = _match(tracks, found, homes, layout=layout, now_s=now_s, settings=settings)
    result = [
        replace(track, n_overlooked=0, confirmed_s=now_s) if k in owner else _overlook(track, now_s)
        for k, track in enumerate(tracks)
    ]
    overlap = box_iou(landmark_boxes(_points_of(tracks)), found.box_xyxy_px)
    follows = {d for k, d in owner.items() if overlap[k, d] >= settings.same_face_iou}
    follows -= {d for k, d in owner.items() if tracks[k].seen_s < now_s}
    wanted = [d for d in range(len(found)) if d not in follows]
    if not wanted:
        return tuple(result)
    points, probability = place_landmarks(frame.grey, found.five_point_xy_px[wanted])
    points, probability = place_landmarks(frame.grey, points)
    crops = align_faces(frame.grey, points)
    track_of = {d: k for k, d in owner.items()}
    for d, xy, crop, p in zip(wanted, points, crops, probability.tolist(), strict=True):
        if p < settings.face_threshold:
            continue
        if d in track_of:
            k = track_of[d]
            result[k] = replace(
                result[k], points_xy_px=xy, aligned_grey=crop, probability=p, seen_s=now_s
            )
        else:
            at_once = not tracks and found.confidence[d] >= SURE_CONFIDENCE
            first_s = -np.inf if at_once else now_s
            result.append(Track(None, int(homes[d]), xy, crop, p, first_s, now_s, now_s))
    return tuple(result)


def _overlook(track: Track, now_s: float) -> Track:
    """Count a detection that did not find the face; after too many it is not believed."""
    n_overlooked = track.n_overlooked + 1
    believed = n_overlooked < MAX_OVERLOOKED or track.seen_s < now_s
    seen_s = track.seen_s if believed else float(np.nextafter(now_s, -np.inf))
    return replace(track, n_overlooked=n_overlooked, seen_s=seen_s)


def _points_of(tracks: tuple[Track, ...]) -> np.ndarray:
    return np.array([t.points_xy_px for t in tracks]).reshape(-1, 68, 2)


def _largest_in_each_tile(found: Detections, homes: np.ndarray) -> tuple[Detections, np.ndarray]:
    area = np.prod(found.box_xyxy_px[:, 2:] - found.box_xyxy_px[:, :2], axis=1)
    best = [
        max(np.flatnonzero(homes == tile), key=lambda d: area[d] * found.confidence[d])
        for tile in np.unique(homes[homes >= 0])
    ]
    chosen = np.array(best, dtype=np.intp)
    return found.where(chosen), homes[chosen]


def _match(
    tracks: tuple[Track, ...],
    found: Detections,
    homes: np.ndarray,
    *,
    layout: Layout,
    now_s: float,
    settings: FaceSettings,
) -> dict[int, int]:
    """Return which detection belongs to which track (indices), each at most once.

    In a grid the tile decides. In a room a face that is being followed keeps the detection
    it overlaps; then each other track, lost or slipped off its face, takes the nearest
    detection left, no farther than a face may have moved since it was last seen.
    """
    if not tracks or not len(found):
        return {}
    if layout.kind == "grid":
        home_of = {track.tile: k for k, track in enumerate(tracks)}
        return {home_of[h]: d for d, h in enumerate(homes.tolist()) if h in home_of}
    boxes = landmark_boxes(_points_of(tracks))
    unconfirmed_s = np.array([now_s - t.confirmed_s for t in tracks])
    seen = np.array([t.seen_s == now_s for t in tracks])
    overlap = box_iou(boxes, found.box_xyxy_px)
    followed = (overlap >= settings.same_face_iou) & seen[:, None]
    owner = _assign(1 - overlap, followed)
    apart = _distance_in_widths(boxes, found.box_xyxy_px)
    reach = settings.rejoin_distance + LOST_SPEED * unconfirmed_s
    free = apart <= np.minimum(reach, MAX_REJOIN_DISTANCE)[:, None]
    free[list(owner)] = False
    free[:, list(owner.values())] = False
    return owner | _assign(apart, free)


def _assign(cost: np.ndarray, allowed: np.ndarray) -> dict[int, int]:
    """Return the cheapest one-to-one pairs (row to column) among the allowed ones."""
    rows, columns = linear_sum_assignment(np.where(allowed, cost, 1e6))
    pairs = zip(rows.tolist(), columns.tolist(), strict=True)
    return {row: column for row, column in pairs if allowed[row, column]}


def _distance_in_widths(box_xyxy: np.ndarray, other_xyxy: np.ndarray) -> np.ndarray:
    """Return the distance of every pair's centres, in widths of the first box."""
    centre, other = ((b[:, :2] + b[:, 2:]) / 2 for b in (box_xyxy, other_xyxy))
    width = box_xyxy[:, 2] - box_xyxy[:, 0]
    apart = np.linalg.norm(centre[:, None] - other[None], axis=2)
    return np.asarray(apart / np.maximum(width, 1.0)[:, None])


def _name(
    tracks: tuple[Track, ...],
    n_participants: int,
    *,
    now_s: float,
    in_tiles: bool,
    settings: FaceSettings,
) -> tuple[tuple[Track, ...], int]:
    """Make participants of faces that stayed; forget faces that went before that.

    In a call the tile's place gives the number; in a room the order of appearance does, from
    left to right.
    """
    ripe = [
        k
        for k, t in enumerate(tracks)
        if t.participant is None
        and t.seen_s == now_s
        and now_s - t.first_s >= settings.confirm_after_s
    ]
    ripe.sort(key=lambda k: float(tracks[k].points_xy_px[:, 0].mean()))
    named = {
        k: f"P{tracks[k].tile + 1 if in_tiles else n_participants + 1 + rank}"
        for rank, k in enumerate(ripe)
    }
    kept = tuple(
        replace(track, participant=named.get(k, track.participant))
        for k, track in enumerate(tracks)
        if k in named or track.participant is not None or track.seen_s == now_s
    )
    return kept, n_participants + len(named)
