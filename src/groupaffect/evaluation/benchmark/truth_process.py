"""Who truly shows what, second by second: a group that moves, and members who follow or do not.

A camp's expression is semi-Markov: it holds for a while, goes to another one, and comes back to
neutral more often than not. Members follow with a lag, or stay as they are; now and then one
shows something alone and returns to where the camp is by then.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from groupaffect.evaluation.benchmark.conditions import Dynamics
from groupaffect.group.events import (
    GroupChange,
    GroupWatch,
    flush_group_changes,
    step_group_changes,
)
from groupaffect.types import EMOTIONS

NEUTRAL = EMOTIONS.index("neutral")
MIN_DWELL_S = 3  # shorter than that is a candidate for noise, not an expression that holds (ours)
BEFORE_DWELLS = 10  # mean dwells that passed before the first second (ours)
# How often each is gone to from neutral (ours): smiles are the commonest in conversations.
FROM_NEUTRAL = np.array([0.11, 0.08, 0.09, 0.38, 0.15, 0.19, 0.0])


@dataclass(frozen=True, slots=True)
class Changes:
    """Truth's changes.

    Attributes
    ----------
    group_s : seconds of group-wise changes.
    individual : (second, member) of all others. member_s : seconds of every change, by member.
    """

    group_s: tuple[int, ...]
    individual: tuple[tuple[int, int], ...]
    member_s: tuple[tuple[int, ...], ...]


def simulate_truth(
    dynamics: Dynamics,
    *,
    n_members: int,
    duration_s: int,
    haste: tuple[float, ...],
    rng: np.random.Generator,
) -> Int[np.ndarray, "t p"]:
    """Return the place in ``EMOTIONS`` that each member shows in each second.

    Parameters
    ----------
    haste : (p,) factor of how often a member changes alone, and how soon that is over.
    """
    moods = [simulate_mood(dynamics, duration_s, rng) for _ in range(max(1, dynamics.n_camps))]
    n_apart = round(dynamics.unengaged_share * n_members)
    columns = []
    for member in range(n_members):
        apart = member >= n_members - n_apart
        mood = moods[member % len(moods)]
        if apart:
            mood = simulate_mood(dynamics, duration_s, rng)
        followed = follow_mood(mood, dynamics, rng)
        columns.append(deviate(followed, dynamics, haste=haste[member], rng=rng))
    return np.stack(columns, axis=1)


def simulate_mood(
    dynamics: Dynamics, duration_s: int, rng: np.random.Generator
) -> Int[np.ndarray, " t"]:
    """Return a camp's expression by second, from the midst of a conversation.

    A common start would make independent people change together.
    """
    before_s = round(BEFORE_DWELLS * dynamics.dwell_s)
    mood, second, here = np.empty(before_s + duration_s, dtype=np.int64), 0, NEUTRAL
    while second < len(mood):
        end = second + _dwell_s(dynamics.dwell_s, rng)
        mood[second:end] = here
        second, here = end, next_expression(here, dynamics.neutral_share, rng)
    return mood[before_s:]


def next_expression(here: int, neutral_share: float, rng: np.random.Generator) -> int:
    """Return where an expression goes; never to itself."""
    if here != NEUTRAL and rng.random() < neutral_share:
        return NEUTRAL
    chance = FROM_NEUTRAL.copy()
    chance[here] = 0.0
    return int(rng.choice(len(chance), p=chance / chance.sum()))


def follow_mood(
    mood: Int[np.ndarray, " t"], dynamics: Dynamics, rng: np.random.Generator
) -> Int[np.ndarray, " t"]:
    """Return what a member shows who follows the camp late, and sometimes not at all."""
    shown = np.full(len(mood), mood[0])
    at_once = 1.0 / (1.0 + dynamics.mean_lag_s)
    for start in np.flatnonzero(np.diff(mood)) + 1:
        lag = int(rng.geometric(at_once)) - 1
        if rng.random() < dynamics.follow:
            shown[start + lag :] = mood[start]
    return shown


def deviate(
    shown: Int[np.ndarray, " t"],
    dynamics: Dynamics,
    *,
    haste: float,
    rng: np.random.Generator,
) -> Int[np.ndarray, " t"]:
    """Return what is shown with stretches put in that are the member's own."""
    result = shown.copy()
    n_own = rng.poisson(haste * dynamics.own_per_min * len(shown) / 60)
    for start in np.sort(rng.integers(0, len(shown), n_own)):
        end = start + _dwell_s(dynamics.own_dwell_s / haste, rng)
        result[start:end] = next_expression(int(result[start]), dynamics.neutral_share, rng)
    return result


def find_changes(truth: Int[np.ndarray, "t p"], *, tolerance_s: int) -> Changes:
    """Return truth's changes, group-wise and individual by the package's own definition.

    From or to what is unknown (-1) nothing changes.
    """
    known = (truth[1:] >= 0) & (truth[:-1] >= 0)
    moved = np.zeros(truth.shape, dtype=bool)
    moved[1:] = (np.diff(truth, axis=0) != 0) & known
    everyone, watch, found = range(truth.shape[1]), GroupWatch(), list[GroupChange]()
    for second, row in enumerate(moved):
        changed = np.flatnonzero(row).tolist()
        watch, new = step_group_changes(
            watch, second, changed=changed, visible=everyone, tolerance_s=tolerance_s
        )
        found += new
    found += flush_group_changes(watch, tolerance_s=tolerance_s)[1]
    taken = {change for one in found for change in one.changes}
    seconds, members = np.nonzero(moved)
    every = list(zip(seconds.tolist(), members.tolist(), strict=True))
    return Changes(
        group_s=tuple(_median([s for s, _ in one.changes]) for one in found),
        individual=tuple(change for change in every if change not in taken),
        member_s=tuple(tuple(np.flatnonzero(column).tolist()) for column in moved.T),
    )


def _dwell_s(mean_s: float, rng: np.random.Generator) -> int:
    """Return seconds from a gamma distribution of shape 2, shifted to the shortest dwell."""
    rest_s = max(mean_s - MIN_DWELL_S, 0.5)
    return MIN_DWELL_S + int(rng.gamma(2.0, rest_s / 2.0))


def _median(seconds: list[int]) -> int:
    return sorted(seconds)[(len(seconds) - 1) // 2]
