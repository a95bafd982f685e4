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

MAX_STEPS = 100  # of L-BFGS; the problem is convex, so that more change nothing to speak of
_LEAST_LENGTH = 1e-6


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
    pull : half of it times the squared bias is added to the mean cross-entropy.

    Examples
    --------
    >>> read = np.full((4, 7), 1 / 7)
    >>> happy = np.eye(7)[[3, 3, 6, 6]]
    >>> fit_offset(read, happy, np.ones(4), pull=0.01).bias.argsort()[-2:].tolist()
    [3, 6]
    """
    bias, _ = _fit(probability, np.zeros((len(probability), 0)), target, weight, pull)
    return Shift(bias)


def fit_head(
    probability: Float[np.ndarray, "n 7"],
    embedding: Float[np.ndarray, "n d"],
    target: Float[np.ndarray, "n 7"],
    weight: Float[np.ndarray, " n"],
    *,
    pull: float,
) -> Shift:
    """Return bias and weight under which the labels are likeliest, pulled towards none.

    Embeddings are centred and scaled to a mean square length of 1, so that ``pull`` means the
    same for every network, and for the bias and the rest.

    Parameters
    ----------
    embedding : (n, d). Others: see ``fit_offset``.
    """
    share = weight / weight.sum()
    centre = share @ embedding
    length = float(np.sqrt(share @ ((embedding - centre) ** 2).sum(axis=1)))
    scaled = (embedding - centre) / max(length, _LEAST_LENGTH)
    bias, moved = _fit(probability, scaled, target, weight, pull)
    return Shift(bias, moved / max(length, _LEAST_LENGTH), centre)


def _fit(
    probability: Float[np.ndarray, "n 7"],
    feature: Float[np.ndarray, "n d"],
    target: Float[np.ndarray, "n 7"],
    weight: Float[np.ndarray, " n"],
    pull: float,
) -> tuple[Float[np.ndarray, " 7"], Float[np.ndarray, "7 d"]]:
    base = np.log(np.maximum(probability, FLOOR))
    columns = np.hstack([np.ones((len(base), 1)), feature])  # (n, 1 + d)
    share = (weight / weight.sum())[:, None]

    def loss(flat: Float[np.ndarray, " k"]) -> tuple[float, Float[np.ndarray, " k"]]:
        moved = flat.reshape(7, -1)
        log_p = log_softmax(base + columns @ moved.T, axis=1)
        error = share * (np.exp(log_p) - target)
        value = -(share * target * log_p).sum() + 0.5 * pull * (moved**2).sum()
        return float(value), (error.T @ columns + pull * moved).ravel()

    start = np.zeros(7 * columns.shape[1])
    options = {"maxiter": MAX_STEPS, "gtol": 1e-6}
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options=options)
    best = np.asarray(found.x).reshape(7, -1)
    best = best - best.mean(axis=0)  # the same for all emotions changes nothing
    return best[:, 0], best[:, 1:]
