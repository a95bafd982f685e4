"""Say how far the pixels of a face can be relied on."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, UInt8

from groupaffect.reference_shape import LEFT_EYE, REFERENCE_SHAPE_XY, RIGHT_EYE
from groupaffect.similarity import apply_similarity, fit_similarity

# All ours; each factor is 1 where it is harmless.
FULL_WIDTH_PX = 48.0  # a face as wide as the image model's crop loses nothing
FULL_SHARPNESS = 0.02  # of a face in focus, see ``sharpness``
SIDEWAYS = 0.35  # eye-centre distances from the mid line at which half is hidden


def face_quality(
    aligned_grey: UInt8[np.ndarray, "n side side"],
    landmark_xy_px: Float[np.ndarray, "n 68 2"],
    *,
    face_probability: Float[np.ndarray, " n"],
    fit_probability: Float[np.ndarray, " n"],
) -> Float[np.ndarray, " n"]:
    """Return 0..1 for each face: both probabilities x size x sharpness x frontality.

    Parameters
    ----------
    aligned_grey : (n, side, side) crops. landmark_xy_px : (n, 68, 2) in picture pixels.
    face_probability, fit_probability : (n,) 0..1, see ``landmarker.PlacedFaces``.
    """
    width_px = np.ptp(landmark_xy_px[..., 0], axis=1)
    size = np.clip(width_px / FULL_WIDTH_PX, 0, 1)
    focus = np.clip(np.sqrt(sharpness(aligned_grey) / FULL_SHARPNESS), 0.1, 1)
    sure = face_probability * fit_probability
    return np.asarray(sure * size * focus * frontality(landmark_xy_px))


def sharpness(grey: UInt8[np.ndarray, "n side side"]) -> Float[np.ndarray, " n"]:
    """Return the variance of the Laplacian divided by the variance of the picture.

    References
    ----------
    Pech-Pacheco et al. 2000, 10.1109/ICPR.2000.903548; the division makes it free of contrast.
    """
    level = grey.astype(np.float32)
    inner = level[:, 1:-1, 1:-1]
    laplacian = (
        level[:, :-2, 1:-1] + level[:, 2:, 1:-1] + level[:, 1:-1, :-2] + level[:, 1:-1, 2:]
    ) / 4 - inner
    return np.asarray(laplacian.var(axis=(1, 2)) / (level.var(axis=(1, 2)) + 1.0))


def frontality(landmark_xy_px: Float[np.ndarray, "n 68 2"]) -> Float[np.ndarray, " n"]:
    """Return 1 for a face seen from the front, falling to 0 as the nose nears one eye.

    The nose tip's distance from the eyes' mid line, d in eye-centre distances, gives
    1 / (1 + (d / .35)^2), measured on the upright face.

    Examples
    --------
    >>> frontality(REFERENCE_SHAPE_XY[None]).round(3)
    array([1.])
    """
    onto = np.broadcast_to(REFERENCE_SHAPE_XY, landmark_xy_px.shape)
    upright = apply_similarity(fit_similarity(landmark_xy_px, onto), landmark_xy_px)
    left, right = upright[:, LEFT_EYE].mean(axis=1), upright[:, RIGHT_EYE].mean(axis=1)
    apart = np.linalg.norm(right - left, axis=1)
    aside = upright[:, 30, 0] - (left[:, 0] + right[:, 0]) / 2
    return np.asarray(1 / (1 + (aside / (SIDEWAYS * np.maximum(apart, 1e-6))) ** 2))
