"""Simulated members of a group, whose reactions to each other are known: none, or so many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.signal import lfilter

from groupaffect.group.change_counts import count_in_windows
from groupaffect.settings import Settings, SignalSettings
from groupaffect.signals.changes import (
    Candidate,
    ChangeWatch,
    Vector,
    flush_candidate,
    step_candidate,
)
from groupaffect.signals.noise_rules import ChangeHistory, judge_candidate
from groupaffect.types import EMOTIONS

NEUTRAL_SCORE = 2.0  # so that about a third of the seconds is neutral and 5 to 20 changes a minute
MODEL_NOISE = 0.7  # standard deviation of a model's own error, in scores
WARM_UP_S = 200

Series = Float[np.ndarray, "t p 7"]
Seconds = Sequence[Int[np.ndarray, " _"]]


@dataclass(frozen=True, slots=True)
class Liveliness:
    """How a member's expression goes on from second to second.

    Attributes
    ----------
    persistence : correlation of a score with the one a second before (AR(1)).
    waxing : standard deviation of the logarithm of how far scores move, which itself goes on
        with correlation .9 from one 10 s to the next; 0 is none.
    """

    persistence: float
    waxing: float = 0.0


SIGNALS = {
    "white": Liveliness(0.0),
    "AR(.5)": Liveliness(0.5),
    "AR(.9)": Liveliness(0.9),
    "waxing": Liveliness(0.5, waxing=0.5),
}


def make_scores(
    rng: np.random.Generator,
    liveliness: Liveliness,
    *,
    n_seconds: int,
    n_members: int,
    shared: float = 0.0,
    lag_s: int = 0,
) -> Float[np.ndarray, "t p 7"]:
    """Return the members' scores, the logits of what they show.

    Parameters
    ----------
    shared : 0..1, share of each member's variance that comes from one common series.
    lag_s : every second member follows the common series that much later.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> make_scores(rng, SIGNALS["white"], n_seconds=60, n_members=2, shared=1.0)[:, 0].shape
    (60, 7)
    """
    own = _series(rng, liveliness, (n_seconds, n_members, len(EMOTIONS)))
    scores = np.sqrt(1.0 - shared) * own
    if shared > 0.0:
        common = _series(rng, liveliness, (n_seconds + lag_s, 1, len(EMOTIONS)))
        late = np.arange(n_members) % 2 == 1
        followed = np.where(late[:, None], common[:n_seconds], common[lag_s:])
        scores = scores + np.sqrt(shared) * followed
    scores[..., EMOTIONS.index("neutral")] += NEUTRAL_SCORE
    return np.asarray(scores)


def _series(
    rng: np.random.Generator, liveliness: Liveliness, shape: tuple[int, int, int]
) -> Float[np.ndarray, "t p 7"]:
    scores = _autoregressive(rng, liveliness.persistence, shape)
    if liveliness.waxing > 0.0:
        blocks = (shape[0] // 10 + 1, shape[1], 1)
        amplitude = np.exp(liveliness.waxing * _autoregressive(rng, 0.9, blocks))
        scores = scores * np.repeat(amplitude, 10, axis=0)[: shape[0]]
    return scores


def _autoregressive(
    rng: np.random.Generator, persistence: float, shape: tuple[int, int, int]
) -> Float[np.ndarray, "t p k"]:
    """Return AR(1) series of unit variance, past their start."""
    noise = rng.normal(scale=np.sqrt(1 - persistence**2), size=(WARM_UP_S + shape[0], *shape[1:]))
    return np.asarray(lfilter([1.0], [1.0, -persistence], noise, axis=0)[WARM_UP_S:])


def to_probability(scores: Float[np.ndarray, "*shape 7"]) -> Float[np.ndarray, "*shape 7"]:
    """Return the softmax of scores.

    Examples
    --------
    >>> to_probability(np.zeros((1, 7))).round(3).tolist()[0][:2]
    [0.143, 0.143]
    """
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def read_by_model(
    rng: np.random.Generator, scores: Float[np.ndarray, "t p 7"]
) -> Float[np.ndarray, "t p 7"]:
    """Return what a model reads that errs by itself in every second."""
    return to_probability(scores + rng.normal(scale=MODEL_NOISE, size=scores.shape))


@dataclass(frozen=True, slots=True)
class MadeChanges:
    """Seconds in which changes began, for each member: all candidates, and those kept."""

    candidate_s: tuple[Int[np.ndarray, " _"], ...]
    kept_s: tuple[Int[np.ndarray, " _"], ...]


def find_changes(
    probability: Float[np.ndarray, "t p 7"], *, settings: SignalSettings
) -> MadeChanges:
    """Return the members' changes, dismissed by each member's own history only.

    The package's own steps, member by member; every second is seen.

    Examples
    --------
    >>> series = np.eye(7)[[6, 6, 3, 6, 6, 3, 3, 3]][:, None]
    >>> found = find_changes(series, settings=SignalSettings(recurrence_s=0))
    >>> found.candidate_s[0].tolist(), found.kept_s[0].tolist()
    ([2, 3, 5], [5])
    """
    found = [_candidates(series, settings) for series in probability.transpose(1, 0, 2)]
    return MadeChanges(
        tuple(np.array([c.start_s for c in one], dtype=np.int64) for one in found),
        tuple(np.array(_kept(one, settings), dtype=np.int64) for one in found),
    )


def _candidates(series: Float[np.ndarray, "t 7"], settings: SignalSettings) -> list[Candidate]:
    watch, found = ChangeWatch(), list[Candidate]()
    vectors: Sequence[Vector] = [tuple(row) for row in series.tolist()]
    for second, vector in enumerate(vectors):
        watch, ended = step_candidate(watch, second, vector, settings=settings)
        found += [ended] if ended else []
    _, last = flush_candidate(watch)
    return [*found, last] if last else found


def _kept(candidates: Sequence[Candidate], settings: SignalSettings) -> list[int]:
    history, kept = ChangeHistory(), list[int]()
    for candidate in candidates:
        hold_s = (candidate.end_s or 0) - candidate.start_s
        history, verdict = judge_candidate(
            history, candidate, hold_s=hold_s, group_s=(), tolerance_s=0, settings=settings
        )
        kept += [candidate.start_s] if verdict.kept else []
    return kept


def count_made(change_s: Seconds, n_seconds: int, settings: Settings) -> Float[np.ndarray, "w p"]:
    """Return the counts of made members, who are seen all the time."""
    seen = np.ones((n_seconds, len(change_s)), dtype=np.bool_)
    return count_in_windows(change_s, seen, first_s=0, settings=settings.group)
