"""Tell a call's grid of tiles from a room, by the seams between tiles.

A tile's border is a straight, static, one-pixel discontinuity along the whole of a region.
Regions are cut along such seams again and again until none is left (an X-Y cut, Nagy & Seth
1984, there for printed pages), which covers grids, strips and centred rows alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float, UInt8

Box = tuple[int, int, int, int]
# Grey pictures of one size; never stacked, which would copy them all: 130 MB of 4K probes.
Pictures = Sequence[UInt8[np.ndarray, "height width"]]
Region = Sequence[UInt8[np.ndarray, "rows columns"]]  # of each picture

# All ours, from 2x2 recordings and room scenes.
MIN_STEP_GREY = 5.0  # grey levels by which a seam must exceed its surroundings
MIN_SEAM_SHARE = 0.6  # of the rows along a seam that must show it
MIN_LIVELY_SHARE = 0.25  # of the rows that must show anything at all
MIN_TILE_SHARE = 1 / 8  # of the picture's side; thinner strips are gaps and margins
MAX_MARGIN_SHARE = 3 / 4  # of a tile's side; smaller regions that show nothing are margins
MAX_DEPTH = 4
WHOLE_SHARE = 0.8  # of a face's box that must lie in its tile
MIN_WHOLE_FACES = 0.9  # share of the faces of which that must be so


@dataclass(frozen=True, slots=True)
class Layout:
    """Where participants can be.

    Attributes
    ----------
    kind : "grid" (each participant in a tile) or "room" (anywhere).
    tiles_xyxy_px : (k, 4) tiles in reading order; the whole picture for a room.
    row, column : of each tile, from 1.
    """

    kind: Literal["grid", "room"]
    tiles_xyxy_px: Float[np.ndarray, "k 4"]
    row: tuple[int, ...]
    column: tuple[int, ...]

    @property
    def n_columns(self) -> int:
        """The most tiles beside each other."""
        return max(self.column)


def room(width_px: int, height_px: int) -> Layout:
    """Return the layout of a picture that is one scene."""
    return Layout("room", np.array([[0.0, 0.0, width_px, height_px]]), (1,), (1,))


def find_layout(
    pictures: Pictures,
    face_box_xyxy_px: Float[np.ndarray, "m 4"],
) -> Layout:
    """Return the layout seen in a few pictures from all over a recording.

    It is a grid if at least two tiles hold faces and no seam runs through a face.

    Parameters
    ----------
    pictures : (height, width) grey, all of one size, at least one.
    face_box_xyxy_px : (m, 4) faces detected in any of them.
    """
    height, width = pictures[0].shape
    tiles = _without_margins(pictures, cut_at_seams(pictures))
    if len(tiles) < 2 or not len(face_box_xyxy_px):
        return room(width, height)
    boxes = np.array(tiles, dtype=np.float64)
    row, column = _reading_order(boxes)
    order = np.lexsort((column, row))
    rows, columns = tuple(row[order].tolist()), tuple(column[order].tolist())
    grid = Layout("grid", boxes[order], rows, columns)
    home = tile_of(boxes, face_box_xyxy_px)
    several = len(set(home[home >= 0].tolist())) >= 2
    return grid if several and lie_in_tiles(face_box_xyxy_px, grid) else room(width, height)


def lie_in_tiles(face_box_xyxy_px: Float[np.ndarray, "n 4"], layout: Layout) -> bool:
    """Return whether nearly all faces lie within tiles, as no seam runs through a face."""
    if not len(face_box_xyxy_px):
        return True
    home = tile_of(layout.tiles_xyxy_px, face_box_xyxy_px)
    inside = _overlap_share(face_box_xyxy_px, layout.tiles_xyxy_px)
    whole = (home >= 0) & (inside[np.arange(len(home)), home] > WHOLE_SHARE)
    return bool(whole.mean() >= MIN_WHOLE_FACES)


def tile_of(
    tiles_xyxy_px: Float[np.ndarray, "k 4"], box_xyxy_px: Float[np.ndarray, "n 4"]
) -> np.ndarray:
    """Return the index of the tile that holds each box's centre, -1 for none.

    Examples
    --------
    >>> tiles = np.array([[0.0, 0, 10, 10], [10, 0, 20, 10]])
    >>> tile_of(tiles, np.array([[12.0, 2, 16, 6], [30, 2, 34, 6]])).tolist()
    [1, -1]
    """
    centre = (box_xyxy_px[:, :2] + box_xyxy_px[:, 2:]) / 2
    at_least = (centre[:, None] >= tiles_xyxy_px[None, :, :2]).all(axis=2)
    below = (centre[:, None] < tiles_xyxy_px[None, :, 2:]).all(axis=2)
    holds = at_least & below
    return np.where(holds.any(axis=1), holds.argmax(axis=1), -1)


def cut_at_seams(pictures: Pictures) -> list[Box]:
    """Return the regions (left, top, right, bottom) that seams divide the picture into."""
    height, width = pictures[0].shape
    smallest = (max(16, int(width * MIN_TILE_SHARE)), max(16, int(height * MIN_TILE_SHARE)))
    return _cut(pictures, (0, 0, width, height), smallest, depth=0)


def _without_margins(pictures: Pictures, tiles: list[Box]) -> list[Box]:
    """Leave out regions that show nothing and are smaller than tiles, as beside a centred row."""
    if not tiles:  # a picture that seams cut into slivers
        return []
    shows = [bool(_is_lively(_part(pictures, tile)).any()) for tile in tiles]
    sides = np.array([(right - left, bottom - top) for left, top, right, bottom in tiles])
    usual = np.median(sides[shows], axis=0) if any(shows) else sides.min(axis=0)
    large = (sides >= MAX_MARGIN_SHARE * usual).all(axis=1)
    return [tile for k, tile in enumerate(tiles) if shows[k] or large[k]]


def _cut(pictures: Pictures, box: Box, smallest: tuple[int, int], *, depth: int) -> list[Box]:
    left, top, right, bottom = box
    if depth == MAX_DEPTH:
        return [box]
    part = _part(pictures, box)
    across = [left + x for x in _seams(part)]
    down = [top + y for y in _seams([picture.T for picture in part])] if not across else []
    if across:
        edges = [left, *across, right]
        pieces = [(a, top, b, bottom) for a, b in pairwise(edges)]
    elif down:
        edges = [top, *down, bottom]
        pieces = [(left, a, right, b) for a, b in pairwise(edges)]
    else:
        return [box]
    wide = [p for p in pieces if p[2] - p[0] >= smallest[0] and p[3] - p[1] >= smallest[1]]
    return [tile for piece in wide for tile in _cut(pictures, piece, smallest, depth=depth + 1)]


def _part(pictures: Pictures, box: Box) -> Region:
    """Return views of a region of each picture."""
    left, top, right, bottom = box
    return [picture[top:bottom, left:right] for picture in pictures]


def _seams(part: Region) -> list[int]:
    """Return the columns at whose left side a seam runs from top to bottom."""
    if part[0].shape[1] < 48:
        return []
    step = np.zeros(part[0].shape, dtype=np.float32)
    for picture in part:
        signed = picture.astype(np.int16)
        step[:, 1:] += np.abs(np.diff(signed, axis=1))
    step /= len(part)  # (rows, columns): mean step to the left neighbour
    around = np.full_like(step, np.inf)
    around[:, 4:-4] = (step[:, 1:-7] + step[:, 2:-6] + step[:, 6:-2] + step[:, 7:-1]) / 4
    excess = step - around
    lively = _is_lively(part)
    shows = (excess > MIN_STEP_GREY) & lively[:, None]
    share = shows.sum(axis=0) / max(int(lively.sum()), 1)
    if lively.mean() < MIN_LIVELY_SHARE:
        return []
    return _peaks(share)


def _is_lively(part: Region) -> Bool[np.ndarray, " rows"]:
    """Mark rows in which something is visible in some picture; black bars say nothing."""
    return np.asarray(np.any([np.ptp(picture, axis=1) > 24 for picture in part], axis=0))


def _peaks(share: Float[np.ndarray, " columns"]) -> list[int]:
    """Return the best column of each run of columns above the threshold."""
    above = np.flatnonzero(share >= MIN_SEAM_SHARE)
    runs = np.split(above, np.flatnonzero(np.diff(above) > 2) + 1)
    return [int(run[share[run].argmax()]) for run in runs if len(run)]


def _overlap_share(
    box_xyxy: Float[np.ndarray, "n 4"], tile_xyxy: Float[np.ndarray, "k 4"]
) -> Float[np.ndarray, "n k"]:
    """Return the share of each box that lies in each tile."""
    top_left = np.maximum(box_xyxy[:, None, :2], tile_xyxy[None, :, :2])
    bottom_right = np.minimum(box_xyxy[:, None, 2:], tile_xyxy[None, :, 2:])
    overlap = np.prod(np.clip(bottom_right - top_left, 0, None), axis=2)
    area = np.prod(box_xyxy[:, 2:] - box_xyxy[:, :2], axis=1)
    return np.asarray(overlap / np.maximum(area, 1e-9)[:, None])


def _reading_order(tiles: Float[np.ndarray, "k 4"]) -> tuple[np.ndarray, np.ndarray]:
    """Return each tile's row and column, from 1; tiles of one row overlap in height by half."""
    centre_y = (tiles[:, 1] + tiles[:, 3]) / 2
    half = np.median(tiles[:, 3] - tiles[:, 1]) / 2
    row = np.zeros(len(tiles), dtype=int)
    level, last_y = 0, -np.inf
    for k in np.argsort(centre_y, kind="stable"):
        if centre_y[k] - last_y > half:
            level, last_y = level + 1, centre_y[k]
        row[k] = level
    column = np.array(
        [1 + int(((row == row[k]) & (tiles[:, 0] < tiles[k, 0])).sum()) for k in range(len(tiles))]
    )
    return row, column
