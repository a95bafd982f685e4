"""Figures of many sessions together, with intervals that resample whole sessions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from groupaffect.evaluation.benchmark.scores import Tally, accuracy_of, f1_of
from groupaffect.evaluation.classification import macro_f1_score

N_DRAWS = 1000

Figure = Callable[[Int[np.ndarray, "*draws 7 7"]], Float[np.ndarray, "*draws"]]


def pool_tallies(tallies: Sequence[Tally], *, seed: int = 0) -> dict[str, Any]:
    """Return one method's figures over sessions; accuracy and macro F1 with intervals."""
    confusion = np.stack([one.confusion.sum(axis=0) for one in tallies])
    total = confusion.sum(axis=0)
    group = np.sum([one.group for one in tallies], axis=0)
    individual = np.sum([one.individual for one in tallies], axis=0)

    def ratio(above: str, below: str) -> float:
        parts = [sum(getattr(one, name) for one in tallies) for name in (above, below)]
        return float(parts[0] / parts[1]) if parts[1] else float("nan")

    return {
        "accuracy": float(accuracy_of(total)),
        "accuracy_interval": session_interval(confusion, accuracy_of, seed=seed),
        "macro_f1": float(macro_f1_score(total)),
        "macro_f1_interval": session_interval(confusion, macro_f1_score, seed=seed),
        "event_f1_group": float(f1_of(group)),
        "event_f1_individual": float(f1_of(individual)),
        "false_changes_per_min": ratio("false_changes", "person_minutes"),
        "group_jsd": ratio("jsd_sum", "n_seconds"),
        "share_at_clamp": ratio("at_clamp_s", "weighted_s"),
    }


def session_interval(
    confusion: Int[np.ndarray, "s 7 7"], figure: Figure, *, seed: int = 0
) -> tuple[float, float]:
    """Return the 95 % percentile interval from a bootstrap over sessions.

    References
    ----------
    Efron 1979, 10.1214/aos/1176344552.
    """
    drawn = figure(draw_sessions(confusion, seed=seed))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def difference(
    one: Int[np.ndarray, "s 7 7"],
    other: Int[np.ndarray, "s 7 7"],
    figure: Figure,
    *,
    seed: int = 0,
) -> dict[str, Any]:
    """Return one method's figure minus another's, with an interval over the same sessions."""
    drawn = figure(draw_sessions(one, seed=seed)) - figure(draw_sessions(other, seed=seed))
    low, high = np.quantile(drawn, [0.025, 0.975])
    whole = figure(one.sum(axis=0)) - figure(other.sum(axis=0))
    return {"difference": float(whole), "difference_interval": (float(low), float(high))}


def draw_sessions(
    confusion: Int[np.ndarray, "s 7 7"], *, seed: int, n_draws: int = N_DRAWS
) -> Int[np.ndarray, "draws 7 7"]:
    """Return the summed tables of sessions drawn with replacement; the same for equal seeds."""
    n = len(confusion)
    times = np.random.default_rng(seed).multinomial(n, np.full(n, 1.0 / n), size=n_draws)
    return np.asarray((times @ confusion.reshape(n, -1)).reshape(n_draws, 7, 7))
