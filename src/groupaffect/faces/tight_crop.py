"""Find the landmarks of a face that fills a small still, such as a FER-2013 image.

No detector is needed: the face is where such data sets put it, and the landmark network
corrects the rest from its own answer.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import UInt8

from groupaffect.faces.landmarker import PlacedFaces, place_landmarks
from groupaffect.reference_shape import REFERENCE_SHAPE_XY, CropFrame
from groupaffect.types import LandmarkNetworkName

# The median framing of FER-2013 images, from the teacher's points on Training.
_TIGHT_SIDE, _TIGHT_CENTRE_Y = 1.29, -0.19
N_PASSES = 3


def place_landmarks_on_tight_crop(
    grey: UInt8[np.ndarray, "height width"],
    *,
    network: LandmarkNetworkName = "landmark_network",
) -> PlacedFaces:
    """Return the one face that is there, in pixels of the still.

    Parameters
    ----------
    grey : (height, width) a face that fills the picture.
    """
    height, width = grey.shape
    framing = CropFrame(_TIGHT_SIDE, _TIGHT_CENTRE_Y, size_px=min(height, width))
    margin = (np.array([width, height]) - framing.size_px) / 2
    points = (framing.reference_to_crop(REFERENCE_SHAPE_XY) + margin)[None]
    placed = place_landmarks(grey, points, network=network)
    for _ in range(N_PASSES - 1):
        placed = place_landmarks(grey, placed.points_xy_px, network=network)
    return placed
