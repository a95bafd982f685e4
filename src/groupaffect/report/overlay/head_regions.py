"""The parts of a picture that show whole heads, from boxes around faces."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

# Margins in widths (sides) and heights (above, below) of a box from forehead to chin. Ours,
# generous: hair and ears identify people as well, and boxes waver.
SIDE_MARGIN, TOP_MARGIN, BOTTOM_MARGIN = 0.5, 0.5, 0.25
# Share of the smaller of two regions in one frame that makes them one head (ours).
ONE_HEAD_SHARE = 0.5


def box_to_head(box_xyxy_px: Float[np.ndarray, "n 4"]) -> Float[np.ndarray, "n 4"]:
    """Return the regions of whole heads around boxes of faces.

    Examples
    --------
    >>> box_to_head(np.array([[10.0, 10, 20, 30]])).tolist()
    [[5.0, 0.0, 25.0, 35.0]]
    """
    width, height = (box_xyxy_px[:, 2:] - box_xyxy_px[:, :2]).T
    side = SIDE_MARGIN * width
    grown = np.stack([-side, -TOP_MARGIN * height, side, BOTTOM_MARGIN * height], axis=1)
    return np.asarray(box_xyxy_px + grown)


def shared_area(
    region_xyxy_px: Float[np.ndarray, " 4"], others_xyxy_px: Float[np.ndarray, "n 4"]
) -> Float[np.ndarray, " n"]:
    """Return how many square pixels a region has in common with each of the others.

    Examples
    --------
    >>> shared_area(np.array([0.0, 0, 9, 9]), np.array([[6.0, 6, 20, 20]])).tolist()
    [9.0]
    """
    top_left = np.maximum(region_xyxy_px[:2], others_xyxy_px[:, :2])
    bottom_right = np.minimum(region_xyxy_px[2:], others_xyxy_px[:, 2:])
    return np.asarray(np.prod(np.clip(bottom_right - top_left, 0, None), axis=1))


def area(regions_xyxy_px: Float[np.ndarray, "n 4"]) -> Float[np.ndarray, " n"]:
    """Return the square pixels of each region; never 0, so that shares can be taken."""
    sides = regions_xyxy_px[:, 2:] - regions_xyxy_px[:, :2]
    return np.asarray(np.maximum(np.prod(np.maximum(sides, 0), axis=1), 1e-9))


def merge_heads(regions_xyxy_px: Float[np.ndarray, "n 4"]) -> Float[np.ndarray, "m 4"]:
    """Return one region around those of one frame that show the same head.

    Examples
    --------
    >>> regions = np.array([[0.0, 0, 10, 10], [2.0, 2, 12, 12], [40.0, 0, 50, 10]])
    >>> merge_heads(regions).tolist()
    [[0.0, 0.0, 12.0, 12.0], [40.0, 0.0, 50.0, 10.0]]
    """
    merged = np.zeros((0, 4))
    for region in regions_xyxy_px:
        smaller = np.minimum(area(region[None]), area(merged))
        same = shared_area(region, merged) / smaller >= ONE_HEAD_SHARE
        together = union(np.concatenate([region[None], merged[same]]))
        merged = np.concatenate([merged[~same], together[None]])
    return merged[np.lexsort(merged.T[::-1])]


def union(regions_xyxy_px: Float[np.ndarray, "n 4"]) -> Float[np.ndarray, " 4"]:
    """Return the smallest region around all of them; at least one."""
    low, high = regions_xyxy_px[:, :2].min(axis=0), regions_xyxy_px[:, 2:].max(axis=0)
    return np.concatenate([low, high])
