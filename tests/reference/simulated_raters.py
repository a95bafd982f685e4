"""Studies by raters whose agreement is known: see ``evaluation.made_ratings``."""

from __future__ import annotations

import numpy as np

from groupaffect.evaluation.made_ratings import RATERS, simulate_ratings, simulate_truth
from groupaffect.evaluation.ratings.rating import Rating, Ratings
from groupaffect.evaluation.ratings.seconds import RatedSeconds, rate_seconds

__all__ = ["RATERS", "share_of_neutral", "simulate_ratings", "simulate_study", "simulate_truth"]


def share_of_neutral(share: float) -> np.ndarray:
    """Return a habit: so much neutral, the rest even."""
    return np.array([(1 - share) / 6] * 6 + [share])


def simulate_study(
    rng: np.random.Generator,
    *,
    habit: np.ndarray,
    sees: float,
    n_s: int,
    dwell_s: float = 4.0,
    participants: tuple[str, ...] = ("P1", "P2", "P3", "P4"),
) -> RatedSeconds:
    """Return the ratings of a group by three raters."""
    rows = []
    for participant in participants:
        truth = simulate_truth(rng, habit=habit, n_s=n_s, dwell_s=dwell_s)
        said = simulate_ratings(rng, truth, habit=habit, sees=sees)
        for column, rater in enumerate(RATERS):
            rows += [
                Rating("", participant, rater, float(t), t + 1.0, int(said[t, column]), "simulated")
                for t in range(n_s)
            ]
    return rate_seconds(Ratings(tuple(rows)))
