"""How much later one recording of a performance runs than another, from how the faces move."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from groupaffect.evaluation.face_series import FaceSeries

GRID_S = 0.04  # both are brought to 25 frames a second (ours)
MAX_LAG_S = 10.0  # lags that are tried, to either side (ours)
LONGEST_BRIDGE_S = 0.2  # frames further apart are not joined (ours)
SIDE_S = 0.5  # lags so near to the best say nothing against it (ours)
# A clear lag stands so many standard deviations above the others, and the faces truly move
# together there (ours). Other people's faces reach 5.0 and .19; four people whose clips were cut at
# the same times 9.6 and .13; a face swap has 9.1 and .48.
CLEAR_Z = 5.0
CLEAR_R = 0.25
MIN_PAIRS = 50  # steps in common, for a lag to be tried (ours)


@dataclass(frozen=True, slots=True)
class Alignment:
    """How two recordings of one face lie in time.

    Attributes
    ----------
    lag_s : the other runs so much later; the best of those that were tried.
    r, r_unshifted : correlation of the faces' motion at that lag, and at none.
    z : how far r stands above the other lags', in their standard deviations.
    lag_first_half_s, lag_second_half_s : of the halves alone; NaN where not clear.
    """

    lag_s: float
    r: float
    r_unshifted: float
    z: float
    lag_first_half_s: float
    lag_second_half_s: float

    @property
    def is_clear(self) -> bool:
        """Return whether the lag can be relied on."""
        return _is_clear(self.r, self.z)

    @property
    def drift_s(self) -> float:
        """Return how much the lag grows from the first half to the second; NaN if not clear."""
        return self.lag_second_half_s - self.lag_first_half_s


def align(original: FaceSeries, other: FaceSeries) -> Alignment:
    """Return how much later the other series runs."""
    first, second = _on_grid(original), _on_grid(other)
    lag, r, unshifted, z = _best_lag(first, second)
    halves = []
    middle = len(first) // 2
    for half in (slice(0, middle), slice(middle, None)):
        alone = np.full_like(first, np.nan)
        alone[half] = first[half]
        half_lag, half_r, _, half_z = _best_lag(alone, second)
        halves.append(half_lag * GRID_S if _is_clear(half_r, half_z) else np.nan)
    return Alignment(lag * GRID_S, r, unshifted, z, *halves)


def _is_clear(r: float, z: float) -> bool:
    return z >= CLEAR_Z and r >= CLEAR_R


def _on_grid(series: FaceSeries) -> Float[np.ndarray, "n 8"]:
    """Return the changes of each measure from step to step, each of variance 1; NaN in gaps."""
    end_s = float(series.time_s[-1]) if len(series.time_s) else 0.0
    grid = np.arange(0.0, end_s + GRID_S, GRID_S)
    columns = [_bridge(grid, series.time_s, column) for column in series.motion.T]
    change = np.diff(np.stack(columns, axis=1), axis=0)
    change -= _finite_mean(change)
    spread = np.sqrt(_finite_mean(change**2))
    # What never moves says nothing about time.
    return np.asarray(change / np.where(spread > 1e-9, spread, np.nan))


def _bridge(grid: np.ndarray, time_s: np.ndarray, value: np.ndarray) -> np.ndarray:
    seen = np.isfinite(value)
    if seen.sum() < 2:
        return np.full(len(grid), np.nan)
    time_s, value = time_s[seen], value[seen]
    after = np.searchsorted(time_s, grid).clip(1, len(time_s) - 1)
    bridged = np.interp(grid, time_s, value, left=np.nan, right=np.nan)
    return np.where(time_s[after] - time_s[after - 1] <= LONGEST_BRIDGE_S, bridged, np.nan)


def _best_lag(
    first: Float[np.ndarray, "n 8"], second: Float[np.ndarray, "m 8"]
) -> tuple[int, float, float, float]:
    """Return the lag in steps, r there and at 0, and how far it stands out."""
    most = round(MAX_LAG_S / GRID_S)
    lags = np.arange(-most, most + 1)
    r = np.array([_correlate_at(first, second, int(lag)) for lag in lags])
    if not np.isfinite(r).any():
        return 0, np.nan, np.nan, 0.0
    best = int(np.nanargmax(r))
    beside = r[(np.abs(lags - lags[best]) > SIDE_S / GRID_S) & np.isfinite(r)]
    spread = float(beside.std()) if len(beside) >= 20 else 0.0
    z = float((r[best] - beside.mean()) / spread) if spread > 0 else 0.0
    return int(lags[best]), float(r[best]), float(r[most]), z


def _correlate_at(first: np.ndarray, second: np.ndarray, lag: int) -> float:
    """Return the correlation of all measures together where the second runs ``lag`` later."""
    a = first[max(0, -lag) : len(second) - lag]
    b = second[max(0, lag) :][: len(a)]
    product = a[: len(b)] * b
    known = np.isfinite(product)
    if known.any(axis=1).sum() < MIN_PAIRS:
        return np.nan
    both = a[: len(b)][known], b[known]
    scale = np.sqrt((both[0] ** 2).sum() * (both[1] ** 2).sum())
    return float(product[known].sum() / scale) if scale > 0 else np.nan


def _finite_mean(value: Float[np.ndarray, "n k"]) -> Float[np.ndarray, " k"]:
    known = np.isfinite(value)
    total = np.where(known, value, 0.0).sum(axis=0)
    return np.asarray(total / np.maximum(known.sum(axis=0), 1))
