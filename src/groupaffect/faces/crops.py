"""Cut small upright squares out of a grey picture."""

from __future__ import annotations

import math

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

    The picture continues past its border by its edge pixels, as in training; fractions of a
    grey level are cut off.

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
    [2, 3, 4, 5]
    """
    crops = np.empty((len(crop_to_picture), size_px, size_px), dtype=np.uint8)
    shrinks = np.maximum(similarity_scale(crop_to_picture).astype(int), 1)
    for crop, transform, shrink in zip(crops, crop_to_picture, shrinks.tolist(), strict=True):
        crop[:] = _cut_one(grey, transform, size_px=size_px, shrink=shrink)
    return crops


def _cut_one(grey: np.ndarray, transform: np.ndarray, *, size_px: int, shrink: int) -> np.ndarray:
    """Sample one crop; ``shrink`` whole pixels are averaged to one before sampling."""
    (xx, xy, x), (yx, yy, y) = transform.tolist()
    last = size_px - 1
    xs = x, x + xx * last, x + xy * last, x + (xx + xy) * last  # the crop's corners
    ys = y, y + yx * last, y + yy * last, y + (yx + yy) * last
    # A sample of margin: what is averaged at the rim is whole, and centred on an upright crop's.
    left, top = (math.floor(min(v) - 1.5 * shrink + 0.5) for v in (xs, ys))
    right, bottom = (math.ceil(max(v) + 2 * shrink + 1) for v in (xs, ys))
    part = Image.fromarray(_part(grey, left=left, top=top, right=right, bottom=bottom))
    if shrink > 1:
        part = part.reduce(shrink)
    # Pillow counts from a pixel's corner, not from its centre.
    place = (
        *(xx, xy, x - left + 0.5 - 0.5 * (xx + xy)),
        *(yx, yy, y - top + 0.5 - 0.5 * (yx + yy)),
    )
    return np.asarray(
        part.transform(
            (size_px, size_px),
            Image.Transform.AFFINE,
            tuple(coefficient / shrink for coefficient in place),
            Image.Resampling.BILINEAR,
        )
    )


def _part(grey: np.ndarray, *, left: int, top: int, right: int, bottom: int) -> np.ndarray:
    """Return the picture between these bounds; past its border its edge pixels go on."""
    height, width = grey.shape
    if left >= 0 and top >= 0 and right <= width and bottom <= height:
        return grey[top:bottom, left:right]
    rows = np.arange(top, bottom).clip(0, height - 1)
    columns = np.arange(left, right).clip(0, width - 1)
    return np.asarray(grey[np.ix_(rows, columns)])
