"""The truth that k of n raters chose (paper: two of three), and what chance alone would give."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

from groupaffect.errors import UsageError, sentence
from groupaffect.evaluation.agreement.tallies import count_votes


def majority_of(n_raters: int) -> int:
    """Return the least number of raters who are more than half.

    Examples
    --------
    >>> [majority_of(n) for n in (2, 3, 4)]
    [2, 2, 3]
    """
    return n_raters // 2 + 1


def check_k(k: int, *, n_raters: int) -> None:
    """Check that k raters are more than half of them, so that one unit has at most one truth.

    Raises
    ------
    UsageError : they are not, or there are fewer raters.
    """
    if majority_of(n_raters) <= k <= n_raters:
        return
    least = majority_of(n_raters)
    message = sentence(
        wanted=f"of {n_raters} raters at least {least} must agree, so that nobody shows two "
        "emotions at once",
        got=f"{k}",
        remedy=f"choose {least}" + (f" to {n_raters}" if least < n_raters else ""),
    )
    raise UsageError(message)


def find_truth(emotion: Int[np.ndarray, "u r"], *, k: int, n_labels: int) -> Int[np.ndarray, " u"]:
    """Return the label that k raters or more chose in each unit; -1 where none.

    Examples
    --------
    >>> find_truth(np.array([[3, 3, 0], [3, 0, 1], [3, 3, -1]]), k=2, n_labels=7).tolist()
    [3, -1, 3]
    """
    votes = count_votes(emotion, n_labels=n_labels)
    return np.where(votes.max(axis=1, initial=0) >= k, votes.argmax(axis=1), -1)


def chance_of_majority(emotion: Int[np.ndarray, "u r"], *, k: int, n_labels: int) -> float:
    """Return how often k raters would choose the same if each rated by their own habits alone.

    Each rater's habit is their distribution over the labels; raters are independent of each other
    and of what is shown. Over units with k ratings or more; NaN where there are none.

    Examples
    --------
    Three who spread over seven labels evenly agree two by two in 39 % of units (METHODS 3):

    >>> even = np.stack([np.roll(np.arange(7), turn) for turn in range(3)], axis=1)
    >>> round(chance_of_majority(even, k=2, n_labels=7), 3)
    0.388
    """
    rated = emotion >= 0
    habit = np.stack([(emotion == label).sum(axis=0) for label in range(n_labels)], axis=1)
    habit = habit / np.maximum(rated.sum(axis=0), 1)[:, None]  # (r, q)
    patterns, n_units = np.unique(rated, axis=0, return_counts=True)
    enough = patterns.sum(axis=1) >= k
    if not enough.any():
        return float("nan")
    chance = [_chance_of(habit[pattern], k=k) for pattern in patterns[enough]]
    return float(np.average(chance, weights=n_units[enough]))


def _chance_of(habit: Float[np.ndarray, "r q"], *, k: int) -> float:
    """Return the probability that k of independent raters choose one label.

    k is more than half, so the labels exclude each other and their probabilities add up.
    """
    n_raters, n_labels = habit.shape
    count = np.zeros((n_raters + 1, n_labels))  # probability of each number of votes, by label
    count[0] = 1
    for chosen in habit:
        count[1:] = count[1:] * (1 - chosen) + count[:-1] * chosen
        count[0] *= 1 - chosen
    return float(count[k:].sum())
