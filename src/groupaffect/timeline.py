"""Arithmetic of frames, seconds and windows, and means that respect what is missing."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Float, Int


def time_to_second(time_s: Float[np.ndarray, " n"]) -> Int[np.ndarray, " n"]:
    """Return the second that each time falls in: floor(time_s), with 1 microsecond of grace.

    Container time bases make a frame meant for 2.0 s arrive at 1.9999996 s; the grace
    keeps it in second 2.

    Examples
    --------
    >>> time_to_second(np.array([0.0, 0.96, 1.9999996])).tolist()
    [0, 0, 2]
    """
    return np.floor(np.asarray(time_s) + 1e-6).astype(np.int64)


def n_seconds(duration_s: float) -> int:
    """Return how many rows of one second cover a duration; the last may be partly covered.

    Examples
    --------
    >>> n_seconds(106.0), n_seconds(106.04), n_seconds(0.0)
    (106, 107, 0)
    """
    return max(0, math.ceil(duration_s - 1e-6))


def window_bounds(n_rows: int, *, window_s: int) -> list[tuple[int, int]]:
    """Return (first, past-last) seconds of consecutive windows; the last may be short.

    Examples
    --------
    >>> window_bounds(25, window_s=10)
    [(0, 10), (10, 20), (20, 25)]
    """
    return [(start, min(start + window_s, n_rows)) for start in range(0, n_rows, window_s)]


def weighted_mean(
    values: Float[np.ndarray, "n k"], weights: Float[np.ndarray, " n"]
) -> Float[np.ndarray, " k"]:
    """Return sum(w v) / sum(w) over the rows that are not NaN and weigh more than 0.

    Returns NaN where no such row is left.

    Examples
    --------
    >>> weighted_mean(np.array([[1.0], [np.nan], [4.0]]), np.array([2.0, 5.0, 1.0])).tolist()
    [2.0]
    """
    usable = ~np.isnan(values).any(axis=1) & (weights > 0)
    if not usable.any():
        return np.full(values.shape[1], np.nan)
    return np.asarray(np.average(values[usable], axis=0, weights=weights[usable]))
