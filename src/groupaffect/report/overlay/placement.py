"""Where the labels go: inside the picture, clear of faces and of each other, and not restless."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

Size = tuple[int, int]  # width, height in pixels

# All ours, from trials on a 2x2 call and on three people in a room.
OVER_RIM = 0.15  # of a label's size, by which it may reach beyond its tile rather than be short
HAIR = 0.2  # face heights above the box that are kept clear as well
REACH = 0.6  # face heights, beside half its own height, that a label may be away from its face
# What a place costs beside its distance, in face heights: below disturbs least, above hides hair.
SIDE_COST, ABOVE_COST = 0.15, 0.25
ASKEW_COST = 0.1  # a face height off the middle
OWN_COST = 4.0  # all of its own face under it, which its outer parts are only in part
OVER_COST = 2.0  # all of it beyond its tile
STRANGER_COST = 0.4  # close to another face, to which it would seem to belong
RESTLESS_COST = 0.5  # by which a place may get worse before another one is looked for


@dataclass(frozen=True, slots=True)
class Place:
    """Where a label is drawn, which of its sizes, and what that place cost when it was found."""

    left_px: int
    top_px: int
    level: int
    cost: float = 0.0


@dataclass(frozen=True, slots=True)
class LabelledFace:
    """A face that wants a label.

    Attributes
    ----------
    box_xyxy_px : (4,) from forehead to chin.
    core_xyxy_px : (4,) around brows, eyes and mouth, which no label ever covers.
    sizes_px : of the label, fullest first.
    before : where its label was a moment ago; kept as long as it may.
    tile_xyxy_px : (4,) the tile that the face is in; None where that is not known.
    """

    box_xyxy_px: Float[np.ndarray, " 4"]
    core_xyxy_px: Float[np.ndarray, " 4"]
    sizes_px: tuple[Size, ...]
    before: Place | None = None
    tile_xyxy_px: Float[np.ndarray, " 4"] | None = None


def place_labels(
    faces: Sequence[LabelledFace], *, picture_size_px: Size, gap_px: int
) -> list[Place | None]:
    """Return a place for each label; None for one without room.

    A label lies inside the picture, overlaps no other label, and covers no face. It lies in its
    face's tile if that is known, but for a rim; where the whole label has no such place, it may
    cover the outer parts of that face, and be short. Only where even the shortest form has no
    place there may it lie elsewhere near its face, and at last cover the outer parts of another.

    Parameters
    ----------
    gap_px : kept between a label and everything else.
    """
    boxes = np.array([face.box_xyxy_px for face in faces]).reshape(-1, 4)
    cores = np.array([face.core_xyxy_px for face in faces]).reshape(-1, 4)
    heads = boxes - [0, 1, 0, 0] * (HAIR * (boxes[:, 3:] - boxes[:, 1:2]))
    picture = np.array([0.0, 0.0, *picture_size_px])
    placed: list[Place | None] = []
    taken = np.zeros((0, 4))
    for row, face in enumerate(faces):
        place, strangers = None, np.delete(boxes, row, axis=0)
        own_core = np.concatenate([np.delete(heads, row, axis=0), cores[row : row + 1]])
        n_sizes = len(face.sizes_px)
        rounds = [(heads, picture, n_sizes), (cores, picture, n_sizes)]
        if (tile := face.tile_xyxy_px) is not None:
            rim = np.tile(face.sizes_px[0], 2) * [-OVER_RIM, -OVER_RIM, OVER_RIM, OVER_RIM]
            around_tile = np.clip(tile + rim, 0, np.tile(picture_size_px, 2))
            rounds = [(heads, around_tile, 1), (own_core, tile, n_sizes), *rounds]
        for kept_clear, area, n_levels in rounds:
            around = np.concatenate([kept_clear, taken])
            shown = replace(face, sizes_px=face.sizes_px[:n_levels])
            place = _place(shown, around, strangers, area_xyxy_px=area, gap_px=gap_px)
            if place is not None:
                taken = np.concatenate([taken, [_rectangle(place, face.sizes_px)]])
                break
        placed.append(place)
    return placed


def _place(
    face: LabelledFace,
    around_xyxy_px: Float[np.ndarray, "m 4"],
    strangers_xyxy_px: Float[np.ndarray, "s 4"],
    *,
    area_xyxy_px: Float[np.ndarray, " 4"],
    gap_px: int,
) -> Place | None:
    """Return where the label was if that is still right, else the best place near the face."""

    def fitting(corners: np.ndarray, size: Size, *, gap_px: int) -> tuple[np.ndarray, np.ndarray]:
        """Return which places will do, and what they cost."""
        corners = corners[_is_near(corners, size, face)]
        free = _is_free(corners, size, around_xyxy_px, area_xyxy_px=area_xyxy_px, gap_px=gap_px)
        return corners[free], _cost(corners[free], size, face, strangers_xyxy_px)

    before = face.before
    if before is not None and before.level < len(face.sizes_px):
        here = np.array([[before.left_px, before.top_px]], dtype=np.float64)
        _, cost = fitting(here, face.sizes_px[before.level], gap_px=0)
        if len(cost) and cost[0] <= before.cost + RESTLESS_COST:
            return before
    for level, size in enumerate(face.sizes_px):
        corners = _candidates(face, size, around_xyxy_px, area_xyxy_px, gap_px=gap_px)
        corners, cost = fitting(corners, size, gap_px=gap_px)
        if len(corners):
            best = int(cost.argmin())
            left, top = corners[best]
            return Place(int(left), int(top), level, float(cost[best]))
    return None


def _candidates(
    face: LabelledFace,
    size_px: Size,
    around_xyxy_px: Float[np.ndarray, "m 4"],
    area_xyxy_px: Float[np.ndarray, " 4"],
    *,
    gap_px: int,
) -> Float[np.ndarray, "k 2"]:
    """Return corners that touch something: in a free area the best place always touches."""
    own = np.concatenate([[face.box_xyxy_px], around_xyxy_px])
    axes = []
    for axis, length in enumerate(size_px):
        first, last = np.ceil(area_xyxy_px[axis]), np.floor(area_xyxy_px[axis + 2])
        low, high = own[:, axis], own[:, axis + 2]
        centre = (face.box_xyxy_px[axis] + face.box_xyxy_px[axis + 2] - length) / 2
        aligned = [face.box_xyxy_px[axis], centre, face.box_xyxy_px[axis + 2] - length]
        starts = [*np.floor(low - gap_px - length), *np.ceil(high + gap_px), *np.round(aligned)]
        lowest = first + gap_px
        axes.append(np.unique(np.clip(starts, lowest, max(lowest, last - gap_px - length))))
    left, top = np.meshgrid(*axes)
    return np.column_stack([left.ravel(), top.ravel()])


def _is_free(
    corners_px: Float[np.ndarray, "k 2"],
    size_px: Size,
    around_xyxy_px: Float[np.ndarray, "m 4"],
    *,
    area_xyxy_px: Float[np.ndarray, " 4"],
    gap_px: int,
) -> Bool[np.ndarray, " k"]:
    """Mark places inside the area that overlap nothing."""
    ends = corners_px + size_px
    inside = (corners_px >= area_xyxy_px[:2]).all(axis=1) & (ends <= area_xyxy_px[2:]).all(axis=1)
    low, high = around_xyxy_px[None, :, :2], around_xyxy_px[None, :, 2:]
    apart = (ends[:, None] + gap_px <= low) | (corners_px[:, None] - gap_px >= high)  # (k, m, 2)
    return np.asarray(inside & np.all(np.any(apart, axis=2), axis=1))


def _away(
    corners_px: Float[np.ndarray, "k 2"], size_px: Size, box_xyxy_px: Float[np.ndarray, "s 4"]
) -> Float[np.ndarray, "k s"]:
    """Return how far a label at each corner is from each box, in pixels."""
    ends = corners_px + size_px
    after = corners_px[:, None] - box_xyxy_px[None, :, 2:]
    before = box_xyxy_px[None, :, :2] - ends[:, None]
    return np.asarray(np.hypot(*np.maximum(np.maximum(after, before), 0.0).transpose(2, 0, 1)))


def _is_near(
    corners_px: Float[np.ndarray, "k 2"], size_px: Size, face: LabelledFace
) -> Bool[np.ndarray, " k"]:
    height_px = face.box_xyxy_px[3] - face.box_xyxy_px[1]
    away_px = _away(corners_px, size_px, face.box_xyxy_px[None])[:, 0]
    return np.asarray(away_px <= REACH * height_px + size_px[1] / 2)


def _cost(
    corners_px: Float[np.ndarray, "k 2"],
    size_px: Size,
    face: LabelledFace,
    strangers_xyxy_px: Float[np.ndarray, "s 4"],
) -> Float[np.ndarray, " k"]:
    """Return how bad each place is, in face heights away from the face."""
    left, top, right, bottom = face.box_xyxy_px
    height_px = bottom - top
    away = _away(corners_px, size_px, face.box_xyxy_px[None])[:, 0] / height_px
    askew = np.abs(corners_px[:, 0] + size_px[0] / 2 - (left + right) / 2) / height_px
    is_below, is_above = corners_px[:, 1] >= bottom, corners_px[:, 1] + size_px[1] <= top
    side = np.select([is_below, is_above], [0.0, ABOVE_COST], SIDE_COST)
    others = _away(corners_px, size_px, strangers_xyxy_px).min(axis=1, initial=np.inf) / height_px
    close = np.maximum(0.0, 1.0 - others)
    shared = np.minimum(corners_px + size_px, [right, bottom]) - np.maximum(corners_px, [left, top])
    own = np.clip(shared, 0, None).prod(axis=1) / ((right - left) * height_px)
    over = 0.0 if face.tile_xyxy_px is None else _share_over(corners_px, size_px, face.tile_xyxy_px)
    costs = away + ASKEW_COST * askew + side + STRANGER_COST * close
    return np.asarray(costs + OWN_COST * own + OVER_COST * over)


def _share_over(
    corners_px: Float[np.ndarray, "k 2"], size_px: Size, tile_xyxy_px: Float[np.ndarray, " 4"]
) -> Float[np.ndarray, " k"]:
    """Return which share of a label at each corner lies beyond a tile, 0..1."""
    ends = np.minimum(corners_px + size_px, tile_xyxy_px[2:])
    inside = np.clip(ends - np.maximum(corners_px, tile_xyxy_px[:2]), 0, None)
    return np.asarray(1 - inside.prod(axis=1) / np.prod(size_px))


def _rectangle(place: Place, sizes_px: tuple[Size, ...]) -> Float[np.ndarray, " 4"]:
    width, height = sizes_px[place.level]
    left, top = place.left_px, place.top_px
    return np.array([left, top, left + width, top + height], dtype=np.float64)
