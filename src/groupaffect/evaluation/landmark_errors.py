"""Measure placed landmarks against annotated ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from groupaffect.reference_shape import LEFT_EYE, RIGHT_EYE

N_JAW = 17
# An error above counts as a failure, as on 300-W (Sagonas et al. 2016,
# 10.1016/j.imavis.2016.01.002).
FAILURE = 0.08


@dataclass(frozen=True, slots=True)
class LandmarkErrors:
    """How far off landmarks are, in distances between the annotated eye centres.

    Attributes
    ----------
    n : annotated faces. n_no_face : those not found, which have no error.
    mean, median : of the faces' errors, each the mean over its 68 points.
    mean_inner51, median_inner51 : the same without the 17 points of the jaw.
    share_over_8 : share of all n whose error is above .08; a face not found is among them.
    """

    n: int
    n_no_face: int
    mean: float
    median: float
    mean_inner51: float
    median_inner51: float
    share_over_8: float


def measure_landmarks(
    placed_xy_px: Float[np.ndarray, "n 68 2"], annotated_xy_px: Float[np.ndarray, "n 68 2"]
) -> LandmarkErrors:
    """Return the errors of n >= 1 faces; NaN points mark a face that was not found.

    Examples
    --------
    >>> from groupaffect.reference_shape import REFERENCE_SHAPE_XY
    >>> truth = REFERENCE_SHAPE_XY[None]
    >>> apart = np.linalg.norm(truth[0, LEFT_EYE].mean(axis=0) - truth[0, RIGHT_EYE].mean(axis=0))
    >>> errors = measure_landmarks(truth + [0.1 * apart, 0.0], truth)
    >>> round(errors.mean, 6), round(errors.median_inner51, 6), errors.share_over_8
    (0.1, 0.1, 1.0)
    """
    apart_px = eye_distance(annotated_xy_px)
    distance = np.linalg.norm(placed_xy_px - annotated_xy_px, axis=2) / apart_px[:, None]  # (n, 68)
    error, inner = distance.mean(axis=1), distance[:, N_JAW:].mean(axis=1)
    found = ~np.isnan(error)
    whole, within = error[found], inner[found]
    return LandmarkErrors(
        n=len(error),
        n_no_face=int((~found).sum()),
        mean=_or_nan(np.mean, whole),
        median=_or_nan(np.median, whole),
        mean_inner51=_or_nan(np.mean, within),
        median_inner51=_or_nan(np.median, within),
        share_over_8=float(1 - (whole <= FAILURE).sum() / len(error)),
    )


def eye_distance(landmark_xy_px: Float[np.ndarray, "n 68 2"]) -> Float[np.ndarray, " n"]:
    """Return the distance between the means of each eye's six points."""
    left, right = (landmark_xy_px[:, eye].mean(axis=1) for eye in (LEFT_EYE, RIGHT_EYE))
    return np.asarray(np.linalg.norm(right - left, axis=1))


def _or_nan(figure: Callable[[np.ndarray], np.floating], values: np.ndarray) -> float:
    return float(figure(values)) if len(values) else float("nan")
