"""Whether a measure goes with a covariate, tested by session.

Between sessions: the sessions' means, the covariate permuted over the sessions. Within sessions:
what is left when each session's own mean is taken off both, the covariate permuted among the
members of each session, so that nothing that a session has in common counts. Where people come
again, ``levels`` says what is compared instead. Seconds never count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from groupaffect.evaluation.across_sessions.arrangements import Class, arrange
from groupaffect.evaluation.across_sessions.intraclass import MIN_SESSIONS
from groupaffect.evaluation.across_sessions.levels import Comparison, Level, lay_out

LARGEST_P = 0.05  # a test that cannot get there says nothing either way
_ROUNDING = 1e-9
_NEARLY_1 = 1 - 1e-9  # correlations of 1 have no Fisher's z


@dataclass(frozen=True, slots=True)
class Association:
    """A correlation with its 95 % interval and p; NaN where ``why_not`` says why.

    Attributes
    ----------
    r : -1..1; with a covariate of two values the point-biserial correlation.
    slope : change of the measure with one unit of the covariate; the difference of means where it
        has the values 0 and 1.
    p : two-sided, among arrangements. n_sessions, n_circles, n : sessions, circles and values that
        it rests on; circles are sessions where nobody comes again.
    """

    r: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    slope: float = float("nan")
    p: float = float("nan")
    n_sessions: int = 0
    n_circles: int = 0
    n: int = 0
    why_not: str = ""


def associate(
    x: Float[np.ndarray, " n"],
    y: Float[np.ndarray, " n"],
    session: Int[np.ndarray, " n"],
    *,
    level: Level,
    person: Int[np.ndarray, " n"] | None = None,
) -> Association:
    """Return how a measure goes with a covariate.

    The interval is the correlation plus and minus what 95 % of the arrangements stay below, on the
    scale of Fisher's z, which has nearly the same spread at any true value. It leaves 0 out just
    when p is at most .05.

    Parameters
    ----------
    x, y : covariate and measure of each member; members without either do not count.
    session : (n,) number of each member's session.
    person : (n,) number of each member's person; None: nobody comes again.

    References
    ----------
    Phipson & Smyth 2010, 10.2202/1544-6115.1585 (p of drawn arrangements).

    Examples
    --------
    >>> y = np.array([1.0, 2, 2, 2, 1, 3, 4, 5, 5, 6, 4, 6])
    >>> session = np.repeat(np.arange(6), 2)
    >>> age = np.array([20.0, 22, 21, 21, 30, 40, 50, 55, 60, 60, 58, 66])
    >>> found = associate(age, y, session, level="between sessions")
    >>> round(found.r, 2), round(found.p, 3), found.n_sessions
    (0.96, 0.022, 6)
    >>> task = np.repeat([0.0, 0, 0, 1, 1, 1], 2)
    >>> associate(task, y, session, level="between sessions").why_not
    '6 sessions as they are allow no p below 0.10'
    """
    who = np.arange(len(session)) if person is None else person
    given = lay_out(x, y, session, who, level=level)
    unit = "sessions" if len(np.unique(who)) == len(who) else "circles of people"
    why_not = _too_little(given, unit)
    if why_not:
        return _untested(given, why_not)
    return _test(given, unit)


def _untested(given: Comparison, why_not: str) -> Association:
    return Association(
        n_sessions=given.n_sessions, n_circles=given.n_circles, n=len(given.x), why_not=why_not
    )


def _too_little(given: Comparison, unit: str) -> str:
    if given.n_circles < MIN_SESSIONS:
        return f"{given.n_circles} {unit} that tell, of {MIN_SESSIONS} needed"
    if not _spread(_centre(given.x, given.classes)):
        return "the covariate does not vary"
    if not _spread(_centre(given.y, given.classes)):
        return "the measure does not vary"
    return ""


def _spread(centred: Float[np.ndarray, " n"]) -> bool:
    return bool(np.abs(centred).max(initial=0.0) > _ROUNDING)


def _centre(value: Float[np.ndarray, " n"], classes: Sequence[Class]) -> Float[np.ndarray, " n"]:
    """Return values less the mean of those that may stand in their place."""
    centred = np.array(value, dtype=np.float64)
    for rows in classes:
        centred[rows] -= centred[rows].mean(axis=0)
    return centred


def _test(given: Comparison, unit: str) -> Association:
    x, y = _centre(given.x, given.classes), _centre(given.y, given.classes)
    length = float(np.sqrt((x**2).sum() * (y**2).sum()))
    r = float(x @ y) / length
    rows, are_all = arrange(x, given.classes)
    null = rows @ y / length  # an arrangement has the same spread
    if are_all:
        n_allowed = int(LARGEST_P * len(null) + _ROUNDING)
        p = float((np.abs(null) >= abs(r) - _ROUNDING).mean())
        least = float((np.abs(null) >= np.abs(null).max() - _ROUNDING).mean())
        if least > LARGEST_P:
            why_not = f"{given.n_circles} {unit} as they are allow no p below {least:.2f}"
            return _untested(given, why_not)
    else:
        n_allowed = int(LARGEST_P * (1 + len(null)) + _ROUNDING) - 1
        p = (1 + int((np.abs(null) >= abs(r) - _ROUNDING).sum())) / (1 + len(null))
    low, high = _bounds(r, null, n_allowed=n_allowed)
    slope = float(x @ y) / float((x**2).sum())
    return Association(r, low, high, slope, p, given.n_sessions, given.n_circles, len(x))


def _bounds(r: float, null: Float[np.ndarray, " m"], *, n_allowed: int) -> tuple[float, float]:
    """Return r less and plus what chance alone gives, on Fisher's scale."""
    z = np.arctanh(np.clip([r, *null], -_NEARLY_1, _NEARLY_1))
    reach = np.sort(np.abs(z[1:]))[::-1][n_allowed]
    return float(np.tanh(z[0] - reach)), float(np.tanh(z[0] + reach))
