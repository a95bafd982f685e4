"""Raters whose agreement is known: each sees the truth with probability c, else rates by habit.

All have the same habit, the distribution of the truth. Then two agree with probability
c^2 + (1 - c^2) x chance, so alpha and every kappa are c^2, whatever the habit.
"""

from __future__ import annotations

import numpy as np

from groupaffect.evaluation.ratings.rating import Rating, Ratings
from groupaffect.evaluation.ratings.seconds import RatedSeconds, rate_seconds

RATERS = ("anna", "ben", "cleo")


def share_of_neutral(share: float) -> np.ndarray:
    """Return a habit: so much neutral, the rest even."""
    return np.array([(1 - share) / 6] * 6 + [share])


def simulate_truth(
    rng: np.random.Generator, *, habit: np.ndarray, n_s: int, dwell_s: float
) -> np.ndarray:
    """Return (n_s,) emotions that each last ``dwell_s`` seconds on average."""
    anew = rng.random(n_s) < 1 / dwell_s
    anew[0] = True
    drawn = rng.choice(7, size=n_s, p=habit)
    return drawn[np.maximum.accumulate(np.where(anew, np.arange(n_s), 0))]


def simulate_ratings(
    rng: np.random.Generator, truth: np.ndarray, *, habit: np.ndarray, sees: float
) -> np.ndarray:
    """Return (n_s, 3) what three raters say."""
    shape = (len(truth), len(RATERS))
    guess = rng.choice(7, size=shape, p=habit)
    return np.where(rng.random(shape) < sees, truth[:, None], guess)


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
