"""Fit what is added to one model's log probabilities, towards nothing: offset and head.

Multinomial logistic regression on soft labels that starts at the shared model: the L2 pull is
towards the shared last layer, so that with little data the person keeps the shared model.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from scipy.optimize import minimize
from scipy.special import log_softmax

from groupaffect.person_profile import FLOOR, Shift

MAX_STEPS = 200  # of L-BFGS; the problem is convex, so that more change nothing to speak of
_LEAST_SPREAD = 1e-6


def fit_offset(
    probability: Float[np.ndarray, "n 7"],
    target: Float[np.ndarray, "n 7"],
    weight: Float[np.ndarray, " n"],
    *,
    pull: float,
) -> Shift:
    """Return the bias under which the labels are likeliest, pulled towards none.

    Parameters
    ----------
    probability : (n, 7) what the shared model reads; rows sum to 1.
    target : (n, 7) soft labels. weight : (n,) of each row, not negative, not all 0.
    pull : of the squared bias against the mean cross-entropy.

    Examples
    --------
    >>> read = np.full((4, 7), 1 / 7)
    >>> happy = np.eye(7)[[3, 3, 6, 6]]
    >>> fit_offset(read, happy, np.ones(4), pull=0.01).bias.argsort()[-2:].tolist()
    [3, 6]
    """
    bias, _ = _fit(probability, np.zeros((len(probability), 0)), target, weight, (pull, 1.0))
    return Shift(bias)


def fit_head(
    probability: Float[np.ndarray, "n 7"],
    embedding: Float[np.ndarray, "n d"],
    target: Float[np.ndarray, "n 7"],
    weight: Float[np.ndarray, " n"],
    *,
    pull: float,
    head_pull: float,
) -> Shift:
    """Return bias and weight under which the labels are likeliest, pulled towards none.

    Embeddings are centred and scaled to a mean square length of 1, so that ``head_pull`` means
    the same for every network.

    Parameters
    ----------
    embedding : (n, d). head_pull : of the squared weight against the mean cross-entropy.
        Others: see ``fit_offset``.
    """
    share = weight / weight.sum()
    centre = share @ embedding
    length = float(np.sqrt(share @ ((embedding - centre) ** 2).sum(axis=1)))
    scaled = (embedding - centre) / max(length, _LEAST_SPREAD)
    bias, moved = _fit(probability, scaled, target, weight, (pull, head_pull))
    return Shift(bias, moved / max(length, _LEAST_SPREAD), centre)


def _fit(
    probability: Float[np.ndarray, "n 7"],
    feature: Float[np.ndarray, "n d"],
    target: Float[np.ndarray, "n 7"],
    weight: Float[np.ndarray, " n"],
    pulls: tuple[float, float],
) -> tuple[Float[np.ndarray, " 7"], Float[np.ndarray, "7 d"]]:
    base = np.log(np.maximum(probability, FLOOR))
    columns = np.hstack([np.ones((len(base), 1)), feature])  # (n, 1 + d)
    share = (weight / weight.sum())[:, None]
    strength = np.concatenate([[pulls[0]], np.full(feature.shape[1], pulls[1])])

    def loss(flat: Float[np.ndarray, " k"]) -> tuple[float, Float[np.ndarray, " k"]]:
        moved = flat.reshape(7, -1)
        log_p = log_softmax(base + columns @ moved.T, axis=1)
        error = share * (target.sum(axis=1, keepdims=True) * np.exp(log_p) - target)
        slope = error.T @ columns + strength * moved
        value = -(share * target * log_p).sum() + 0.5 * (strength * moved**2).sum()
        return float(value), slope.ravel()

    start = np.zeros(7 * columns.shape[1])
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", options={"maxiter": MAX_STEPS, "gtol": 1e-6}
    )
    best = np.asarray(found.x).reshape(7, -1)
    bias = best[:, 0] - best[:, 0].mean()
    return bias, best[:, 1:] - best[:, 1:].mean(axis=0)
