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
LARGEST = max(GROUP_SIZES)
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
    n_sessions: int,
    settings: Settings,
    filters: Sequence[str] = FILTERS,
    homogeneity_every: int = 1,
) -> dict[str, dict[str, dict[str, Rate]]]:
    """Return rates by filter, number of members and test, of members who do not react.

    Each session has 8 members, taken as one group of 8, two of 4 and four of 2.

    Parameters
    ----------
    homogeneity_every : only every n-th session is tested for homogeneity, which takes longest.
    """
    p: dict[tuple[str, int, str], list[list[float]]] = defaultdict(list)
    for session in range(n_sessions):
        rng = np.random.default_rng([session, minutes, list(SIGNALS).index(signal)])
        made = {"n_seconds": 60 * minutes, "n_members": LARGEST}
        probability = to_probability(make_scores(rng, SIGNALS[signal], **made))
        for name, series, change_s in _filtered(probability, settings, filters):
            alike = session % homogeneity_every == 0 and name != "raw"
            for n, members in _groups():
                found = _test(series, change_s, members, settings=settings, alike=alike)
                for test, values in found.items():
                    p[name, n, test].append(values)
    return {
        name: {
            str(n): {test: summarise(p[name, n, test]) for test in TESTS if (name, n, test) in p}
            for n in GROUP_SIZES
        }
        for name in filters
    }


def _groups() -> Iterator[tuple[int, slice]]:
    for n in GROUP_SIZES:
        yield from ((n, slice(first, first + n)) for first in range(0, LARGEST, n))


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


def _test(
    series: Series, change_s: Seconds, members: slice, *, settings: Settings, alike: bool
) -> dict[str, list[float]]:
    """Return the p of each test of a group, not corrected."""
    seen = np.ones((len(series), len(change_s[members])), dtype=np.bool_)
    counts = count_in_windows(change_s[members], seen, first_s=0, settings=settings.group)
    synchrony = measure_synchrony(counts, settings=settings.group)
    found = {"member": [one.p for one in synchrony.members], "group": [synchrony.group.p]}
    if alike:
        finding = measure_homogeneity(series[:, members], settings=settings.group)
        found["homogeneity"] = [finding.p]
    return found


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
        seen = np.ones((60 * minutes, n_members), dtype=np.bool_)
        counts = count_in_windows(change_s, seen, first_s=0, settings=settings.group)
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
    package tests. "adaptive weights": fused by the paper's rule, changes by own history.
    "adaptive weights and group events": changes as they stand in ``events.csv``.
    """
    p: dict[str, list[tuple[list[float], list[float]]]] = defaultdict(list)
    for session in range(n_sessions):
        rng = np.random.default_rng([session, minutes, n_members])
        made = {"n_seconds": 60 * minutes, "n_members": n_members}
        scores = make_scores(rng, SIGNALS["AR(.5)"], **made)
        image, landmark = read_by_model(rng, scores), read_by_model(rng, scores)
        even = fuse(image, landmark, 0.5)
        fused, events = _fuse_adaptively(image, landmark, settings)
        variants = {
            "even mixture": (even, find_changes(even, settings=settings.signals).kept_s),
            "adaptive weights": (fused, find_changes(fused, settings=settings.signals).kept_s),
            "adaptive weights and group events": (fused, _reported(events, n_members)),
        }
        for name, (series, change_s) in variants.items():
            found = _test(series, change_s, slice(None), settings=settings, alike=False)
            p[name].append((found["member"], found["group"]))
    return {
        name: {
            "member": summarise([member for member, _ in groups]),
            "group": summarise([group for _, group in groups]),
        }
        for name, groups in p.items()
    }


def _fuse_adaptively(
    image: Series, landmark: Series, settings: Settings
) -> tuple[Series, list[Event]]:
    names = [str(k) for k in range(image.shape[1])]
    state = admit(start_adaptive(settings), names, settings)
    fused, events = np.empty_like(image), list[Event]()
    for second in range(len(image)):
        state, fused[second], settled = step_adaptive(
            state, second, image[second], landmark[second], settings=settings
        )
        events += settled
    return fused, [*events, *flush_changes(state.log)[1]]


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
