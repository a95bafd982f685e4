"""Say which of the faces just detected belongs to whom: by place, and by looks.

A face that is being followed keeps the detection that it overlaps. After a jump of the picture
that is not taken for granted: where the face looks like somebody else, it is somebody else.
Everybody who is lost takes the detection that looks most like them, near by or, where it looks
quite like them, anywhere: people leave, come back, and calls move their tiles. A pair is worth
the share of the difference allowed to it that it leaves unused; the pairs made together are worth
most, so that one right pair stands against two poor ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float
from scipy.optimize import linear_sum_assignment

from groupaffect.faces.detector import box_iou
from groupaffect.faces.fresh import FreshFaces
from groupaffect.faces.layout import Layout, tile_of
from groupaffect.faces.portrait import OTHER_GREY, SAME_GREY, Portrait, album_distance
from groupaffect.faces.track import Track, landmark_boxes, likeness, track_points
from groupaffect.settings import FaceSettings

# Face widths a second that a lost face may move, and the most it may be away (ours).
LOST_SPEED, MAX_REJOIN_DISTANCE = 3.0, 6.0
# Face widths farther that a face may be which looks quite the same (ours).
LOOKS_REACH = 6.0
# Up to here a face near one that was lost this moment is that one: turning, jumping, blurred by
# a swinging camera (grey levels; sinks to ``OTHER_GREY`` while it stays lost; ours).
MOVING_GREY = 60.0
# Up to here a face at the place of one who left a while ago is that one, and so is one anywhere
# that appears as somebody goes (grey levels; sinks to ``SAME_GREY`` while they stay away; ours).
LIKELY_GREY = (SAME_GREY + OTHER_GREY) / 2
# Grey levels by which a face elsewhere must look more alike than one near by (ours).
ELSEWHERE_GREY = 6.0
# What a pair is worth that is just possible; one that looks quite the same is worth 1.
LEAST_WORTH = 0.001
# Correlation of the crops of one face under changed light; of the pairs of crops of different
# people one in a hundred is more alike (benchmarks/portraits.json).
SAME_LIKENESS = 0.8


def match_followed(
    tracks: Sequence[Track],
    box_xyxy_px: Float[np.ndarray, "n 4"],
    *,
    now_s: float,
    settings: FaceSettings,
) -> dict[int, int]:
    """Return which detection each face that is being followed overlaps (indices)."""
    if not tracks or not len(box_xyxy_px):
        return {}
    overlap = box_iou(landmark_boxes(track_points(tracks)), box_xyxy_px)
    seen = np.array([track.seen_s == now_s for track in tracks])
    return assign(np.where((overlap >= settings.same_face_iou) & seen[:, None], overlap, 0.0))


def match_lost(
    tracks: Sequence[Track],
    fresh: FreshFaces,
    *,
    layout: Layout,
    now_s: float,
    before_s: float,
    jumped_s: float,
    settings: FaceSettings,
) -> dict[int, int]:
    """Return which fresh face belongs to which track that has none (indices).

    Parameters
    ----------
    before_s : time of the frame before this one; who was seen then is not lost for long,
        however far apart the frames are.
    jumped_s : when the picture last jumped; nobody's place from before counts for much.
    """
    if not tracks or not len(fresh):
        return {}
    apart = looks_apart(tracks, fresh.portraits)  # (tracks, fresh)
    near = _is_near(tracks, fresh, apart, layout=layout, now_s=now_s, settings=settings)
    seen_s = np.array([track.seen_s for track in tracks])[:, None]
    lost_share = np.clip((before_s - seen_s) / max(settings.retry_for_s, 1e-6), 0, 1)
    in_motion = MOVING_GREY + (OTHER_GREY - MOVING_GREY) * lost_share
    anywhere = LIKELY_GREY + (SAME_GREY - LIKELY_GREY) * lost_share
    jumped, in_place = seen_s < jumped_s, near & (lost_share < 1)
    limit = np.where(near, LIKELY_GREY, anywhere)
    limit = np.where(in_place & ~jumped, in_motion, limit)
    may_be = (apart <= limit) | (in_place & np.isnan(apart))
    may_be |= in_place & jumped & ~contradicts(tracks, fresh, apart)
    unlike = np.where(np.isnan(apart), SAME_GREY, apart) + ELSEWHERE_GREY * ~(near | jumped)
    return assign(np.where(may_be, np.maximum(1 - unlike / limit, LEAST_WORTH), 0.0))


def contradicts(
    tracks: Sequence[Track], fresh: FreshFaces, apart: Float[np.ndarray, "tracks n"]
) -> Bool[np.ndarray, "tracks n"]:
    """Mark pairs that surely are two people: other colours, and another face."""
    before = np.repeat(np.stack([t.aligned_grey for t in tracks]), len(fresh), axis=0)
    now = np.tile(fresh.aligned_grey, (len(tracks), 1, 1))
    alike = likeness(before, now).reshape(apart.shape)
    return np.asarray((apart > OTHER_GREY) & (alike < SAME_LIKENESS))


def looks_apart(
    tracks: Sequence[Track], portraits: Sequence[Portrait]
) -> Float[np.ndarray, "tracks n"]:
    """Return how differently each portrait looks from each track's album; NaN if not known."""
    rows = [[album_distance(track.album, portrait) for portrait in portraits] for track in tracks]
    return np.array(rows, dtype=np.float64).reshape(len(tracks), len(portraits))


