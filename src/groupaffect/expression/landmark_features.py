"""Describe a 68-point shape by four numbers for each point.

The paper's four: x, y, distance from the mean of all points, vector angle.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Float32

from groupaffect.reference_shape import REFERENCE_SHAPE_XY
from groupaffect.similarity import apply_similarity, fit_similarity

N_FEATURES = 4 * 68
_REFERENCE_OFFSET_XY = REFERENCE_SHAPE_XY - REFERENCE_SHAPE_XY.mean(axis=0)
_REFERENCE_ANGLE = np.arctan2(_REFERENCE_OFFSET_XY[:, 1], _REFERENCE_OFFSET_XY[:, 0])


def describe_landmarks(
    landmark_xy_px: Float[np.ndarray, "n 68 2"],
) -> Float32[np.ndarray, "n 272"]:
    """Return x, y, distance and angle of each point, free of place, size and head roll.

    Each shape is first moved, scaled and turned onto the mean face. Angles are taken from
    the mean face's angle of the same point, so that none jumps between -pi and pi for the
    points left of the centre.

    Parameters
    ----------
    landmark_xy_px : (n, 68, 2) points, any unit; NaN shapes give NaN rows.

    Returns
    -------
    (n, 272): 68 x, 68 y, 68 distances (jaw widths), 68 angles (radians, -pi to pi).

    Examples
    --------
    >>> moved = 40.0 * REFERENCE_SHAPE_XY[None] + 100.0
    >>> float(np.abs(describe_landmarks(moved)[0, 204:]).max().round(6))
    0.0
    """
    onto = np.broadcast_to(REFERENCE_SHAPE_XY, landmark_xy_px.shape)
    upright = apply_similarity(fit_similarity(landmark_xy_px, onto), landmark_xy_px)
    offset = upright - upright.mean(axis=1, keepdims=True)
    x, y = offset[..., 0], offset[..., 1]
    angle = np.arctan2(y, x) - _REFERENCE_ANGLE
    angle = (angle + np.pi) % (2 * np.pi) - np.pi
    return np.concatenate([x, y, np.hypot(x, y), angle], axis=1).astype(np.float32)
