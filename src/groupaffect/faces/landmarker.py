"""Place 68 points on faces with the package's own network."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, UInt8

from groupaffect.faces.crops import crop_to_picture, cut_crops
from groupaffect.inference import open_network
from groupaffect.reference_shape import LANDMARK_FRAME
from groupaffect.similarity import apply_similarity


def place_landmarks(
    grey: UInt8[np.ndarray, "height width"], framed_by_xy_px: Float[np.ndarray, "n p 2"]
) -> tuple[Float[np.ndarray, "n 68 2"], Float[np.ndarray, " n"]]:
    """Return each face's 68 points and how surely a face is framed at all.

    Parameters
    ----------
    grey : (height, width) picture.
    framed_by_xy_px : (n, 68, 2) the face's points a moment ago, or (n, 5, 2) of a detector.

    Returns
    -------
    (n, 68, 2) iBUG points in picture pixels, and (n,) face probability 0..1.
    """
    transform = crop_to_picture(LANDMARK_FRAME, framed_by_xy_px)
    crops = cut_crops(grey, transform, size_px=LANDMARK_FRAME.size_px)
    crop_xy, face_probability = read_landmark_crops(crops)
    return apply_similarity(transform, crop_xy), face_probability


def read_landmark_crops(
    crops: UInt8[np.ndarray, "n 64 64"],
) -> tuple[Float[np.ndarray, "n 68 2"], Float[np.ndarray, " n"]]:
    """Return points in crop pixels and face probability, straight from the network."""
    if not len(crops):
        return np.empty((0, 68, 2)), np.empty(0)
    network = open_network("faces", "landmark_network")
    points, face_logit = network.run(
        ["landmark_xy_px", "face_logit"], {"grey": crops[:, None].astype(np.float32)}
    )
    return points.astype(np.float64), 1 / (1 + np.exp(-face_logit.astype(np.float64)))
