"""How often the kinds of group are found where they are, and how long that takes."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable

import numpy as np

from groupaffect.evaluation.calibration_rate import ALPHA
from groupaffect.evaluation.made_members import (
    SIGNALS,
    count_made,
    find_changes,
    make_scores,
    to_probability,
)
from groupaffect.group.chance import correct_findings
from groupaffect.group.homogeneity import measure_homogeneity
from groupaffect.group.kinds import describe_kinds
from groupaffect.group.labels import label_member
from groupaffect.group.synchrony import measure_synchrony
from groupaffect.settings import Settings


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
        counts = count_made(change_s, 60 * minutes, settings)
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
