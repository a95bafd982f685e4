"""How two series of expressions go together, where neighbouring steps are not independent."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from groupaffect.evaluation.autocorrelation import autocorrelation, sum_lags
from groupaffect.evaluation.intervals import Z_95

CONSTANT = 1e-6  # standard deviation below which a series counts as constant (ours)
MIN_SHIFTS = 19  # fewer cannot give p <= .05 (METHODS 8)
MIN_EFFECTIVE = 5.0  # steps that count as independent; below, nothing is said (ours)


@dataclass(frozen=True, slots=True)
class SeriesCorrelation:
    """The correlation of two series, and how surely it is known.

    Attributes
    ----------
    r : Pearson's; NaN where a series is constant or has no step in common with the other.
    n : steps that both have. n_effective : independent steps that would tell as much.
    interval : 95 %; NaN where ``n_effective`` is too small.
    p : one-sided, that r is no larger than after a circular shift; NaN with too few shifts.
    n_shifts : distinct shifts that were tried.
    """

    r: float
    n: int
    n_effective: float
    interval: tuple[float, float]
    p: float
    n_shifts: int

    @property
    def is_enough(self) -> bool:
        """Return whether there are enough independent steps and shifts to say something."""
        return self.n_effective >= MIN_EFFECTIVE and self.n_shifts >= MIN_SHIFTS


def pearson_matrix(
    first: Float[np.ndarray, "n k"], second: Float[np.ndarray, "n m"]
) -> Float[np.ndarray, "k m"]:
    """Return Pearson's r of each column of the first (rows) with each of the second (columns).

    Only steps that both know count; a column that is constant there gives NaN.
    """
    both = np.isfinite(first).all(axis=1) & np.isfinite(second).all(axis=1)
    if not both.any():
        return np.full((first.shape[1], second.shape[1]), np.nan)
    a, b = (value[both] - value[both].mean(axis=0) for value in (first, second))
    deviation = [np.sqrt((value**2).mean(axis=0)) for value in (a, b)]
    scale = np.outer(*(np.where(each > CONSTANT, each, np.nan) for each in deviation))
    return np.asarray((a.T @ b / both.sum() / scale).clip(-1, 1))


def correlate_pair(
    first: Float[np.ndarray, " n"], second: Float[np.ndarray, " n"]
) -> SeriesCorrelation:
    """Return the correlation of two series with an interval and a null that heed autocorrelation.

    The interval is Fisher's with the effective number of steps n / (1 + 2 sum rho_x rho_y). The
    null shifts one series in a circle by every number of steps, 1 to n - 1: all of them, because
    leaving out the near ones, at which r is still high, makes p too small (11 to 20 % of
    independent pairs at p <= .05 with 67 steps, a tenth of them left out, and autocorrelation .8
    to .95).

    References
    ----------
    Bartlett 1935, 10.2307/2342284; Pyper & Peterman 1998, 10.1139/f98-104 (effective number);
    Phipson & Smyth 2010, 10.2202/1544-6115.1585 (p of enumerated shifts).

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(size=60)
    >>> same = correlate_pair(x, x)
    >>> same.n_shifts, round(same.p, 4), round(same.r, 3)
    (59, 0.0167, 1.0)
    """
    both = np.isfinite(first) & np.isfinite(second)
    r = float(pearson_matrix(first[:, None], second[:, None])[0, 0])
    n = int(both.sum())
    if math.isnan(r):
        return SeriesCorrelation(r, n, math.nan, (math.nan, math.nan), math.nan, 0)
    a, b = (np.where(both, value, np.nan) for value in (first, second))
    n_effective = _effective_number(a, b, n)
    shifted = _shifted_correlations(a, b)
    n_shifts = len(shifted)
    as_high = int((shifted >= r - 1e-9).sum())
    p = (1 + as_high) / (1 + n_shifts) if n_shifts >= MIN_SHIFTS else math.nan
    return SeriesCorrelation(r, n, n_effective, _fisher(r, n_effective), p, n_shifts)


def _effective_number(a: np.ndarray, b: np.ndarray, n: int) -> float:
    rho = [autocorrelation(value) for value in (a, b)]
    product = rho[0] * rho[1]
    fading = 1 - np.arange(1, len(product) + 1) / len(a)
    return n / max(1.0, sum_lags(product * fading))


def _fisher(r: float, n_effective: float) -> tuple[float, float]:
    if n_effective < MIN_EFFECTIVE:
        return math.nan, math.nan
    middle = math.atanh(max(-1 + 1e-12, min(1 - 1e-12, r)))
    half = Z_95 / math.sqrt(n_effective - 3)
    return math.tanh(middle - half), math.tanh(middle + half)


def _shifted_correlations(a: np.ndarray, b: np.ndarray) -> Float[np.ndarray, " shifts"]:
    """Return r after each circular shift of b by 1 to n - 1 steps; without those that have none.

    Every sum of products over all shifts is one Fourier transform.
    """
    known = [np.isfinite(value).astype(np.float64) for value in (a, b)]
    centred = [np.where(np.isfinite(v), v - np.nanmean(v), 0.0) for v in (a, b)]
    n = _turn(known[0], known[1]).round()
    with np.errstate(invalid="ignore", divide="ignore"):
        mean_a, mean_b = _turn(centred[0], known[1]) / n, _turn(known[0], centred[1]) / n
        variance_a = _turn(centred[0] ** 2, known[1]) / n - mean_a**2
        variance_b = _turn(known[0], centred[1] ** 2) / n - mean_b**2
        covariance = _turn(centred[0], centred[1]) / n - mean_a * mean_b
        r = covariance / np.sqrt(variance_a * variance_b)
    useful = (n >= 3) & (np.minimum(variance_a, variance_b) > CONSTANT**2)
    return np.asarray(r[1:][useful[1:]])


def _turn(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return sum_k a[k] b[k + s] for every circular shift s."""
    return np.asarray(np.fft.irfft(np.fft.rfft(a).conj() * np.fft.rfft(b), len(a)))
