"""How often each test of the kinds of group finds what is not there, and what is."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from groupaffect.adaptive import admit, start_adaptive, step_adaptive
from groupaffect.change_log import flush_changes
from groupaffect.evaluation.intervals import Z_95, wilson_interval
from groupaffect.evaluation.made_members import (
    SIGNALS,
    find_changes,
    make_scores,
    read_by_model,
    to_probability,
)
from groupaffect.fusion.mix import fuse
from groupaffect.group.chance import correct_findings
from groupaffect.group.change_counts import count_in_windows
from groupaffect.group.homogeneity import measure_homogeneity
from groupaffect.group.kinds import describe_kinds
from groupaffect.group.labels import label_member
from groupaffect.group.synchrony import measure_synchrony
from groupaffect.settings import Settings
from groupaffect.signals.denoise import denoise
from groupaffect.types import Event

ALPHA = 0.05
GROUP_SIZES = (2, 4, 8)
FILTERS = ("raw", "dismissal", "DFT + dismissal")
TESTS = ("member", "group", "homogeneity")

Series = Float[np.ndarray, "t p 7"]
Seconds = Sequence[Int[np.ndarray, " _"]]


@dataclass(frozen=True, slots=True)
class Rate:
    """How often a test found something.

    Attributes
    ----------
    rate : 0..1 of the tests; NaN where none was made.
    interval : 95 %, from groups taken as independent; members of one group are not.
    n : tests made. n_untested : left out for too little data.
    """

    rate: float
    interval: tuple[float, float]
    n: int
    n_untested: int


@dataclass(frozen=True, slots=True)
class PoolSizes:
    """How much is made for a rate.

    Attributes
    ----------
    n_members : made, to be dealt into groups. n_groups : at most, of each size.
    n_pairs_alike : pairs of each size that are tested for homogeneity, which takes longest.
    """

    n_members: int
    n_groups: int
    n_pairs_alike: int


def summarise(p_by_group: Sequence[Sequence[float]]) -> Rate:
    """Return the share of p at or below .05; NaN was not tested.

    Examples
    --------
    >>> summarise([[0.01, float("nan")], [0.5, 0.5]]).n_untested
    1
    """
    tested = [[p for p in group if not math.isnan(p)] for group in p_by_group]
    hits = np.array([sum(p <= ALPHA for p in group) for group in tested])
    n_each = np.array([len(group) for group in tested])
    n = int(n_each.sum())
    n_untested = sum(len(group) for group in p_by_group) - n
    if not n:
        return Rate(math.nan, (math.nan, math.nan), 0, n_untested)
    rate = float(hits.sum() / n)
    if n_each.max() == 1:
        return Rate(rate, wilson_interval(int(hits.sum()), n), n, n_untested)
    # between groups, as members of one group are tested on the same pairs
    error = Z_95 * float(np.sqrt(((hits - rate * n_each) ** 2).sum())) / n
    return Rate(rate, (max(0.0, rate - error), min(1.0, rate + error)), n, n_untested)


def count_false_positives(
    signal: str,
    *,
    minutes: int,
    sizes: PoolSizes,
    settings: Settings,
    filters: Sequence[str] = FILTERS,
) -> dict[str, dict[str, dict[str, Rate]]]:
    """Return rates by filter, number of members and test, of members who do not react.

    Members are made once and dealt into groups again and again, most pairs once: what two
    independent members have to do with each other tells nothing of either with a third.
    """
    rng = np.random.default_rng([minutes, list(SIGNALS).index(signal)])
    scores = make_scores(rng, SIGNALS[signal], n_seconds=60 * minutes, n_members=sizes.n_members)
    rates: dict[str, dict[str, dict[str, Rate]]] = {}
    for name, series, change_s in _filtered(to_probability(scores), settings, filters):
        counts = _count(change_s, 60 * minutes, settings)
        rates[name] = {}
        for n in GROUP_SIZES:
            groups = list(_deal(rng, sizes, n))
            synchrony = [measure_synchrony(counts[:, g], settings=settings.group) for g in groups]
            # two members have one p
            own = [[one.p for one in s.members[: None if n > 2 else 1]] for s in synchrony]
            found = {"member": summarise(own)}
            found["group"] = summarise([[one.group.p] for one in synchrony])
            if name != "raw":  # the series are the same as after dismissal
                alike = groups[: sizes.n_pairs_alike // math.comb(n, 2)]
                found["homogeneity"] = summarise(
                    [[measure_homogeneity(series[:, g], settings=settings.group).p] for g in alike]
                )
            rates[name][str(n)] = found
    return rates


def _deal(
    rng: np.random.Generator, sizes: PoolSizes, n_members: int
) -> Iterator[Int[np.ndarray, " p"]]:
    """Yield groups until each pair would have met about once, or there are enough."""
    n_pairs = sizes.n_members * (sizes.n_members - 1) // (n_members * (n_members - 1))
    left = min(sizes.n_groups, n_pairs)
    while left > 0:
        order = rng.permutation(sizes.n_members)
        for group in order[: sizes.n_members // n_members * n_members].reshape(-1, n_members):
            if left > 0:
                yield group
            left -= 1


def _count(change_s: Seconds, n_seconds: int, settings: Settings) -> Float[np.ndarray, "w p"]:
    seen = np.ones((n_seconds, len(change_s)), dtype=np.bool_)
    return count_in_windows(change_s, seen, first_s=0, settings=settings.group)


def _filtered(
    probability: Series, settings: Settings, filters: Sequence[str]
) -> Iterator[tuple[str, Series, Seconds]]:
    found = find_changes(probability, settings=settings.signals)
    if "raw" in filters:
        yield "raw", probability, found.candidate_s
    if "dismissal" in filters:
        yield "dismissal", probability, found.kept_s
    if "DFT + dismissal" in filters:
        share = settings.signals.energy_share
        smooth = [denoise(s, energy_share=share).probability for s in probability.swapaxes(0, 1)]
        series = np.stack(smooth, axis=1)
        yield "DFT + dismissal", series, find_changes(series, settings=settings.signals).kept_s


def measure_power(
    *,
    shared: float,
    minutes: int,
    lag_s: int,
    n_sessions: int,
    settings: Settings,
    n_members: int = 4,
) -> dict[str, float]:
    """Return how often four members with a common series are found to be in step, by label.

    ``bounds_hold`` is the share of sessions whose interval of S holds the mean S of all.
    """
    effects, bounds = [], []
    found: dict[str, list[float]] = defaultdict(list)
    for session in range(n_sessions):
        rng = np.random.default_rng([session, minutes, lag_s, round(100 * shared), 7])
        made = {"n_seconds": 60 * minutes, "n_members": n_members}
        scores = make_scores(rng, SIGNALS["AR(.5)"], shared=shared, lag_s=lag_s, **made)
        probability = to_probability(scores)
        change_s = find_changes(probability, settings=settings.signals).kept_s
        counts = _count(change_s, 60 * minutes, settings)
        synchrony = measure_synchrony(counts, settings=settings.group)
        labels = [
            label_member(one, settings=settings.group)[0]
            for one in correct_findings(synchrony.members)
        ]
        alike = measure_homogeneity(probability, settings=settings.group)
        effects.append(synchrony.group.effect)
        bounds.append((synchrony.group.low, synchrony.group.high))
        found["synchronous"].append(synchrony.group.p <= ALPHA)
        found["homogeneous"].append(synchrony.group.p <= ALPHA and alike.p <= ALPHA)
        found["engaged"].append(labels.count("engaged") / n_members)
        found["unengaged"].append(labels.count("unengaged") / n_members)
    mean = float(np.mean(effects))
    found["bounds_hold"] = [low <= mean <= high for low, high in bounds]
    shares = {name: float(np.mean(values)) for name, values in found.items()}
    return {"synchrony": mean, **shares}


def count_inflation(
    *, n_members: int, minutes: int, n_sessions: int, settings: Settings
) -> dict[str, dict[str, Rate]]:
    """Return false positives on signals with cross-member steps, beside those without.

    Members who do not react are read by two models that err by themselves. "even mixture": as the
    package tests. "adaptive weights": fused by the paper's rule, changes by own history. "and
    dismissal by group": kept because they fall into group events, at their own times. "as in
    events.csv": the same, those of a group event all at its time.
    """
    p: dict[str, list[tuple[list[float], list[float]]]] = defaultdict(list)
    for session in range(n_sessions):
        rng = np.random.default_rng([session, minutes, n_members])
        made = {"n_seconds": 60 * minutes, "n_members": n_members}
        scores = make_scores(rng, SIGNALS["AR(.5)"], **made)
        image, landmark = read_by_model(rng, scores), read_by_model(rng, scores)
        even = fuse(image, landmark, 0.5)
        fused, kept_s, events = _fuse_adaptively(image, landmark, settings)
        variants = {
            "even mixture": find_changes(even, settings=settings.signals).kept_s,
            "adaptive weights": find_changes(fused, settings=settings.signals).kept_s,
            "and dismissal by group": kept_s,
            "as in events.csv": _reported(events, n_members),
        }
        for name, change_s in variants.items():
            counts = _count(change_s, 60 * minutes, settings)
            found = measure_synchrony(counts, settings=settings.group)
            p[name].append(([one.p for one in found.members], [found.group.p]))
    return {
        name: {
            "member": summarise([member for member, _ in groups]),
            "group": summarise([group for _, group in groups]),
        }
        for name, groups in p.items()
    }


def _fuse_adaptively(
    image: Series, landmark: Series, settings: Settings
) -> tuple[Series, Seconds, list[Event]]:
    """Return the fused series, each member's kept changes, and all events."""
    names = [str(k) for k in range(image.shape[1])]
    state = admit(start_adaptive(settings), names, settings)
    fused, events = np.empty_like(image), list[Event]()
    kept_s: list[set[int]] = [set() for _ in names]
    for second in range(len(image)):
        state, fused[second], settled = step_adaptive(
            state, second, image[second], landmark[second], settings=settings
        )
        events += settled
        for own, member in zip(kept_s, state.log.members, strict=True):
            own.update(member.kept_s)
    seconds = [np.array(sorted(own), dtype=np.int64) for own in kept_s]
    return fused, seconds, [*events, *flush_changes(state.log)[1]]


def _reported(events: Sequence[Event], n_members: int) -> Seconds:
    return [
        np.array(
            [int(e.start_s) for e in events if e.kind != "dismissed" and str(k) in e.participants],
            dtype=np.int64,
        )
        for k in range(n_members)
    ]


def time_kinds(
    *,
    n_members: int,
    minutes: int,
    settings: Settings,
    clock: Callable[[], float] = time.process_time,
) -> float:
    """Return the seconds of one core that all kinds of one recording take."""
    rng = np.random.default_rng(0)
    probability = rng.dirichlet(np.ones(7), size=(60 * minutes, n_members))
    change_s = [np.flatnonzero(rng.random(60 * minutes) < 0.1) for _ in range(n_members)]
    names = [f"P{k + 1}" for k in range(n_members)]
    start_s = clock()
    describe_kinds(change_s, probability, participants=names, start_s=0.0, settings=settings.group)
    return clock() - start_s
