"""What weights that never change could make of two models, found on other faces than scored.

Each way is fitted on four fifths of the faces and reads the last fifth, five times over, so that
the figure is not one of its own fit.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Int
from scipy.optimize import minimize
from scipy.special import expit, log_softmax

Probability = Float[np.ndarray, "n 7"]
Label = Int[np.ndarray, " n"]
# Reads (image, landmark) as a fitted way of fusing does.
Fusion = Callable[[Probability, Probability], Probability]
Fit = Callable[[Probability, Probability, Label], Fusion]

WEIGHTS = np.linspace(0, 1, 101)  # of the image model, tried one by one
FLOOR = 1e-6  # below, a probability counts as this


def read_by_folds(
    image: Probability, landmark: Probability, label: Label, *, fit: Fit, n_folds: int = 5
) -> Probability:
    """Return each face's reading by a fusion fitted on the other folds (seeded).

    Parameters
    ----------
    image, landmark : (n, 7) probabilities of both models. label : (n,) positions in ``EMOTIONS``.
    """
    fold = np.random.default_rng(0).permutation(len(label)) % n_folds
    fused = np.full(image.shape, np.nan)
    for k in range(n_folds):
        rest, own = fold != k, fold == k
        fused[own] = fit(image[rest], landmark[rest], label[rest])(image[own], landmark[own])
    return fused


def fit_one_weight(image: Probability, landmark: Probability, label: Label) -> Fusion:
    """Choose the one image weight with the most hits, nearest to .5 among equals."""
    hits = [((w * image + (1 - w) * landmark).argmax(axis=1) == label).sum() for w in WEIGHTS]
    best = np.flatnonzero(np.array(hits) == max(hits))
    weight = float(WEIGHTS[best[np.abs(WEIGHTS[best] - 0.5).argmin()]])
    return lambda image, landmark: weight * image + (1 - weight) * landmark


def fit_weight_by_emotion(image: Probability, landmark: Probability, label: Label) -> Fusion:
    """Choose an image weight for each emotion under which the labels are likeliest."""

    def mix(logit: np.ndarray, image: Probability, landmark: Probability) -> Probability:
        weight = expit(logit)
        fused = weight * image + (1 - weight) * landmark
        return np.asarray(fused / fused.sum(axis=1, keepdims=True))

    best = _minimise(
        np.zeros(7), lambda x: _surprise(np.log(mix(x, image, landmark).clip(FLOOR)), label)
    )
    return lambda image, landmark: mix(best, image, landmark)


def fit_log_weights(image: Probability, landmark: Probability, label: Label) -> Fusion:
    """Choose two exponents and an offset for each emotion: the logarithms are added.

    References
    ----------
    Genest & Zidek 1986, 10.1214/ss/1177013825 (logarithmic opinion pool).
    """

    def logits(x: np.ndarray, image: Probability, landmark: Probability) -> np.ndarray:
        added = x[0] * np.log(image.clip(FLOOR)) + x[1] * np.log(landmark.clip(FLOOR)) + x[2:]
        return np.asarray(added)

    start = np.array([0.5, 0.5, *np.zeros(7)])
    best = _minimise(
        start, lambda x: _surprise(log_softmax(logits(x, image, landmark), axis=1), label)
    )

    def read(image: Probability, landmark: Probability) -> Probability:
        return np.asarray(np.exp(log_softmax(logits(best, image, landmark), axis=1)))

    return read


def _minimise(start: np.ndarray, loss: Callable[[np.ndarray], float]) -> np.ndarray:
    return np.asarray(minimize(loss, start, method="L-BFGS-B").x)


def _surprise(log_probability: np.ndarray, label: Label) -> float:
    return -float(log_probability[np.arange(len(label)), label].mean())
