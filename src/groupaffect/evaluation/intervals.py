"""How surely a figure is known, when its rows are independent."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Int

Z_95 = 1.959964  # two-sided 95 % of the normal distribution


def wilson_interval(n_hits: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a share.

    References
    ----------
    Wilson 1927, 10.1080/01621459.1927.10502953.

    Examples
    --------
    >>> [round(bound, 3) for bound in wilson_interval(8, 10)]
    [0.49, 0.943]
    """
    share, z = n_hits / n, Z_95
    middle = share + z**2 / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    low, high = ((middle + sign * half) / (1 + z**2 / n) for sign in (-1, 1))
    return max(0.0, low), min(1.0, high)


def bootstrap_interval(
    counts: Int[np.ndarray, "7 8"],
    *,
    score: Callable[[Int[np.ndarray, "draws 7 8"]], Float[np.ndarray, " draws"]],
    n_draws: int = 2000,
    seed: int = 0,
) -> tuple[float, float]:
    """Return the 95 % percentile interval of a score of counts, from a bootstrap over rows.

    Drawing n rows with replacement is drawing the cells of their table from a multinomial.

    References
    ----------
    Efron 1979, 10.1214/aos/1176344552.
    """
    n = int(counts.sum())
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(n, counts.ravel() / n, size=n_draws).reshape(-1, *counts.shape)
    low, high = np.quantile(score(drawn), [0.025, 0.975])
    return float(low), float(high)
