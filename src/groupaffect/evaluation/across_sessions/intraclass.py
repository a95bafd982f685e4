"""Which share of a measure's variance lies between sessions: ICC(1).

One-way random effects: sessions are drawn from many, members from each session. At 0 members of a
session are no more alike than members of different ones; at 1 all of the difference is between
sessions; below 0 members of a session differ more than strangers do.

References
----------
Shrout & Fleiss 1979, 10.1037/0033-2909.86.2.420 (ICC(1,1) and its interval). Donner 1986,
10.2307/1403259 (groups of unequal size).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.stats import f as f_distribution

MIN_SESSIONS = 5  # with fewer the interval spans nearly everything (ours)


@dataclass(frozen=True, slots=True)
class Intraclass:
    """ICC(1) with its 95 % interval; NaN where ``why_not`` says why.

    Attributes
    ----------
    n_sessions, n : sessions with two known members or more, and those members.
    """

    icc: float
    low: float
    high: float
    n_sessions: int
    n: int
    why_not: str = ""


def intraclass_correlation(
    value: Float[np.ndarray, " n"], session: Int[np.ndarray, " n"]
) -> Intraclass:
    """Return ICC(1) of members in sessions; NaN values do not count.

    The interval is exact for normal values in groups of one size. For unequal groups their size
    is Donner's mean, and the interval approximate.

    Parameters
    ----------
    session : (n,) number of each member's session.

    Examples
    --------
    >>> found = intraclass_correlation(
    ...     np.array([1.0, 2, 4, 5, 7, 8, 10, 11, 13, 14]), np.repeat(np.arange(5), 2)
    ... )
    >>> round(found.icc, 2), round(found.low, 2), round(found.high, 2)
    (0.98, 0.85, 1.0)
    """
    known = np.isfinite(value)
    _, place, size = np.unique(session[known], return_inverse=True, return_counts=True)
    several = size[place] >= 2
    values, place = value[known][several], place[several]
    _, place, size = np.unique(place, return_inverse=True, return_counts=True)
    k, n = len(size), len(values)
    if k < MIN_SESSIONS:
        why_not = f"{k} sessions with two members or more, of {MIN_SESSIONS} needed"
        return Intraclass(np.nan, np.nan, np.nan, k, n, why_not)
    mean = np.bincount(place, values) / size
    between = float((size * (mean - values.mean()) ** 2).sum()) / (k - 1)
    within = float(((values - mean[place]) ** 2).sum()) / (n - k)
    scale = max(1.0, float(np.abs(values).max()))
    if between + within <= 1e-18 * scale**2:
        return Intraclass(np.nan, np.nan, np.nan, k, n, "nothing varies")
    typical = (n - float((size**2).sum()) / n) / (k - 1)  # members of a session
    ratio = between / within if within > 0 else np.inf
    bounds = (
        ratio / f_distribution.ppf(0.975, k - 1, n - k),
        ratio * f_distribution.ppf(0.975, n - k, k - 1),
    )
    icc, low, high = (_from_ratio(each, typical) for each in (ratio, *bounds))
    return Intraclass(icc, low, high, k, n)


def _from_ratio(ratio: float, size: float) -> float:
    """Return the ICC of a ratio of mean squares: (F - 1) / (F + size - 1)."""
    return 1.0 if np.isinf(ratio) else float((ratio - 1) / (ratio + size - 1))
