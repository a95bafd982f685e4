"""Which second a time falls in, and how many seconds there are."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Float, Int

# Container time bases make a frame meant for 2.0 s arrive at 1.9999996 s (ours).
TIME_GRACE_S = 1e-6


def time_to_second(time_s: Float[np.ndarray, " n"]) -> Int[np.ndarray, " n"]:
    """Return the second that each time falls in: floor(time_s + ``TIME_GRACE_S``).

    The grace keeps a frame at 1.9999996 s in second 2.

    Examples
    --------
    >>> time_to_second(np.array([0.0, 0.96, 1.9999996])).tolist()
    [0, 0, 2]
    """
    return np.floor(np.asarray(time_s) + TIME_GRACE_S).astype(np.int64)


def n_seconds(duration_s: float) -> int:
    """Return how many rows of one second cover a duration; the last may be partly covered.

    Examples
    --------
    >>> n_seconds(106.0), n_seconds(106.04), n_seconds(0.0)
    (106, 107, 0)
    """
    return max(0, math.ceil(duration_s - TIME_GRACE_S))
