"""Whether probabilities mean what they say: how often readings are right, by how sure they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

N_BINS = 15


@dataclass(frozen=True, slots=True)
class Reliability:
    """Readings sorted into equal-width bins of their top probability.

    Attributes
    ----------
    n : (15,) readings. confidence, accuracy : (15,) means of each bin; NaN where it is empty.
    """

    n: Int[np.ndarray, " b"]
    confidence: Float[np.ndarray, " b"]
    accuracy: Float[np.ndarray, " b"]

    @property
    def calibration_error(self) -> float:
        """Return the mean gap of the bins, weighted by their readings; NaN without any.

        References
        ----------
        Guo et al. 2017, 1706.04599 (expected calibration error).
        """
        filled = self.n > 0
        if not filled.any():
            return float("nan")
        gap = np.abs(self.confidence - self.accuracy)[filled]
        return float(np.average(gap, weights=self.n[filled]))


def sort_by_confidence(
    probability: Float[np.ndarray, "n 7"], right: Bool[np.ndarray, " n"]
) -> Reliability:
    """Sort readings into bins.

    Parameters
    ----------
    probability : (n, 7) readings; none is NaN. right : (n,) whether the likeliest is true.

    Examples
    --------
    >>> sure = np.array([[0.9, 0.1, 0, 0, 0, 0, 0]] * 2)
    >>> round(sort_by_confidence(sure, np.array([True, False])).calibration_error, 3)
    0.4
    """
    confidence = probability.max(axis=1)
    bins = np.minimum((confidence * N_BINS).astype(int), N_BINS - 1)
    n = np.bincount(bins, minlength=N_BINS)
    with np.errstate(invalid="ignore"):
        return Reliability(
            n=n,
            confidence=np.bincount(bins, weights=confidence, minlength=N_BINS) / n,
            accuracy=np.bincount(bins, weights=right, minlength=N_BINS) / n,
        )
