"""Hide parts of a picture so that what they showed cannot be told from what is left."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Float, UInt8
from PIL import Image

# Cells along the longer side of a region; a face takes about two by two of them (ours, so that the
# detector finds no face in them). People know half of the familiar faces they are shown from 7x10
# (Sinha et al. 2006, 10.1109/JPROC.2006.884093, result 1).
CELLS = 4


def hide_regions(
    rgb: UInt8[np.ndarray, "h w 3"], regions_xyxy_px: Float[np.ndarray, "n 4"]
) -> UInt8[np.ndarray, "h w 3"]:
    """Return the picture with each region replaced by the means of a few cells, run together.

    Parameters
    ----------
    rgb : left as it is.
    regions_xyxy_px : (n, 4); what lies outside the picture is passed over.

    Examples
    --------
    >>> checks = np.indices((48, 48)).sum(axis=0).astype(np.uint8) % 2 * 255
    >>> hidden = hide_regions(np.dstack([checks] * 3), np.array([[0.0, 0.0, 48.0, 48.0]]))
    >>> int(np.ptp(hidden)) < 4
    True
    """
    image = Image.fromarray(rgb)
    for region in regions_xyxy_px:
        _hide(image, region)
    return np.array(image)


def _hide(image: Image.Image, region_xyxy_px: Float[np.ndarray, " 4"]) -> None:
    left, top = (max(0, math.floor(edge)) for edge in region_xyxy_px[:2])
    right = min(image.width, math.ceil(region_xyxy_px[2]))
    bottom = min(image.height, math.ceil(region_xyxy_px[3]))
    if left >= right or top >= bottom:
        return
    # By the whole region, so that a head at the margin is not cut into finer cells.
    cell_px = max(*(region_xyxy_px[2:] - region_xyxy_px[:2])) / CELLS
    size_px = right - left, bottom - top
    n_cells = [max(1, round(side / cell_px)) for side in size_px]
    part = image.crop((left, top, right, bottom))
    cells = part.resize((n_cells[0], n_cells[1]), Image.Resampling.BOX)
    image.paste(cells.resize(size_px, Image.Resampling.BILINEAR), (left, top))
