"""Random members who hold an expression for a while, change together at times, and vanish."""

from __future__ import annotations

import numpy as np


def random_members(
    rng: np.random.Generator, *, n_seconds: int, n_members: int, unseen: float = 0.05
) -> np.ndarray:
    """Return (t, p, 7) probabilities, NaN where a member is not seen."""
    probability = np.empty((n_seconds, n_members, 7))
    label = rng.integers(0, 7, n_members)
    gone_s = np.zeros(n_members, dtype=int)
    for second in range(n_seconds):
        together = rng.random() < 0.03
        changes = rng.random(n_members) < (0.8 if together else 0.12)
        label = np.where(changes, rng.integers(0, 7, n_members), label)
        peak = rng.uniform(0.3, 0.95, n_members)[:, None]
        probability[second] = peak * np.eye(7)[label] + (1 - peak) * rng.dirichlet(
            np.ones(7), n_members
        )
        gone_s = np.where(rng.random(n_members) < unseen, rng.integers(1, 6, n_members), gone_s)
        probability[second, gone_s > 0] = np.nan
        gone_s = np.maximum(gone_s - 1, 0)
    return probability


def one_hot(labels: str) -> np.ndarray:
    """Return (t, 7) certain expressions: n neutral, h happy, s sad, a angry, . not seen."""
    rows = {"a": 0, "h": 3, "s": 4, "n": 6}
    return np.array([np.full(7, np.nan) if c == "." else np.eye(7)[rows[c]] for c in labels])
