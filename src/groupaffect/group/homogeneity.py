"""Whether members show the same expressions at the same time, beyond what chance gives.

``H(t) = 1 - mean over pairs of the Jensen-Shannon divergence`` (base 2, 0..1; its root is the
distance), averaged over time, less the mean of the same after random shifts (METHODS 8). People
who are neutral all the time are alike at any shift, so that they add nothing.

References
----------
Lin 1991, 10.1109/18.61115 (the divergence). Endres & Schindelin 2003, 10.1109/TIT.2003.813506.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy.lib.stride_tricks import sliding_window_view

from groupaffect.group.chance import Finding, compare_with_chance
from groupaffect.group.lag_covariance import shift_members
from groupaffect.settings import GroupSettings
from groupaffect.types import EMOTIONS

# Different lags of a pair, which bound time: two members have no others, more combine theirs.
MAX_LAGS_OF_TWO = 120
MAX_LAGS = 60
LAG_SEED = 20242
_NEUTRAL = EMOTIONS.index("neutral")
_CHUNK = 2**19  # values done at once: they fit a core's cache


def measure_homogeneity(
    probability: Float[np.ndarray, "t p 7"], *, settings: GroupSettings
) -> Finding:
    """Return how alike the members are at the same time, beyond chance.

    Parameters
    ----------
    probability : (t, p, 7) rows sum to 1, or are NaN where a member is not visible. No member's
        may depend on another's (METHODS 8, "cross-member steps").

    Examples
    --------
    >>> label = np.random.default_rng(0).integers(7, size=600)
    >>> alike = np.eye(7)[label][:, None].repeat(3, axis=1)
    >>> found = measure_homogeneity(alike, settings=GroupSettings())
    >>> round(found.effect, 1), found.p, found.n_windows
    (0.8, 0.001, 60)
    """
    seen = ~np.isnan(probability).any(axis=2)  # (t, p)
    n_windows = int((seen.sum(axis=1) >= 2).sum()) // settings.count_window_s
    why_not = _too_few(probability, seen, n_windows, settings)
    if why_not:
        return Finding(n_windows=n_windows, why_not=why_not)
    step = _lag_step(len(probability), probability.shape[1], settings)
    n_lags = len(probability) // step
    table = divergence_by_lag(probability[: n_lags * step], step=step)  # (l, p, p)
    observed = _homogeneity(table[:1])[0]
    lags = _null_lags(n_lags, probability.shape[1], step=step, settings=settings)
    null = _homogeneity(shift_members(table, lags))  # (m,)
    chance = float(np.nanmean(null)) if np.isfinite(null).any() else float("nan")
    return compare_with_chance(float(observed) - chance, null - chance, n_windows=n_windows)


def divergence_by_lag(
    probability: Float[np.ndarray, "t p 7"], *, step: int
) -> Float[np.ndarray, "l p p"]:
    """Return ``D[k, i, j]``, the mean divergence of i from j ``k * step`` seconds later.

    Circularly, over the seconds in which both are visible; NaN where there are fewer than a fifth.

    Parameters
    ----------
    probability : (t, p, 7); ``step`` divides t.

    Examples
    --------
    >>> apart = np.eye(7)[[[3, 4], [4, 3]]]
    >>> divergence_by_lag(apart, step=1)[:, 0, 1].tolist()
    [1.0, 0.0]
    """
    n_seconds, n_members = probability.shape[:2]
    table = np.zeros((n_seconds // step, n_members, n_members))
    seen = ~np.isnan(probability).any(axis=2)
    filled = np.where(seen[..., None], probability, 1.0 / len(EMOTIONS))
    series = np.ascontiguousarray(filled.transpose(1, 2, 0), dtype=np.float32)  # (p, 7, t)
    for i in range(n_members):
        for j in range(i + 1, n_members):
            found = _pair(series[i], series[j], (seen[:, i], seen[:, j]), step)
            table[:, i, j] = found
            table[:, j, i] = np.roll(found[::-1], 1)
    return table


def _pair(
    first: Float[np.ndarray, "7 t"],
    second: Float[np.ndarray, "7 t"],
    seen: tuple[Bool[np.ndarray, " t"], Bool[np.ndarray, " t"]],
    step: int,
) -> Float[np.ndarray, " l"]:
    n_seconds = first.shape[1]
    later = _rolled(second, step)  # (7, l, t), a view
    entropy_later = _rolled(_entropy(second)[None], step)[0]
    both = seen[0] & _rolled(seen[1][None], step)[0]  # (l, t)
    own = _entropy(first)
    total = np.empty(len(both))
    n_at_once = max(1, _CHUNK // (7 * n_seconds))
    for start in range(0, len(both), n_at_once):
        part = slice(start, start + n_at_once)
        mixed = _entropy((first[:, None] + later[:, part]) * np.float32(0.5))
        divergence = mixed - (own + entropy_later[part]) * np.float32(0.5)
        total[part] = (divergence * both[part]).sum(axis=1, dtype=np.float64)
    n_both = both.sum(axis=1)
    known = n_both >= max(1, n_seconds // 5)
    return np.where(known, total / np.maximum(n_both, 1), np.nan)


def _rolled(series: np.ndarray, step: int) -> np.ndarray:
    """Return (k, l, t) views of (k, t) series that begin ``step`` seconds later each time."""
    n_seconds = series.shape[1]
    twice = np.concatenate([series, series], axis=1)
    return sliding_window_view(twice, n_seconds, axis=1)[:, :n_seconds:step]


def _entropy(probability: np.ndarray) -> np.ndarray:
    """Return the entropy in bits over the first axis."""
    known = np.maximum(probability, np.float32(1e-12))
    return np.asarray(-(known * np.log2(known)).sum(axis=0))


def _homogeneity(divergence: Float[np.ndarray, "m p p"]) -> Float[np.ndarray, " m"]:
    first, second = np.triu_indices(divergence.shape[1], k=1)
    return np.asarray(1.0 - divergence[:, first, second].mean(axis=1))


def _lag_step(n_seconds: int, n_members: int, settings: GroupSettings) -> int:
    most = MAX_LAGS_OF_TWO if n_members == 2 else MAX_LAGS
    return max(1, settings.count_window_s // 2, -(-n_seconds // most))


def _null_lags(
    n_lags: int, n_members: int, *, step: int, settings: GroupSettings
) -> Int[np.ndarray, "m p"]:
    if n_members > 2:
        rng = np.random.default_rng(LAG_SEED)
        return rng.integers(n_lags, size=(settings.n_lags, n_members))
    nearest = -(-settings.min_shift_s // step)
    lags = np.arange(nearest, n_lags - nearest + 1)
    return np.column_stack([np.zeros_like(lags), lags])


def _too_few(
    probability: Float[np.ndarray, "t p 7"],
    seen: Bool[np.ndarray, "t p"],
    n_windows: int,
    settings: GroupSettings,
) -> str:
    """Return why homogeneity cannot be judged; "" where it can."""
    if probability.shape[1] < 2:
        return "fewer than two members seen enough"
    if n_windows < settings.min_windows:
        return f"{n_windows} windows seen together, of {settings.min_windows} needed"
    dominant = np.where(seen, np.nan_to_num(probability).argmax(axis=2), _NEUTRAL)
    expressive_s = (dominant != _NEUTRAL).sum(axis=0)
    if (expressive_s >= settings.min_expressive_s).sum() < 2:
        least = f"{settings.min_expressive_s} s"
        return f"fewer than two members with {least} of expressions other than neutral"
    return ""
