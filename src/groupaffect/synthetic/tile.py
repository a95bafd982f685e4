"""One person in one tile of a video call."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, UInt8

from groupaffect.reference_shape import REFERENCE_SHAPE_XY
from groupaffect.synthetic.performance import FaceState
from groupaffect.synthetic.person import Person


@dataclass(frozen=True, slots=True)
class RenderedTile:
    """A rendered picture and where its face truly is.

    Attributes
    ----------
    rgb : (height, width, 3) uint8.
    landmark_xy_px : (68, 2) points in pixels of the tile.
    box_xyxy_px : (4,) left, top, right, bottom of the face in pixels of the tile.
    """

    rgb: UInt8[np.ndarray, "height width 3"]
    landmark_xy_px: Float[np.ndarray, "68 2"]
    box_xyxy_px: Float[np.ndarray, " 4"]


def render_tile(person: Person, state: FaceState, *, width_px: int, height_px: int) -> RenderedTile:
    """Draw a person at one moment.

    Parameters
    ----------
    width_px, height_px : of the tile.
    """
    shift = np.array([0.5 * width_px, 0.5 * height_px]) + np.array(state.shift_xy) * height_px
    points = REFERENCE_SHAPE_XY * 0.45 * height_px + shift
    grey = 90 + 20 * (person.identity_seed % 6)
    rgb = np.full((height_px, width_px, 3), grey, dtype=np.uint8)
    columns, rows = points.round().astype(int).T
    rgb[rows.clip(0, height_px - 1), columns.clip(0, width_px - 1)] = 255
    return RenderedTile(rgb, points, np.concatenate([points.min(axis=0), points.max(axis=0)]))
