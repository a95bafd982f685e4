"""Whether a measure goes with a covariate, tested by session.

Between sessions: the sessions' means, the covariate permuted over the sessions. Within sessions:
what is left when each session's own mean is taken off both, the covariate permuted among the
members of each session, so that nothing that a session has in common counts. Seconds never count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float, Int

from groupaffect.evaluation.across_sessions.arrangements import arrange
from groupaffect.evaluation.across_sessions.intraclass import MIN_SESSIONS

Level = Literal["between sessions", "within sessions"]
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
    p : two-sided, among arrangements. n_sessions, n : sessions and values that it rests on.
    """

    r: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    slope: float = float("nan")
    p: float = float("nan")
    n_sessions: int = 0
    n: int = 0
    why_not: str = ""


def associate(
    x: Float[np.ndarray, " n"],
    y: Float[np.ndarray, " n"],
    session: Int[np.ndarray, " n"],
    *,
    level: Level,
) -> Association:
    """Return how a measure goes with a covariate.

    The interval is the correlation plus and minus what 95 % of the arrangements stay below, on the
    scale of Fisher's z, which has nearly the same spread at any true value. It leaves 0 out just
    when p is at most .05.

    Parameters
    ----------
    x, y : covariate and measure of each member; members without either do not count.
    session : (n,) number of each member's session.

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
    known = np.isfinite(x) & np.isfinite(y)
    x, y, session = x[known], y[known], session[known]
    if level == "between sessions":
        x, y = (_session_means(each, session) for each in (x, y))
        session = block = np.zeros(len(x), dtype=np.int64)
        n_sessions = len(x)
    else:
        telling = _varies_in(x, session)
        x, y, session = x[telling], y[telling], session[telling]
        n_sessions = len(np.unique(session))
        block = session
    why_not = _too_little(x, y, block, n_sessions)
    if why_not:
        return Association(n_sessions=n_sessions, n=len(x), why_not=why_not)
    return _test(x, y, block, n_sessions)


def _session_means(
    value: Float[np.ndarray, " n"], session: Int[np.ndarray, " n"]
) -> Float[np.ndarray, " k"]:
    _, place = np.unique(session, return_inverse=True)
    return np.asarray(np.bincount(place, value) / np.bincount(place))


def _varies_in(x: Float[np.ndarray, " n"], session: Int[np.ndarray, " n"]) -> np.ndarray:
    """Return who is in a session whose members differ in the covariate."""
    telling = [number for number in np.unique(session) if np.ptp(x[session == number]) > 0]
    return np.isin(session, telling)


def _too_little(
    x: Float[np.ndarray, " n"],
    y: Float[np.ndarray, " n"],
    block: Int[np.ndarray, " n"],
    n_sessions: int,
) -> str:
    if n_sessions < MIN_SESSIONS:
        return f"{n_sessions} sessions that tell, of {MIN_SESSIONS} needed"
    if not _spread(_centre(x, block)):
        return "the covariate does not vary"
    if not _spread(_centre(y, block)):
        return "the measure does not vary"
    return ""


def _spread(centred: Float[np.ndarray, " n"]) -> bool:
    return bool(np.abs(centred).max(initial=0.0) > _ROUNDING)


def _centre(value: Float[np.ndarray, "*m n"], block: Int[np.ndarray, " n"]) -> np.ndarray:
    """Return values less their block's mean."""
    centred = np.array(value, dtype=np.float64)
    for number in np.unique(block):
        inside = block == number
        centred[..., inside] -= centred[..., inside].mean(axis=-1, keepdims=True)
    return centred


def _test(
    x: Float[np.ndarray, " n"],
    y: Float[np.ndarray, " n"],
    block: Int[np.ndarray, " n"],
    n_sessions: int,
) -> Association:
    x, y = _centre(x, block), _centre(y, block)
    length = float(np.sqrt((x**2).sum() * (y**2).sum()))
    r = float(x @ y) / length
    rows, are_all = arrange(x, block)
    null = rows @ y / length  # an arrangement has the same spread
    if are_all:
        n_allowed = int(LARGEST_P * len(null) + _ROUNDING)
        p = float((np.abs(null) >= abs(r) - _ROUNDING).mean())
        least = float((np.abs(null) >= np.abs(null).max() - _ROUNDING).mean())
        if least > LARGEST_P:
            why_not = f"{n_sessions} sessions as they are allow no p below {least:.2f}"
            return Association(n_sessions=n_sessions, n=len(x), why_not=why_not)
    else:
        n_allowed = int(LARGEST_P * (1 + len(null)) + _ROUNDING) - 1
        p = (1 + int((np.abs(null) >= abs(r) - _ROUNDING).sum())) / (1 + len(null))
    low, high = _bounds(r, null, n_allowed=n_allowed)
    slope = float(x @ y) / float((x**2).sum())
    return Association(r, low, high, slope, p, n_sessions, len(x))


def _bounds(r: float, null: Float[np.ndarray, " m"], *, n_allowed: int) -> tuple[float, float]:
    """Return r less and plus what chance alone gives, on Fisher's scale."""
    z = np.arctanh(np.clip([r, *null], -_NEARLY_1, _NEARLY_1))
    reach = np.sort(np.abs(z[1:]))[::-1][n_allowed]
    return float(np.tanh(z[0] - reach)), float(np.tanh(z[0] + reach))
