"""How lasting a real person's bias is: whether photographs with nothing in common share it.

A photograph's error is what is read in it beyond what is read, on average, in other people's
photographs with the same label, in log probabilities that sum to 0 over emotions. A person's bias
is the mean error, label by label, so that somebody who smiles more is not taken for biased.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from groupaffect.types import EMOTIONS, MODELS

N_DRAWS = 2000
LEAST_PEOPLE = 5  # with fewer nothing is compared (ours)
LEAST_IN_HALF = 3  # photographs of a label in each half, for the label to count (ours)
LEAST_OF_OTHERS = 20  # photographs of a label, of other people (ours)


@dataclass(frozen=True, slots=True)
class HalfBias:
    """The bias of p people in two halves of their photographs.

    Attributes
    ----------
    by_label : (p, 2, 7, 2, 7) by person, half, label, model, emotion; NaN where too few.
    """

    by_label: Float[np.ndarray, "p 2 7 2 7"]

    @property
    def over_labels(self) -> Float[np.ndarray, "p 2 2 7"]:
        """(p, 2, 2, 7) mean over labels that count in both halves."""
        known = ~np.isnan(self.by_label).any(axis=(1, 3, 4))  # (p, label)
        total = np.where(known[:, None, :, None, None], self.by_label, 0.0).sum(axis=2)
        with np.errstate(invalid="ignore"):
            return np.asarray(total / known.sum(axis=1)[:, None, None, None])


def measure_errors(
    log_probability: Float[np.ndarray, "n 2 7"],
    label: Int[np.ndarray, " n"],
    person: Int[np.ndarray, " n"],
) -> Float[np.ndarray, "n 2 7"]:
    """Return each photograph's error; NaN where other people have too few of its label.

    Examples
    --------
    >>> log_p = np.zeros((60, 2, 7))
    >>> log_p[:30, :, 4] = 7.0
    >>> found = measure_errors(log_p, np.full(60, 6), np.repeat([0, 1], 30))
    >>> found[0, 0, [4, 6]].tolist()
    [6.0, -1.0]
    """
    centred = log_probability - log_probability.mean(axis=2, keepdims=True)
    error = np.full(log_probability.shape, np.nan)
    for k in np.unique(label):
        of_label = label == k
        total, n = centred[of_label].sum(axis=0), int(of_label.sum())
        for who in np.unique(person[of_label]):
            own = of_label & (person == who)
            n_others = n - int(own.sum())
            if n_others >= LEAST_OF_OTHERS:
                error[own] = centred[own] - (total - centred[own].sum(axis=0)) / n_others
    return error


def halve_bias(
    error: Float[np.ndarray, "n 2 7"],
    label: Int[np.ndarray, " n"],
    person: Int[np.ndarray, " n"],
    first: Bool[np.ndarray, " n"],
) -> HalfBias:
    """Return everybody's bias in the first and in the second half of their photographs."""
    people = np.unique(person)
    found = np.full((len(people), 2, len(EMOTIONS), len(MODELS), len(EMOTIONS)), np.nan)
    known = ~np.isnan(error).any(axis=(1, 2))
    for row, who in enumerate(people):
        for half in range(2):
            for k in range(len(EMOTIONS)):
                own = known & (person == who) & (label == k) & (first == (half == 0))
                if own.sum() >= LEAST_IN_HALF:
                    found[row, half, k] = error[own].mean(axis=0)
    return HalfBias(found)


def compare_halves(
    one: Float[np.ndarray, "p 7"], other: Float[np.ndarray, "p 7"], *, seed: int = 0
) -> dict[str, Any]:
    """Return Pearson's r over people of the bias in two sets of photographs, mean over emotions.

    ``interval`` is 95 %, from people drawn again; ``chance`` the 95 % quantile where one person's
    bias is compared with another's; ``p`` how often that is as large (Phipson & Smyth 2010).
    All are NaN with fewer than ``LEAST_PEOPLE``.

    Examples
    --------
    >>> bias = np.random.default_rng(0).normal(size=(30, 7))
    >>> found = compare_halves(bias, bias)
    >>> round(found["r"], 3), found["n"], found["p"] < 0.001
    (1.0, 30, True)
    """
    both = ~(np.isnan(one).any(axis=1) | np.isnan(other).any(axis=1))
    a, b = one[both], other[both]
    rng, n = np.random.default_rng(seed), len(a)
    if n < LEAST_PEOPLE:
        nothing = float("nan")
        return {"n": n, "r": nothing, "interval": (nothing, nothing), "chance": nothing} | {
            "p": nothing,
            "by_emotion": {},
        }
    drawn = rng.integers(0, n, (N_DRAWS, n))
    again = np.array([mean_r(a[rows], b[rows]) for rows in drawn])
    moved = np.array([mean_r(a, b[rng.permutation(n)]) for _ in range(N_DRAWS)])
    r = mean_r(a, b)
    low, high = np.nanquantile(again, [0.025, 0.975])
    return {
        "n": n,
        "r": r,
        "interval": (float(low), float(high)),
        "chance": float(np.quantile(moved, 0.95)),
        "p": float((1 + (moved >= r).sum()) / (1 + N_DRAWS)),
        "by_emotion": dict(zip(EMOTIONS, _columns_r(a, b).tolist(), strict=True)),
    }


def mean_r(a: Float[np.ndarray, "p 7"], b: Float[np.ndarray, "p 7"]) -> float:
    """Return Pearson's r of each column of both, averaged.

    Examples
    --------
    >>> a = np.arange(14.0).reshape(2, 7)
    >>> mean_r(a, -a)
    -1.0
    """
    return float(_columns_r(a, b).mean())


def _columns_r(a: Float[np.ndarray, "p 7"], b: Float[np.ndarray, "p 7"]) -> np.ndarray:
    x, y = a - a.mean(axis=0), b - b.mean(axis=0)
    spread = np.sqrt((x**2).sum(axis=0) * (y**2).sum(axis=0))
    return np.asarray((x * y).sum(axis=0) / spread.clip(1e-12))
