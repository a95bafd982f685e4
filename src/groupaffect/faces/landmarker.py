"""Place 68 points on faces with the package's own network."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, UInt8
from scipy.special import expit

from groupaffect.faces.crops import crop_to_picture, cut_crops
from groupaffect.inference import open_network
from groupaffect.reference_shape import LANDMARK_FRAME
from groupaffect.similarity import apply_similarity
from groupaffect.types import LandmarkNetworkName


@dataclass(frozen=True, slots=True)
class PlacedFaces:
    """The landmarks of n faces, and how far they can be believed.

    Attributes
    ----------
    points_xy_px : (n, 68, 2) iBUG points.
    face_probability : (n,) 0..1 that a face is framed at all.
    fit_probability : (n,) 0..1 that the points are right: less than 8 % of the distance between
        the eye centres off on average, as the network was taught by its own errors.
    """

    points_xy_px: Float[np.ndarray, "n 68 2"]
    face_probability: Float[np.ndarray, " n"]
    fit_probability: Float[np.ndarray, " n"]


def place_landmarks(
    grey: UInt8[np.ndarray, "height width"],
    framed_by_xy_px: Float[np.ndarray, "n p 2"],
    *,
    network: LandmarkNetworkName = "landmark_network",
) -> PlacedFaces:
    """Return each face's 68 points in picture pixels.

    Parameters
    ----------
    grey : (height, width) picture.
    framed_by_xy_px : (n, 68, 2) the face's points a moment ago, or (n, 5, 2) of a detector.
    """
    transform = crop_to_picture(LANDMARK_FRAME, framed_by_xy_px)
    crops = cut_crops(grey, transform, size_px=LANDMARK_FRAME.size_px)
    placed = read_landmark_crops(crops, network=network)
    points = apply_similarity(transform, placed.points_xy_px)
    return replace(placed, points_xy_px=points)


def read_landmark_crops(
    crops: UInt8[np.ndarray, "n 64 64"], *, network: LandmarkNetworkName = "landmark_network"
) -> PlacedFaces:
    """Return what the network says of crops; points in their pixels."""
    if not len(crops):
        return PlacedFaces(np.empty((0, 68, 2)), np.empty(0), np.empty(0))
    names = ["landmark_xy_px", "face_logit", "fit_logit"]
    outputs = open_network("faces", network).run(names, {"grey": crops[:, None].astype(np.float32)})
    points, face_logit, fit_logit = (np.asarray(o, dtype=np.float64) for o in outputs)
    return PlacedFaces(points, expit(face_logit), expit(fit_logit))
