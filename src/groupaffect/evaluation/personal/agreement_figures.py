"""How well series of expressions agree with what truly showed, or with the others' labels."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

from groupaffect.evaluation.classification import macro_f1_score
from groupaffect.types import EMOTIONS

LEAST_SPREAD = 1e-6  # standard deviation below which a series counts as constant
TRUTH_FIGURES = ("accuracy", "macro_f1", "ccc", "pearson")
GROUP_FIGURES = ("group_same", "group_ccc", "group_pearson")


def compare_with_truth(
    probability: Float[np.ndarray, "n 7"], truth: Int[np.ndarray, " n"]
) -> dict[str, float]:
    """Return ``TRUTH_FIGURES``; a second without a reading counts as wrong.

    Parameters
    ----------
    truth : (n,) places in ``EMOTIONS``, none unknown. Correlations are of each emotion's
        probability with 1 where it is true and 0 elsewhere, averaged over emotions that occur.

    Examples
    --------
    >>> found = compare_with_truth(np.eye(7)[[3, 4, 6]], np.array([3, 4, 6]))
    >>> found["macro_f1"], round(found["ccc"], 3)
    (1.0, 1.0)
    """
    read = ~np.isnan(probability).any(axis=1)
    said = np.full(len(truth), len(EMOTIONS))
    said[read] = probability[read].argmax(axis=1)
    counts = np.zeros((len(EMOTIONS), len(EMOTIONS) + 1), dtype=np.int64)
    np.add.at(counts, (truth, said), 1)
    known = np.eye(len(EMOTIONS))[truth[read]]
    return {
        "accuracy": float(np.trace(counts) / len(truth)) if len(truth) else float("nan"),
        "macro_f1": float(macro_f1_score(counts)) if len(truth) else float("nan"),
        "ccc": mean_concordance(probability[read], known),
        "pearson": mean_correlation(probability[read], known),
    }


def compare_with_group(
    probability: Float[np.ndarray, "n 7"], labels: Float[np.ndarray, "n 7"]
) -> dict[str, float]:
    """Return ``GROUP_FIGURES``: share of the same likeliest emotion, and mean correlations.

    Examples
    --------
    >>> compare_with_group(np.eye(7)[[3, 4]], np.eye(7)[[3, 6]])["group_same"]
    0.5
    """
    both = ~np.isnan(probability).any(axis=1) & ~np.isnan(labels).any(axis=1)
    mine, theirs = probability[both], labels[both]
    same = mine.argmax(axis=1) == theirs.argmax(axis=1)
    return {
        "group_same": float(same.mean()) if len(same) else float("nan"),
        "group_ccc": mean_concordance(mine, theirs),
        "group_pearson": mean_correlation(mine, theirs),
    }


def mean_correlation(first: Float[np.ndarray, "n 7"], second: Float[np.ndarray, "n 7"]) -> float:
    """Return Pearson's r averaged over the emotions in which both series move.

    Examples
    --------
    >>> mean_correlation(np.eye(7)[[3, 4, 6]], np.eye(7)[[3, 4, 6]]).__round__(3)
    1.0
    """
    covariance, (deviation, other), _ = _moments(first, second)
    moves = np.minimum(deviation, other) > LEAST_SPREAD
    return _mean(covariance[moves] / (deviation * other)[moves])


def mean_concordance(first: Float[np.ndarray, "n 7"], second: Float[np.ndarray, "n 7"]) -> float:
    """Return Lin's concordance averaged over the emotions in which the second series moves.

    ``2 cov / (var + var + (mean - mean)^2)``.

    References
    ----------
    Lin 1989, 10.2307/2532051.

    Examples
    --------
    >>> half = 0.5 * np.eye(7)[[3, 4, 6]]
    >>> round(mean_concordance(half, np.eye(7)[[3, 4, 6]]), 3)  # 2 * .5 / (.25 + 1 + .125)
    0.727
    """
    covariance, (deviation, other), apart = _moments(first, second)
    moves = other > LEAST_SPREAD
    below = deviation**2 + other**2 + apart**2
    return _mean(2 * covariance[moves] / below[moves])


def _moments(
    first: np.ndarray, second: np.ndarray
) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray], np.ndarray]:
    if not len(first):
        nothing = np.zeros(len(EMOTIONS))
        return nothing, (nothing, nothing), nothing
    a, b = first - first.mean(axis=0), second - second.mean(axis=0)
    spread = np.sqrt((a**2).mean(axis=0)), np.sqrt((b**2).mean(axis=0))
    return (a * b).mean(axis=0), spread, first.mean(axis=0) - second.mean(axis=0)


def _mean(value: np.ndarray) -> float:
    return float(value.mean()) if len(value) else float("nan")