def assign(worth: Float[np.ndarray, "rows columns"]) -> dict[int, int]:
    """Return the one-to-one pairs (row to column) that together are worth most, none worth 0.

    Examples
    --------
    One right pair is worth more than two bad ones:

    >>> assign(np.array([[0.9, 0.1], [0.4, 0.0]]))
    {0: 0}
    """
    rows, columns = linear_sum_assignment(worth, maximize=True)
    pairs = zip(rows.tolist(), columns.tolist(), strict=True)
    return {row: column for row, column in pairs if worth[row, column] > 0}


def _is_near(
    tracks: Sequence[Track],
    fresh: FreshFaces,
    apart: Float[np.ndarray, "tracks n"],
    *,
    layout: Layout,
    now_s: float,
    settings: FaceSettings,
) -> Bool[np.ndarray, "tracks n"]:
    """Mark pairs no farther apart than a face may have moved, within one tile.

    The more alike a face looks, the farther it may be.
    """
    boxes, found = landmark_boxes(track_points(tracks)), landmark_boxes(fresh.points_xy_px)
    unconfirmed_s = np.array([now_s - track.confirmed_s for track in tracks])
    by_time = settings.rejoin_distance + LOST_SPEED * unconfirmed_s
    by_looks = LOOKS_REACH * np.clip(1 - np.nan_to_num(apart, nan=MOVING_GREY) / MOVING_GREY, 0, 1)
    reach = np.minimum(by_time[:, None] + by_looks, MAX_REJOIN_DISTANCE)
    home, other = (tile_of(layout.tiles_xyxy_px, b) for b in (boxes, found))
    within = distance_in_widths(boxes, found) <= reach
    return np.asarray(within & (home[:, None] == other[None, :]))


def distance_in_widths(
    box_xyxy: Float[np.ndarray, "n 4"], other_xyxy: Float[np.ndarray, "m 4"]
) -> Float[np.ndarray, "n m"]:
    """Return the distance of every pair's centres, in widths of the first box."""
    centre, other = ((b[:, :2] + b[:, 2:]) / 2 for b in (box_xyxy, other_xyxy))
    width = box_xyxy[:, 2] - box_xyxy[:, 0]
    apart = np.linalg.norm(centre[:, None] - other[None], axis=2)
    return np.asarray(apart / np.maximum(width, 1.0)[:, None])
