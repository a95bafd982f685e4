"""How right a way of fusing was in one session: expressions, changes, the group's mixture.

Sums that add up are kept apart from figures, so that many sessions can be pooled and resampled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from groupaffect.evaluation.benchmark.truth_process import Changes
from groupaffect.types import Event

TOLERANCE_S = 2  # tau of METHODS 5: a change within it is found


@dataclass(frozen=True, slots=True)
class Tally:
    """What one session adds to the figures of one method.

    Attributes
    ----------
    confusion : (p, 7, 7) of each person, seconds by true and by read expression; left out where
        nothing was read or the truth is unknown.
    group, individual : (3,) of changes: found, reported, true.
    false_changes : reported changes of a person near no true one of that person.
    person_minutes : of visible people. jsd_sum, n_seconds : of the group's mixture.
    at_clamp_s, weighted_s : person-seconds at the weights' limit, and all.
    """

    confusion: Int[np.ndarray, "p 7 7"]
    group: Int[np.ndarray, " 3"]
    individual: Int[np.ndarray, " 3"]
    false_changes: int
    person_minutes: float
    jsd_sum: float
    n_seconds: int
    at_clamp_s: int
    weighted_s: int


def confusion_of(
    probability: Float[np.ndarray, "*shape 7"], truth: Int[np.ndarray, "*shape"]
) -> Int[np.ndarray, "7 7"]:
    """Return seconds by true (rows) and read expression.

    Where nothing was read, or the truth is unknown (-1), none counts.

    Examples
    --------
    >>> confusion_of(np.eye(7)[[3, 4]], np.array([3, 3]))[3].tolist()
    [0, 0, 0, 1, 1, 0, 0]
    """
    seen = ~np.isnan(probability[..., 0]) & (truth >= 0)
    pair = truth[seen] * 7 + probability[seen].argmax(axis=-1)
    return np.bincount(pair, minlength=49).reshape(7, 7)


def accuracy_of(confusion: Int[np.ndarray, "*draws 7 7"]) -> Float[np.ndarray, "*draws"]:
    """Return the share of seconds that are right."""
    hits = np.trace(confusion, axis1=-2, axis2=-1)
    return np.asarray(hits / np.maximum(confusion.sum(axis=(-2, -1)), 1))


def match_seconds(
    found_s: Sequence[float], true_s: Sequence[float], *, tolerance_s: float = TOLERANCE_S
) -> int:
    """Return how many pairs of a found and a true second lie within the tolerance, each used once.

    Both are taken in order of time, the earliest with the earliest, which finds the most pairs.

    Examples
    --------
    >>> match_seconds([4, 20], [2, 5, 40])
    1
    """
    found, true = sorted(found_s), sorted(true_s)
    n_pairs = place = 0
    for second in found:
        while place < len(true) and true[place] < second - tolerance_s:
            place += 1
        if place < len(true) and true[place] <= second + tolerance_s:
            n_pairs, place = n_pairs + 1, place + 1
    return n_pairs


def score_events(
    events: Sequence[Event], changes: Changes, participants: Sequence[str]
) -> tuple[Int[np.ndarray, " 3"], Int[np.ndarray, " 3"], int]:
    """Return [found, reported, true] of group and of individual changes, and false changes."""
    group_s = [e.start_s for e in events if e.kind == "group"]
    alone = [(e.participants[0], e.start_s) for e in events if e.kind == "individual"]
    found = false = 0
    for place, name in enumerate(participants):
        own_s = [s for who, s in alone if who == name]
        found += match_seconds(own_s, [s for s, who in changes.individual if who == place])
        reported_s = own_s + [
            e.start_s for e in events if e.kind == "group" and name in e.participants
        ]
        false += len(reported_s) - match_seconds(reported_s, changes.member_s[place])
    group = [match_seconds(group_s, changes.group_s), len(group_s), len(changes.group_s)]
    return np.array(group), np.array([found, len(alone), len(changes.individual)]), false


def f1_of(counts: Int[np.ndarray, "*draws 3"]) -> Float[np.ndarray, "*draws"]:
    """Return 2 found / (reported + true); NaN where nothing true could have been found.

    Examples
    --------
    >>> f1_of(np.array([[1, 2, 2], [0, 2, 0]])).tolist()
    [0.5, nan]
    """
    n_found, n_reported, n_true = np.moveaxis(counts, -1, 0)
    f1 = 2 * n_found / np.maximum(n_reported + n_true, 1)
    return np.where(n_true > 0, f1, np.nan)


def group_jsd(
    fused: Float[np.ndarray, "t p 7"], truth: Int[np.ndarray, "t p"]
) -> Float[np.ndarray, " t"]:
    """Return how far the group's mean is from the true mixture of its members, 0..1.

    Members count in the seconds in which they are visible and their truth is known.

    Jensen-Shannon divergence, base 2; NaN where nobody counts.

    References
    ----------
    Lin 1991, 10.1109/18.61115.
    """
    seen = ~np.isnan(fused[..., 0]) & (truth >= 0)
    n = seen.sum(axis=1)[:, None]
    with np.errstate(invalid="ignore"):
        read = np.where(seen[..., None], fused, 0.0).sum(axis=1) / n
        true = (np.eye(7)[truth] * seen[..., None]).sum(axis=1) / n
    middle = (read + true) / 2
    return np.asarray((_divergence(read, middle) + _divergence(true, middle)) / 2)


def _divergence(
    p: Float[np.ndarray, "t 7"], q: Float[np.ndarray, "t 7"]
) -> Float[np.ndarray, " t"]:
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(p > 0, p * np.log2(p / q), 0.0)
    return np.asarray(np.where(np.isnan(p[:, 0]), np.nan, terms.sum(axis=1)))


def tally(
    fused: Float[np.ndarray, "t p 7"],
    at_clamp: Bool[np.ndarray, "t p"],
    events: Sequence[Event],
    *,
    truth: Int[np.ndarray, "t p"],
    changes: Changes,
    participants: Sequence[str],
) -> Tally:
    """Return what one session adds to the figures of one method."""
    group, individual, false = score_events(events, changes, participants)
    jsd, seen = group_jsd(fused, truth), ~np.isnan(fused[..., 0])
    return Tally(
        confusion=np.stack(
            [confusion_of(fused[:, k], truth[:, k]) for k in range(len(participants))]
        ),
        group=group,
        individual=individual,
        false_changes=false,
        person_minutes=float(seen.sum() / 60),
        jsd_sum=float(np.nansum(jsd)),
        n_seconds=int(np.isfinite(jsd).sum()),
        at_clamp_s=int((at_clamp & seen).sum()),
        weighted_s=int(seen.sum()),
    )
