"""The tile that each face is in, where a call shows a plain grid."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from groupaffect.types import ParticipantFacts

Grid = tuple[int, int]  # rows, columns
WHOLE_SHARE = 0.8  # of a face's box that must lie in its tile, as in ``faces.layout``


def read_grid(participants: Sequence[ParticipantFacts]) -> Grid | None:
    """Return how many rows and columns of tiles a session's people were first seen in.

    None in a room, or where there is one tile.

    Examples
    --------
    >>> read_grid([ParticipantFacts("P1", "P1", 1, 2, 0.0, 1.0, 1.0)])
    (1, 2)
    """
    rows = max((facts.tile_row or 0 for facts in participants), default=0)
    columns = max((facts.tile_column or 0 for facts in participants), default=0)
    return (rows, columns) if rows * columns > 1 else None


def find_tiles(
    box_xyxy_px: Float[np.ndarray, "n 4"], grid: Grid | None, *, picture_size_px: tuple[int, int]
) -> Float[np.ndarray, "n 4"] | None:
    """Return the tile of each face, all tiles having one size; None where that does not fit.

    The session does not keep where tiles are. They fit where each face lies in one of its own.

    Examples
    --------
    >>> boxes = np.array([[10.0, 10, 30, 40], [60.0, 20, 80, 50]])
    >>> find_tiles(boxes, (1, 2), picture_size_px=(100, 60)).tolist()
    [[0.0, 0.0, 50.0, 60.0], [50.0, 0.0, 100.0, 60.0]]
    >>> find_tiles(boxes - [20, 0, 20, 0], (1, 2), picture_size_px=(100, 60)) is None
    True
    """
    if grid is None or not len(box_xyxy_px):
        return None
    size = np.array(picture_size_px) / np.array(grid[::-1])  # width, height
    place = np.floor((box_xyxy_px[:, :2] + box_xyxy_px[:, 2:]) / 2 / size)
    tiles = np.concatenate([place * size, (place + 1) * size], axis=1)
    if len(np.unique(place, axis=0)) < len(place):
        return None
    inside = np.minimum(box_xyxy_px[:, 2:], tiles[:, 2:]) - np.maximum(
        box_xyxy_px[:, :2], tiles[:, :2]
    )
    share = np.clip(inside, 0, None).prod(axis=1) / np.prod(
        box_xyxy_px[:, 2:] - box_xyxy_px[:, :2], axis=1
    )
    return tiles if (share >= WHOLE_SHARE).all() else None
