"""Whether labels say anything about a person that the shared models do not read already.

The training seconds are cut into blocks; what is fitted without some of them is compared with
the shared model on these. A correction is only worth having if what it reads there agrees more
with the labels, by more than chance from block to block. How strongly it is pulled towards
nothing is chosen by the likelihood of the same labels. So a person whom the shared models read
well keeps them.

Agreement decides, not likelihood: others' labels are duller than the person's own expressions, and
to become as dull makes them likelier without reading anything better.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from groupaffect.person_profile import FLOOR, Shift, shift_probability
from groupaffect.personal.fitting import fit_head, fit_offset

BLOCK_S = 30  # longer than an expression usually lasts (ours)
N_FOLDS = 5  # usual
MIN_BLOCKS = 2  # with fewer nothing can be held out
PULLS = (0.01, 0.03, 0.1, 0.3, 1.0)  # from hardly any to almost no correction (ours)
NEAR_BEST = 0.5  # standard errors by which a stronger pull may be worse than the best (ours)

# Fits on the rows that are not held out, by a pull; returns what it reads in those that are.
Correct = Callable[[Bool[np.ndarray, " n"], float], Float[np.ndarray, "m 7"]]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a correction gains on blocks that it has not seen.

    Attributes
    ----------
    gain, error : mean over blocks of how much more of the labels' probability, 0..1, lies on
        the emotion that is read, and its standard error; NaN with fewer than two blocks.
    pull : chosen among those tried. n_blocks : that were predicted.
    """

    gain: float
    error: float
    pull: float
    n_blocks: int

    def is_beyond(self, n_errors: float) -> bool:
        """Return whether the gain is more than so many standard errors above 0."""
        return self.gain > n_errors * self.error


def fit_shift(
    probability: Float[np.ndarray, "n 7"],
    embedding: Float[np.ndarray, "n d"] | None,
    target: Float[np.ndarray, "n 7"],
    weight: Float[np.ndarray, " n"],
    *,
    pull: float,
) -> Shift:
    """Return a head where there are embeddings, else an offset."""
    if embedding is None:
        return fit_offset(probability, target, weight, pull=pull)
    return fit_head(probability, embedding, target, weight, pull=pull)


def weigh_evidence(
    probability: Float[np.ndarray, "n 7"],
    embedding: Float[np.ndarray, "n d"] | None,
    target: Float[np.ndarray, "n 7"],
    weight: Float[np.ndarray, " n"],
    *,
    block: Int[np.ndarray, " n"],
) -> Evidence:
    """Return what a correction gains on blocks of rows that it was not fitted on.

    Parameters
    ----------
    block : (n,) number of each row's block, from 0. Others: see ``fitting``.

    Examples
    --------
    >>> sad = np.tile([0.1, 0.1, 0.1, 0.1, 0.3, 0.1, 0.2], (90, 1))
    >>> neutral = np.tile(np.eye(7)[6], (90, 1))
    >>> found = weigh_evidence(sad, None, neutral, np.ones(90), block=np.arange(90) // 30)
    >>> found.is_beyond(2.0), found.pull, found.n_blocks
    (True, 0.01, 3)
    """

    def correct(held_out: Bool[np.ndarray, " n"], pull: float) -> Float[np.ndarray, "m 7"]:
        own = None if embedding is None else embedding[~held_out]
        shift = fit_shift(
            probability[~held_out], own, target[~held_out], weight[~held_out], pull=pull
        )
        seen = None if embedding is None else embedding[held_out]
        return shift_probability(probability[held_out], shift, seen)

    return weigh_corrections(probability, target, weight, block=block, correct=correct)


def weigh_corrections(
    probability: Float[np.ndarray, "n 7"],
    target: Float[np.ndarray, "n 7"],
    weight: Float[np.ndarray, " n"],
    *,
    block: Int[np.ndarray, " n"],
    correct: Correct,
    pulls: Sequence[float] = PULLS,
) -> Evidence:
    """Return what any kind of correction gains on blocks of rows that it was not fitted on.

    Parameters
    ----------
    pulls : that are tried, the weakest first. Others: see ``weigh_evidence``.
    """
    _, place = np.unique(block, return_inverse=True)
    n_blocks = int(place.max()) + 1
    if n_blocks < MIN_BLOCKS:
        return Evidence(float("nan"), float("nan"), pulls[-1], n_blocks)
    fold = place % N_FOLDS
    gains = np.empty((2, len(pulls), n_blocks))  # of likelihood, of agreement
    total = np.bincount(place, weights=weight)
    for row, pull in enumerate(pulls):
        corrected = np.empty_like(probability)
        for held_out in (fold == k for k in range(min(N_FOLDS, n_blocks))):
            corrected[held_out] = correct(held_out, pull)
        for kind, measure in enumerate((_likelihood, _agreement)):
            more = measure(corrected, target) - measure(probability, target)
            gains[kind, row] = np.bincount(place, weights=weight * more) / total
    mean, error = gains.mean(axis=2), gains.std(axis=2, ddof=1) / np.sqrt(n_blocks)
    best = int(mean[0].argmax())
    near = np.flatnonzero(mean[0] >= mean[0, best] - NEAR_BEST * error[0, best])
    chosen = int(near.max())
    return Evidence(float(mean[1, chosen]), float(error[1, chosen]), pulls[chosen], n_blocks)


def _likelihood(
    probability: Float[np.ndarray, "n 7"], target: Float[np.ndarray, "n 7"]
) -> Float[np.ndarray, " n"]:
    return np.asarray((target * np.log(np.maximum(probability, FLOOR))).sum(axis=1))


def _agreement(
    probability: Float[np.ndarray, "n 7"], target: Float[np.ndarray, "n 7"]
) -> Float[np.ndarray, " n"]:
    return np.asarray(target[np.arange(len(target)), probability.argmax(axis=1)])
