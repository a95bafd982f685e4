"""Fewer points for a drawing: means of equal stretches, so that an hour stays legible."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

STRIP_STEPS = 450  # about one for every two pixels of a figure's width on screen
AREA_STEPS = 240
LINE_STEPS = 180  # more, and seven lines hide one another


@dataclass(frozen=True, slots=True)
class Steps:
    """Values that hold over stretches: ``edge_s`` (n + 1,), ``value`` (n, k), ``step_s`` each."""

    edge_s: Float[np.ndarray, " edges"]
    value: Float[np.ndarray, "n k"]
    step_s: int

    @property
    def centre_s(self) -> Float[np.ndarray, " n"]:
        """The middle of each stretch."""
        return np.asarray((self.edge_s[:-1] + self.edge_s[1:]) / 2)


def thin(value: Float[np.ndarray, "t k"], *, start_s: float, most_steps: int) -> Steps:
    """Return the means of stretches of whole seconds, at most ``most_steps`` of them.

    Missing seconds do not count; a stretch without any value is NaN.

    Examples
    --------
    >>> steps = thin(np.array([[1.0], [3.0], [np.nan], [5.0]]), start_s=0.0, most_steps=2)
    >>> steps.value.ravel().tolist(), steps.edge_s.tolist()
    ([2.0, 5.0], [0.0, 2.0, 4.0])
    """
    n_rows, n_columns = value.shape
    step_s = max(1, -(-n_rows // most_steps))
    n_steps = -(-n_rows // step_s)
    padded = np.full((n_steps * step_s, n_columns), np.nan)
    padded[:n_rows] = value
    parts = padded.reshape(n_steps, step_s, n_columns)
    count = (~np.isnan(parts)).sum(axis=1)
    total = np.nansum(parts, axis=1)
    mean = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    edge_s = start_s + np.minimum(np.arange(n_steps + 1) * step_s, n_rows)
    return Steps(edge_s.astype(np.float64), mean, step_s)
