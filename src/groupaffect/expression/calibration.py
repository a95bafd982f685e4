"""Turn a network's logits into probabilities that mean what they say."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax


def calibrated_probability(
    logits: Float[np.ndarray, "n 7"], *, temperature: float
) -> Float[np.ndarray, "n 7"]:
    """Return softmax(logits / temperature); rows with NaN stay NaN.

    References
    ----------
    Guo et al. 2017, 1706.04599 (temperature scaling).

    Examples
    --------
    >>> calibrated_probability(np.zeros((1, 7)), temperature=2.0).round(3)[0, 0]
    np.float64(0.143)
    """
    return np.asarray(softmax(logits.astype(np.float64) / temperature, axis=1))


def fit_temperature(logits: Float[np.ndarray, "n 7"], label: Int[np.ndarray, " n"]) -> float:
    """Return the temperature (.2 to 5) under which the labels are likeliest.

    Examples
    --------
    >>> sure = np.tile([4.0, 0, 0, 0, 0, 0, 0], (4, 1))  # says 'angry' with .9
    >>> temperature = fit_temperature(sure, np.array([0, 0, 0, 1]))  # but 1 in 4 is not
    >>> calibrated_probability(sure, temperature=temperature)[0, 0].round(2)
    np.float64(0.75)
    """
    rows = np.arange(len(label))

    def negative_log_likelihood(log_temperature: float) -> float:
        scaled = log_softmax(logits / np.exp(log_temperature), axis=1)
        return -float(scaled[rows, label].mean())

    bounds = (np.log(0.2), np.log(5.0))
    found = minimize_scalar(negative_log_likelihood, bounds=bounds, method="bounded")
    return float(np.exp(found.x))
