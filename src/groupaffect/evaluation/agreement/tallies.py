"""Counts of ratings by block of time: all that the coefficients need, and they add up."""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import combinations

import numpy as np
from jaxtyping import Float, Int


@dataclass(frozen=True, slots=True)
class Tallies:
    """Counts in b blocks, of q labels and r raters who make c pairs.

    Attributes
    ----------
    coincidence : (b, q, q) see ``krippendorff_alpha``.
    confusion : (b, c, q, q) of each pair of raters, in the order of ``combinations``.
    n_units, n_pairable, n_complete : (b,) units with a rating, with two or more, with all.
    agreement : (b,) sum over pairable units of the share of pairs that agree.
    complete_agreement : (b,) the same over complete units. complete_total : (b, q) their ratings.
    prevalence : (b, q) sum over units of the share of their raters who chose a label.
    n_decidable, n_decided : (b,) units with k ratings or more, and with k of them the same.
    decided : (b, q) the latter by label.
    """

    coincidence: Float[np.ndarray, "b q q"]
    confusion: Float[np.ndarray, "b c q q"]
    n_units: Float[np.ndarray, " b"]
    n_pairable: Float[np.ndarray, " b"]
    n_complete: Float[np.ndarray, " b"]
    agreement: Float[np.ndarray, " b"]
    complete_agreement: Float[np.ndarray, " b"]
    complete_total: Float[np.ndarray, "b q"]
    prevalence: Float[np.ndarray, "b q"]
    n_decidable: Float[np.ndarray, " b"]
    n_decided: Float[np.ndarray, " b"]
    decided: Float[np.ndarray, "b q"]

    def drawn(self, weight: Float[np.ndarray, "d b"]) -> Tallies:
        """Return the sums over blocks, each taken as often as each draw says: d rows."""
        sums = {
            field.name: np.tensordot(weight, getattr(self, field.name), axes=1)
            for field in fields(self)
        }
        return Tallies(**sums)

    def total(self) -> Tallies:
        """Return the sums over all blocks: one row."""
        return self.drawn(np.ones((1, len(self.n_units))))


def count_votes(emotion: Int[np.ndarray, "u r"], *, n_labels: int) -> Float[np.ndarray, "u q"]:
    """Return how many raters chose each label in each unit; -1 is no vote.

    Examples
    --------
    >>> count_votes(np.array([[0, 1, 1], [1, -1, -1]]), n_labels=2).tolist()
    [[1.0, 2.0], [0.0, 1.0]]
    """
    votes = [(emotion == label).sum(axis=1) for label in range(n_labels)]
    return np.stack(votes, axis=1).astype(np.float64)


def share_agreeing(votes: Float[np.ndarray, "u q"]) -> Float[np.ndarray, " u"]:
    """Return the share of pairs of raters who agree in each unit; NaN with fewer than two.

    Examples
    --------
    >>> share_agreeing(np.array([[1.0, 2.0], [0.0, 1.0]])).round(3).tolist()
    [0.333, nan]
    """
    n = votes.sum(axis=1)
    same = (votes * (votes - 1)).sum(axis=1)
    return np.asarray(np.divide(same, n * (n - 1), out=np.full(len(n), np.nan), where=n > 1))


def tally(
    emotion: Int[np.ndarray, "u r"],
    *,
    n_labels: int,
    k: int = 2,
    block: Int[np.ndarray, " u"] | None = None,
) -> Tallies:
    """Count ratings.

    Parameters
    ----------
    emotion : (u, r) labels from 0, -1 where not rated.
    k : equal ratings that make a unit's truth; more than half of the raters.
    block : (u,) which block each unit is in, from 0; all in one if None.
    """
    place = np.zeros(len(emotion), dtype=np.int64) if block is None else block
    n_blocks = int(place.max(initial=0)) + 1
    votes = count_votes(emotion, n_labels=n_labels)  # (u, q)
    n = votes.sum(axis=1)
    agreement = share_agreeing(votes)
    agreement = np.where(np.isnan(agreement), 0.0, agreement)
    complete = (n == emotion.shape[1]) & (n > 1)
    decided = votes >= k  # at most one label of a unit, since k is more than half

    def add(value: np.ndarray) -> np.ndarray:
        total = np.zeros((n_blocks, *value.shape[1:]))
        np.add.at(total, place, value)
        return total

    return Tallies(
        coincidence=add(_coincidences(votes)),
        confusion=_confusions(emotion, place, n_labels=n_labels, n_blocks=n_blocks),
        n_units=add(1.0 * (n > 0)),
        n_pairable=add(1.0 * (n > 1)),
        n_complete=add(1.0 * complete),
        agreement=add(agreement),
        complete_agreement=add(np.where(complete, agreement, 0.0)),
        complete_total=add(votes * complete[:, None]),
        prevalence=add(np.asarray(votes / np.maximum(n, 1)[:, None])),
        n_decidable=add(1.0 * (n >= k)),
        n_decided=add(np.asarray(decided.any(axis=1), dtype=np.float64)),
        decided=add(1.0 * decided),
    )


def _coincidences(votes: Float[np.ndarray, "u q"]) -> Float[np.ndarray, "u q q"]:
    """Return each unit's ordered pairs of ratings, over its raters less one; 0 where alone."""
    pairs = votes[:, :, None] * votes[:, None, :]
    label = np.arange(votes.shape[1])
    pairs[:, label, label] -= votes  # nobody is paired with themselves
    return np.asarray(pairs / np.maximum(votes.sum(axis=1) - 1, 1)[:, None, None])


def _confusions(
    emotion: Int[np.ndarray, "u r"], place: Int[np.ndarray, " u"], *, n_labels: int, n_blocks: int
) -> Float[np.ndarray, "b c q q"]:
    pairs = list(combinations(range(emotion.shape[1]), 2))
    counts = np.zeros((n_blocks, len(pairs), n_labels, n_labels))
    for number, (first, second) in enumerate(pairs):
        both = (emotion[:, first] >= 0) & (emotion[:, second] >= 0)
        np.add.at(counts[:, number], (place[both], emotion[both, first], emotion[both, second]), 1)
    return counts
