"""The mean face that every crop is aligned to, and the square frames cut around it.

Unit: the width of the jaw line (points 0 to 16). Origin: the middle of the 68
points' bounding box; x to the right of the picture, y down; eyes level.
The shape is the symmetrised Procrustes mean of the 12,000 training faces in
``faces_lfw68.parquet`` (Gower 1975, 10.1007/BF02291478).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

__all__ = [
    "FIVE_POINT_REFERENCE_XY",
    "IMAGE_FRAME",
    "LANDMARK_FRAME",
    "LEFT_EYE",
    "MIRROR_ORDER",
    "REFERENCE_SHAPE_XY",
    "RIGHT_EYE",
    "RIGID_POINTS",
    "CropFrame",
    "five_points",
]

# Parts of the 68-point iBUG scheme; left and right as the viewer sees them.
LEFT_EYE = slice(36, 42)
RIGHT_EYE = slice(42, 48)
# Nose and eyes: what a changing expression moves least.
RIGID_POINTS = slice(27, 48)
# The order of the 68 points of a face seen in a mirror.
MIRROR_ORDER = np.array(
    [*range(16, -1, -1), *range(26, 16, -1), *range(27, 31), *range(35, 30, -1)]
    + [45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40]
    + [54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55, 64, 63, 62, 61, 60, 67, 66, 65]
)


@dataclass(frozen=True, slots=True)
class CropFrame:
    """A square around the reference shape, and the size it is sampled at.

    Attributes
    ----------
    side : side of the square, in jaw widths.
    centre_y : its centre below (+) or above (-) the reference origin, in jaw widths.
    size_px : samples along the side.
    """

    side: float
    centre_y: float
    size_px: int

    def reference_to_crop(self, xy: Float[np.ndarray, "... p 2"]) -> Float[np.ndarray, "... p 2"]:
        """Map reference coordinates to crop pixels; pixel centres are at whole numbers."""
        centred = (xy - np.array([0.0, self.centre_y])) / self.side
        return np.asarray((centred + 0.5) * self.size_px - 0.5)

    def crop_to_reference(self, xy: Float[np.ndarray, "... p 2"]) -> Float[np.ndarray, "... p 2"]:
        """Map crop pixels back to reference coordinates."""
        centred = (xy + 0.5) / self.size_px - 0.5
        return np.asarray(centred * self.side + np.array([0.0, self.centre_y]))


# What the landmark network sees: the whole face with a margin to correct itself in.
LANDMARK_FRAME = CropFrame(side=1.5, centre_y=-0.05, size_px=64)
# What the image model sees: a little tighter than the median FER-2013 image (side 1.29,
# centre -0.19 by the teacher's points), so that few training crops reach past its border.
IMAGE_FRAME = CropFrame(side=1.2, centre_y=-0.16, size_px=48)

# (68, 2)
REFERENCE_SHAPE_XY: Float[np.ndarray, "68 2"] = np.array(
    [
        (-0.4994, -0.4123),
        (-0.5000, -0.2040),
        (-0.4947, -0.0995),
        (-0.4493, 0.1328),
        (-0.4035, 0.2307),
        (-0.3514, 0.3030),
        (-0.2279, 0.4114),
        (-0.0943, 0.4801),
        (-0.0000, 0.4902),
        (0.0943, 0.4801),
        (0.2279, 0.4114),
        (0.3514, 0.3030),
        (0.4035, 0.2307),
        (0.4493, 0.1328),
        (0.4947, -0.0995),
        (0.5000, -0.2040),
        (0.4994, -0.4123),
        (-0.4446, -0.4606),
        (-0.3676, -0.4692),
        (-0.2983, -0.4902),
        (-0.2084, -0.4864),
        (-0.1058, -0.4748),
        (0.1058, -0.4748),
        (0.2084, -0.4864),
        (0.2983, -0.4902),
        (0.3676, -0.4692),
        (0.4446, -0.4606),
        (-0.0000, -0.3516),
        (-0.0000, -0.2398),
        (-0.0000, -0.1365),
        (-0.0000, -0.0731),
        (-0.1003, -0.0130),
        (-0.0592, 0.0160),
        (-0.0000, 0.0171),
        (0.0592, 0.0160),
        (0.1003, -0.0130),
        (-0.3289, -0.3277),
        (-0.2795, -0.3528),
        (-0.2019, -0.3573),
        (-0.1260, -0.3154),
        (-0.1893, -0.3010),
        (-0.2652, -0.3012),
        (0.1260, -0.3154),
        (0.2019, -0.3573),
        (0.2795, -0.3528),
        (0.3289, -0.3277),
        (0.2652, -0.3012),
        (0.1893, -0.3010),
        (-0.1984, 0.1725),
        (-0.1187, 0.1275),
        (-0.0589, 0.1157),
        (-0.0000, 0.1238),
        (0.0589, 0.1157),
        (0.1187, 0.1275),
        (0.1984, 0.1725),
        (0.1116, 0.2521),
        (0.0601, 0.2725),
        (-0.0000, 0.2781),
        (-0.0601, 0.2725),
        (-0.1116, 0.2521),
        (-0.1708, 0.1699),
        (-0.0450, 0.1650),
        (-0.0000, 0.1670),
        (0.0450, 0.1650),
        (0.1708, 0.1699),
        (0.0483, 0.2059),
        (-0.0000, 0.2088),
        (-0.0483, 0.2059),
    ]
)


def five_points(landmark_xy: Float[np.ndarray, "... 68 2"]) -> Float[np.ndarray, "... 5 2"]:
    """Return eye centres, nose tip and mouth corners of each 68-point shape.

    The order is a face detector's: left eye, right eye, nose, left and right mouth
    corner, as the viewer sees them.

    Examples
    --------
    >>> five_points(REFERENCE_SHAPE_XY).round(2).tolist()[2]
    [-0.0, -0.07]
    """
    return np.stack(
        [
            landmark_xy[..., LEFT_EYE, :].mean(axis=-2),
            landmark_xy[..., RIGHT_EYE, :].mean(axis=-2),
            landmark_xy[..., 30, :],
            landmark_xy[..., 48, :],
            landmark_xy[..., 54, :],
        ],
        axis=-2,
    )


FIVE_POINT_REFERENCE_XY: Float[np.ndarray, "5 2"] = five_points(REFERENCE_SHAPE_XY)
