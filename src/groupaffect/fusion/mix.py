"""The weighted sum of the two models (paper 4.3)."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float


def fuse(
    image_p: Float[np.ndarray, "*shape 7"],
    landmark_p: Float[np.ndarray, "*shape 7"],
    image_weight: Float[np.ndarray, "*shape"] | float,
) -> Float[np.ndarray, "*shape 7"]:
    """Return image x image weight + landmark x landmark weight, renormalised.

    Where one model is missing the other is taken alone; where both are, NaN (METHODS 6).

    Parameters
    ----------
    image_p, landmark_p : (..., 7) rows sum to 1 or are NaN.
    image_weight : (...) or a number, 0..1; the landmark model has the rest.

    Examples
    --------
    >>> happy, sad, missing = np.eye(7)[3], np.eye(7)[4], np.full(7, np.nan)
    >>> fuse(happy, sad, 0.75)[[3, 4]].tolist()
    [0.75, 0.25]
    >>> fuse(missing, sad, 0.75)[4].item(), fuse(missing, missing, 0.75)[4].item()
    (1.0, nan)
    """
    has_image = ~np.isnan(image_p).any(axis=-1)
    has_landmark = ~np.isnan(landmark_p).any(axis=-1)
    weight = np.where(has_landmark, np.where(has_image, image_weight, 0.0), 1.0)[..., None]
    image = np.where(has_image[..., None], image_p, 0.0)
    landmark = np.where(has_landmark[..., None], landmark_p, 0.0)
    mixed = weight * image + (1.0 - weight) * landmark
    with np.errstate(invalid="ignore"):  # 0 / 0 where both are missing is the NaN wanted
        return np.asarray(mixed / mixed.sum(axis=-1, keepdims=True))
