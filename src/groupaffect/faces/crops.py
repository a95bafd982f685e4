"""Cut small upright squares out of a grey picture."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float, UInt8
from PIL import Image

from groupaffect.reference_shape import (
    FIVE_POINT_REFERENCE_XY,
    REFERENCE_SHAPE_XY,
    RIGID_POINTS,
    CropFrame,
)
from groupaffect.similarity import fit_similarity, similarity_scale


def crop_to_picture(
    frame: CropFrame, points_xy_px: Float[np.ndarray, "n p 2"], *, rigid_only: bool = False
) -> Float[np.ndarray, "n 2 3"]:
    """Return the similarity from a frame's crop pixels to the picture, from each face's points.

    Parameters
    ----------
    points_xy_px : (n, 68, 2) iBUG points, or (n, 5, 2) of a detector, in picture pixels.
    rigid_only : fit eyes and nose alone (of 68), which an open mouth does not move.

    Returns
    -------
    (n, 2, 3) float64; NaN for faces with NaN points.
    """
    if points_xy_px.shape[1] == len(FIVE_POINT_REFERENCE_XY):
        reference = FIVE_POINT_REFERENCE_XY
    else:
        part = RIGID_POINTS if rigid_only else slice(None)
        reference, points_xy_px = REFERENCE_SHAPE_XY[part], points_xy_px[:, part]
    crop_xy = frame.reference_to_crop(reference)
    return fit_similarity(np.broadcast_to(crop_xy, points_xy_px.shape), points_xy_px)


def cut_crops(
    grey: UInt8[np.ndarray, "height width"],
    crop_to_picture: Float[np.ndarray, "n 2 3"],
    *,
    size_px: int,
) -> UInt8[np.ndarray, "n size size"]:
    """Sample a picture at each crop's pixels, bilinearly, averaging first where it shrinks.

    The picture continues past its border by its edge pixels, as in training.

    Parameters
    ----------
    grey : (height, width) picture.
    crop_to_picture : (n, 2, 3) finite transforms; pixel centres at whole numbers.
    size_px : side of the crops.

    Examples
    --------
    >>> ramp = np.tile(np.arange(8, dtype=np.uint8), (8, 1))
    >>> shift = np.array([[[1.0, 0.0, 2.5], [0.0, 1.0, 0.0]]])
    >>> cut_crops(ramp, shift, size_px=4)[0, 0].tolist()
    [3, 4, 5, 6]
    """
    steps = np.arange(size_px, dtype=np.float32)
    ones = np.ones(size_px * size_px, dtype=np.float32)
    crop_xy1 = np.stack([np.tile(steps, size_px), np.repeat(steps, size_px), ones])
    crops = np.empty((len(crop_to_picture), size_px, size_px), dtype=np.uint8)
    scales = similarity_scale(crop_to_picture)
    for crop, transform, scale in zip(crops, crop_to_picture, scales, strict=True):
        crop[:] = _cut_one(grey, transform, int(scale), crop_xy1).reshape(size_px, size_px)
    return crops


def _cut_one(
    grey: np.ndarray, transform: np.ndarray, shrink: int, crop_xy1: np.ndarray
) -> np.ndarray:
    """Sample one crop; ``shrink`` whole pixels are averaged to one before sampling."""
    x, y = transform.astype(np.float32) @ crop_xy1
    height, width = grey.shape
    # What is averaged at the crop's rim is whole, and centred where an upright crop samples.
    shrink = max(shrink, 1)
    before, after = 1.5 * shrink - 0.5, 2 * shrink
    left, top = _clip_floor(x.min() - before, width), _clip_floor(y.min() - before, height)
    right, bottom = _clip_floor(x.max() + after, width), _clip_floor(y.max() + after, height)
    part = grey[top : bottom + 1, left : right + 1]
    x, y = x - left, y - top
    if shrink > 1:
        part = np.asarray(Image.fromarray(part).reduce(shrink))
        x, y = (x + 0.5) / shrink - 0.5, (y + 0.5) / shrink - 0.5
    return _sample_bilinear(part, x, y)


def _clip_floor(value: Any, size: int) -> int:  # noqa: ANN401 (any NumPy scalar)
    return int(np.clip(np.floor(value), 0, size - 1))


def _sample_bilinear(part: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return uint8 samples at (x, y), clamped to the part's edge pixels."""
    height, width = part.shape
    x, y = x.clip(0, width - 1), y.clip(0, height - 1)
    column = np.minimum(x.astype(np.int32), max(width - 2, 0))
    row = np.minimum(y.astype(np.int32), max(height - 2, 0))
    right = x - column
    down = y - row
    flat = part.ravel()
    at = row * width + column
    one_right = min(1, width - 1)
    one_down = width if height > 1 else 0
    upper = flat[at] * (1 - right) + flat[at + one_right] * right
    lower = flat[at + one_down] * (1 - right) + flat[at + one_down + one_right] * right
    return np.asarray(upper * (1 - down) + lower * down + 0.5).astype(np.uint8)
