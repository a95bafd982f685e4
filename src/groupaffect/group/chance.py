"""Compare a measure of a group with the same measure of people who do not react to each other.

The null is a sample of the measure after the members were shifted against each other in time,
which keeps everything about each of them but when it happened. Where shifting changes nothing
about the members' joint distribution, the measure is as likely to be in any place among the
shifted ones, so the p-value needs no other assumption (Phipson & Smyth 2010,
10.2202/1544-6115.1585).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

MIN_NULL = 19  # with fewer no p can be .05
BOUND_ERROR = 0.05  # how often the truth lies below ``low``, and above ``high``
_ROUNDING = 1e-9  # values nearer than this are equal


@dataclass(frozen=True, slots=True)
class Finding:
    """A measure beside chance.

    Attributes
    ----------
    effect, low, high : the measure and its bounds; NaN where it is unknown.
    p : one-sided; NaN where it was not tested.
    n_windows : count windows it rests on.
    why_not : why there is no test; "" where there is one.
    """

    effect: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    p: float = float("nan")
    n_windows: int = 0
    why_not: str = ""


def compare_with_chance(
    observed: float, null: Float[np.ndarray, " m"], *, n_windows: int
) -> Finding:
    """Return a measure's bounds and its p among the values of shifted members.

    ``p = (1 + b) / (1 + m)`` with b the values of the null at or above the observed one. The
    bounds are the observed value less what chance alone adds or takes away: ``low = observed -
    q`` with q the value of the null above which a measure has p <= .05, so ``low`` is above 0 just
    when p is at or below .05; ``high`` likewise with the lower end. Each bound by itself fails in
    about 5 % (together a 90 % interval). They do not depend on the measure's distribution and
    count autocorrelation in.

    Parameters
    ----------
    null : (m,) NaN where a shift left too little to measure.

    Examples
    --------
    >>> found = compare_with_chance(0.5, np.linspace(-0.2, 0.19, 40), n_windows=60)
    >>> round(found.p, 3), round(found.low, 2), round(found.high, 2)
    (0.024, 0.32, 0.69)
    """
    null = np.sort(null[np.isfinite(null)])
    if not np.isfinite(observed) or (len(null) and np.ptp([observed, *null]) <= _ROUNDING):
        return Finding(n_windows=n_windows, why_not="nothing varies")
    if len(null) < MIN_NULL:
        why_not = f"only {len(null)} distinct shifts, of {MIN_NULL} needed"
        return Finding(n_windows=n_windows, why_not=why_not)
    n_above = len(null) - int(np.searchsorted(null, observed - _ROUNDING))
    place = int(BOUND_ERROR * (len(null) + 1) + _ROUNDING)
    return Finding(
        effect=observed,
        low=observed - float(null[-place]),
        high=observed - float(null[place - 1]),
        p=(1 + n_above) / (1 + len(null)),
        n_windows=n_windows,
    )


def correct_findings(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return findings with p corrected for their number; who was not tested does not count.

    Examples
    --------
    >>> found = correct_findings([Finding(p=0.01), Finding(p=0.04), Finding(why_not="one second")])
    >>> [round(one.p, 3) for one in found]
    [0.02, 0.04, nan]
    """
    corrected = adjust_p([finding.p for finding in findings])
    return tuple(replace(one, p=p) for one, p in zip(findings, corrected, strict=True))


def adjust_p(p: Sequence[float]) -> list[float]:
    """Return p corrected for how many were tested; NaN stays and does not count.

    References
    ----------
    Benjamini & Hochberg 1995, 10.1111/j.2517-6161.1995.tb02031.x.

    Examples
    --------
    >>> [round(q, 3) for q in adjust_p([0.01, 0.04, 0.03, float("nan")])]
    [0.03, 0.04, 0.04, nan]
    """
    values = np.array(p, dtype=np.float64)
    tested = np.isfinite(values)
    if tested.any():
        # Here: scipy.stats takes as long to import as half of the others together.
        from scipy.stats import false_discovery_control

        values[tested] = false_discovery_control(values[tested], method="bh")
    return [float(value) for value in values]
