"""Whether members change their expression in the same cadence, each against all others.

``S_i = r(c_i, sum of the others' c_j)``, leave-one-out, and ``S = mean S_i`` (METHODS 8). With
i among the others, independent people would correlate by 1/sqrt(N).

Each member's null: the member is shifted against all others, circularly, by every window that is
at least ``min_shift_s`` away from 0. The shifts are spread evenly and their number is one below a
multiple of 20 (19, 39, ...), so that p = .05 can occur. The group's null: all members are shifted
by random lags of their own. Two members have one synchrony and one null, a member's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from groupaffect.group.chance import Finding, compare_with_chance
from groupaffect.group.lag_covariance import covariance_by_lag, shift_members
from groupaffect.settings import GroupSettings

LAG_SEED = 20241


@dataclass(frozen=True, slots=True)
class Synchrony:
    """The group's S and each member's S_i beside chance; p not corrected."""

    group: Finding
    members: tuple[Finding, ...]


def measure_synchrony(counts: Float[np.ndarray, "w p"], *, settings: GroupSettings) -> Synchrony:
    """Return how far members change at the same time, beside chance.

    Parameters
    ----------
    counts : (w, p) changes in windows that start a second apart; NaN where not seen enough. No
        member's may depend on another's (METHODS 8, "cross-member steps").

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> events = rng.random((900, 1)) < 0.1
    >>> c = np.apply_along_axis(np.convolve, 0, np.repeat(events, 3, axis=1) * 1.0, np.ones(10))
    >>> found = measure_synchrony(c[9:900], settings=GroupSettings())
    >>> round(found.group.effect, 3), round(found.group.p, 3), found.group.n_windows
    (1.0, 0.001, 90)
    """
    counts = _trim(counts)
    n_windows = _joint_windows(counts, settings)  # (p,)
    why_not = _too_few(counts, n_windows, settings)  # (p,)
    judged = np.array([not reason for reason in why_not], dtype=np.bool_)
    if not judged.any():
        untested = zip(n_windows, why_not, strict=True)
        members = tuple(Finding(n_windows=n, why_not=reason) for n, reason in untested)
        return Synchrony(_untested_group(n_windows, why_not), members)
    least = settings.min_windows * settings.count_window_s // 2
    table = covariance_by_lag(counts, min_overlap=least)  # (w, p, p)
    observed = leave_one_out(table[0])  # (p,)
    shifted = _member_null(table, _distinct_shifts(len(table), settings))  # (m, p)
    members = tuple(
        Finding(n_windows=n, why_not=reason)
        if reason
        else compare_with_chance(float(observed[i]), shifted[:, i], n_windows=n)
        for i, (n, reason) in enumerate(zip(n_windows, why_not, strict=True))
    )
    if judged.sum() < 2:
        return Synchrony(_untested_group(n_windows, why_not), members)
    if len(members) == 2:
        return Synchrony(members[0], (members[0],) * 2)
    group = compare_with_chance(
        float(observed[judged].mean()),
        _group_null(table, settings)[:, judged].mean(axis=1),
        n_windows=min(one.n_windows for one in members if not one.why_not),
    )
    return Synchrony(group, members)


def _trim(counts: Float[np.ndarray, "w p"]) -> Float[np.ndarray, "v p"]:
    """Return the windows from the first to the last in which two members are known."""
    together = np.flatnonzero(np.isfinite(counts).sum(axis=1) >= 2)
    return counts[together[0] : together[-1] + 1] if len(together) else counts[:0]


def leave_one_out(covariance: Float[np.ndarray, "*m p p"]) -> Float[np.ndarray, "*m p"]:
    """Return each member's correlation with the sum of all others, from covariances.

    Examples
    --------
    >>> leave_one_out(np.array([[1.0, 0.5, 0.5], [0.5, 1.0, 0.5], [0.5, 0.5, 1.0]])).round(4)
    array([0.5774, 0.5774, 0.5774])
    """
    variance = np.diagonal(covariance, axis1=-2, axis2=-1)
    row = covariance.sum(axis=-1)
    return _ratio(row - variance, variance * _variance_of_others(covariance))


def _variance_of_others(covariance: Float[np.ndarray, "*m p p"]) -> Float[np.ndarray, "*m p"]:
    variance = np.diagonal(covariance, axis1=-2, axis2=-1)
    row = covariance.sum(axis=-1)
    return np.asarray(row.sum(axis=-1, keepdims=True) - 2.0 * row + variance)


def _ratio(
    covariance: Float[np.ndarray, "*m p"], square: Float[np.ndarray, "*m p"]
) -> Float[np.ndarray, "*m p"]:
    with np.errstate(invalid="ignore", divide="ignore"):
        found = covariance / np.sqrt(square)
    return np.where(square > 1e-18, np.clip(found, -1.0, 1.0), np.nan)


def _distinct_shifts(n: int, settings: GroupSettings) -> Int[np.ndarray, " m"]:
    first, last = settings.min_shift_s, n - settings.min_shift_s
    n_twenties = max(1, round(((last - first) / settings.count_window_s + 1) / 20))
    return np.unique(np.linspace(first, max(first, last), 20 * n_twenties - 1).astype(np.int64))


def _member_null(
    table: Float[np.ndarray, "w p p"], shifts: Int[np.ndarray, " m"]
) -> Float[np.ndarray, "m p"]:
    """Return each member's S_i when all others come later by each of the shifts."""
    own = np.diagonal(table[0])
    shifted = table[shifts]
    covariance = shifted.sum(axis=-1) - np.diagonal(shifted, axis1=1, axis2=2)
    square = np.broadcast_to(own * _variance_of_others(table[0]), covariance.shape)
    return _ratio(covariance, square)


def _group_null(
    table: Float[np.ndarray, "w p p"], settings: GroupSettings
) -> Float[np.ndarray, "m p"]:
    """Return every S_i when each member is shifted by a random lag of its own."""
    rng = np.random.default_rng(LAG_SEED)
    lags = rng.integers(len(table), size=(settings.n_lags, table.shape[1]))
    return leave_one_out(shift_members(table, lags))


def _joint_windows(counts: Float[np.ndarray, "w p"], settings: GroupSettings) -> list[int]:
    """Return for each member how many whole windows' worth are known of it and of another."""
    known = np.isfinite(counts)
    joint = known & (known.sum(axis=1, keepdims=True) >= 2)
    width = settings.count_window_s
    return [int(n + width - 1) // width if n else 0 for n in joint.sum(axis=0)]


def _too_few(
    counts: Float[np.ndarray, "w p"], n_windows: list[int], settings: GroupSettings
) -> list[str]:
    """Return why a member cannot be judged; "" where it can."""
    changes = np.nansum(counts, axis=0) / settings.count_window_s
    least = settings.min_changes
    reasons = []
    for n, own in zip(n_windows, changes, strict=True):
        reason = ""
        if n < settings.min_windows:
            reason = f"{n} windows seen together with others, of {settings.min_windows} needed"
        elif own < least:
            reason = f"{own:.0f} changes, of {least} needed"
        elif changes.sum() - own < least:
            reason = f"{changes.sum() - own:.0f} changes of the others, of {least} needed"
        reasons.append(reason)
    return reasons


def _untested_group(n_windows: list[int], why_not: list[str]) -> Finding:
    reason = "fewer than two members seen enough"
    if len(why_not) >= 2:
        first = next(reason for reason in why_not if reason)
        reason = f"fewer than two members can be judged: {first}"
    return Finding(n_windows=max(n_windows, default=0), why_not=reason)
