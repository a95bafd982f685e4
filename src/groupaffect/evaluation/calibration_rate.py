"""The share of tests that found something, with its interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from groupaffect.evaluation.intervals import Z_95, wilson_interval

ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Rate:
    """How often a test found something.

    Attributes
    ----------
    rate : 0..1 of the tests; NaN where none was made.
    interval : 95 %, from groups taken as independent; members of one group are not.
    n : tests made. n_untested : left out for too little data.
    """

    rate: float
    interval: tuple[float, float]
    n: int
    n_untested: int


def summarise(p_by_group: Sequence[Sequence[float]]) -> Rate:
    """Return the share of p at or below .05; NaN was not tested.

    Examples
    --------
    >>> summarise([[0.01, float("nan")], [0.5, 0.5]]).n_untested
    1
    """
    tested = [[p for p in group if not math.isnan(p)] for group in p_by_group]
    hits = np.array([sum(p <= ALPHA for p in group) for group in tested])
    n_each = np.array([len(group) for group in tested])
    n = int(n_each.sum())
    n_untested = sum(len(group) for group in p_by_group) - n
    if not n:
        return Rate(math.nan, (math.nan, math.nan), 0, n_untested)
    rate = float(hits.sum() / n)
    if n_each.max() == 1:
        return Rate(rate, wilson_interval(int(hits.sum()), n), n, n_untested)
    # between groups, as members of one group are tested on the same pairs
    error = Z_95 * float(np.sqrt(((hits - rate * n_each) ** 2).sum())) / n
    return Rate(rate, (max(0.0, rate - error), min(1.0, rate + error)), n, n_untested)
