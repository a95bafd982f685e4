"""Whether members of the same session are more in step than people who never met (METHODS 8).

A set of sessions is dealt anew: each seat's members change places between the sessions. What
people do by themselves, and what all sessions have in common (the same task, the same fatigue),
is in the null as well, which shifts in time do not reach. A deal may leave a few people with those
they met: deals without them leave the true one out of their number, and 5 sessions of 2 then give
9 % false positives.

References
----------
Bernieri, Reznick & Rosenthal 1988, 10.1037/0022-3514.54.2.243 (pseudointeractions).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

from groupaffect.group.chance import MIN_NULL, Finding, compare_with_chance
from groupaffect.group.homogeneity import divergence_by_lag
from groupaffect.group.synchrony import leave_one_out
from groupaffect.settings import GroupSettings

DEAL_SEED = 20243


def compare_with_pseudo_groups(
    sessions: Sequence[Float[np.ndarray, "_ p"]], *, settings: GroupSettings
) -> Finding:
    """Return the sessions' mean synchrony S beside that of pseudo-groups.

    Parameters
    ----------
    sessions : each a (w, p) array of counts as ``count_in_windows`` gives them, all with the
        same number of members; they are cut to the shortest one.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> together = [rng.poisson(1.0, (600, 1)) + rng.poisson(0.5, (600, 3)) for _ in range(6)]
    >>> found = compare_with_pseudo_groups(
    ...     [counts.astype(float) for counts in together], settings=GroupSettings()
    ... )
    >>> round(found.effect, 1), found.p
    (0.7, 0.001)
    """
    n_sessions, n_members = len(sessions), min((s.shape[1] for s in sessions), default=0)
    shortest = min((len(counts) for counts in sessions), default=0)
    n_windows = (shortest + settings.count_window_s - 1) // settings.count_window_s
    few = n_members < 2 or math.factorial(n_sessions) ** (n_members - 1) <= MIN_NULL
    if few or n_windows < settings.min_windows:
        why_not = f"needs more sessions or members, and {settings.min_windows} windows of each"
        return Finding(n_windows=n_windows, why_not=why_not)
    everybody = np.concatenate([counts[:shortest] for counts in sessions], axis=1)
    least = settings.min_windows * settings.count_window_s // 2
    covariance = _covariance(everybody, least)  # everybody x everybody
    seat = np.arange(n_members)
    met = np.arange(n_sessions)[:, None] * n_members + seat  # (sessions, p) places in everybody
    dealt = _deal(n_sessions, n_members, n_deals=settings.n_lags) * n_members + seat
    observed = _mean_synchrony(covariance, met[None])[0]
    return compare_with_chance(
        float(observed), _mean_synchrony(covariance, dealt), n_windows=n_windows
    )


def compare_alikeness_with_pseudo_groups(
    sessions: Sequence[Float[np.ndarray, "_ p 7"]], *, settings: GroupSettings
) -> Finding:
    """Return how alike members are in the same second beside members of pseudo-groups.

    Alikeness is 1 less the mean Jensen-Shannon divergence of all pairs (base 2), not corrected
    for chance: the pseudo-groups are its chance, second for second.

    Parameters
    ----------
    sessions : each a (t, p, 7) array of probabilities, NaN where a member is not visible, all
        with the same number of members; they are cut to the shortest one.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> label = rng.integers(7, size=(6, 200))
    >>> together = [np.eye(7)[row][:, None].repeat(3, axis=1) for row in label]
    >>> found = compare_alikeness_with_pseudo_groups(together, settings=GroupSettings())
    >>> found.effect, found.p
    (1.0, 0.001)
    """
    n_sessions, n_members = len(sessions), min((s.shape[1] for s in sessions), default=0)
    shortest = min((len(probability) for probability in sessions), default=0)
    n_windows = shortest // settings.count_window_s
    few = n_members < 2 or math.factorial(n_sessions) ** (n_members - 1) <= MIN_NULL
    if few or not n_windows:
        why_not = f"needs more sessions or members, and {settings.count_window_s} s of each"
        return Finding(n_windows=n_windows, why_not=why_not)
    everybody = np.concatenate([probability[:shortest] for probability in sessions], axis=1)
    alike = 1.0 - divergence_by_lag(everybody, step=shortest)[0]  # everybody x everybody
    seat = np.arange(n_members)
    met = np.arange(n_sessions)[:, None] * n_members + seat  # (sessions, p) places in everybody
    dealt = _deal(n_sessions, n_members, n_deals=settings.n_lags) * n_members + seat
    observed = _mean_alikeness(alike, met[None])[0]
    return compare_with_chance(float(observed), _mean_alikeness(alike, dealt), n_windows=n_windows)


def _mean_alikeness(
    alike: Float[np.ndarray, "q q"], groups: Int[np.ndarray, "m s p"]
) -> Float[np.ndarray, " m"]:
    first, second = np.triu_indices(groups.shape[2], k=1)
    found = alike[groups[..., first], groups[..., second]]  # (m, s, pairs)
    known = np.isfinite(found)
    total = np.where(known, found, 0.0).sum(axis=(1, 2))
    n = known.sum(axis=(1, 2))
    return np.where(n > 0, total / np.maximum(n, 1), np.nan)


def _covariance(counts: Float[np.ndarray, "w q"], min_overlap: int) -> Float[np.ndarray, "q q"]:
    known = np.isfinite(counts)
    mean = np.where(known, counts, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    centred = np.where(known, counts - mean, 0.0)
    overlap = known.T.astype(np.float64) @ known
    return np.where(overlap >= min_overlap, centred.T @ centred / np.maximum(overlap, 1), np.nan)


def _deal(n_sessions: int, n_members: int, *, n_deals: int) -> Int[np.ndarray, "m s p"]:
    """Return from which session each seat of each group is taken: every seat in random order."""
    rng = np.random.default_rng(DEAL_SEED)
    seats = np.tile(np.arange(n_sessions)[:, None], (n_deals, 1, n_members))
    return np.asarray(rng.permuted(seats, axis=1))


def _mean_synchrony(
    covariance: Float[np.ndarray, "q q"], groups: Int[np.ndarray, "m s p"]
) -> Float[np.ndarray, " m"]:
    found = leave_one_out(covariance[groups[..., :, None], groups[..., None, :]])  # (m, s, p)
    known = np.isfinite(found)
    total = np.where(known, found, 0.0).sum(axis=(1, 2))
    return np.asarray(total / np.maximum(known.sum(axis=(1, 2)), 1))
