"""How long a series remembers: its autocorrelation, and the time that sums it up."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

WINDOW_TIMES = 5  # lags are summed up to this many times the result so far (Sokal)


def autocorrelation_time(value: Float[np.ndarray, " t"]) -> float:
    """Return the integrated autocorrelation time of a series, in steps; at least 1.

    1 + 2 (rho_1 + rho_2 + ...), up to the first lag that is five times the sum so far. Missing
    values (NaN) take no part. A series that never changes has 1: there is nothing to learn it from.

    References
    ----------
    Sokal 1997, 10.1007/978-1-4899-0319-8_6.

    Examples
    --------
    Steps that come in tens:

    >>> rng = np.random.default_rng(0)
    >>> round(autocorrelation_time(np.repeat(rng.normal(size=2000), 10)))
    10
    """
    return max(1.0, sum_lags(autocorrelation(value)))


def sum_lags(product: Float[np.ndarray, " lags"]) -> float:
    """Return 1 + 2 (rho_1 + rho_2 + ...) up to the first lag that is five times the sum so far."""
    total = 1.0
    for lag, each in enumerate(product, start=1):
        total += 2 * float(each)
        if lag >= WINDOW_TIMES * total:
            break
    return total


def autocorrelation(value: Float[np.ndarray, " t"]) -> Float[np.ndarray, " lags"]:
    """Return the autocorrelation at lags 1, 2, ... up to half the length; empty without change.

    Missing values (NaN) take no part.
    """
    n, known = len(value), np.isfinite(value)
    if known.sum() < 2:
        return np.empty(0)
    centred = np.where(known, value - value[known].mean(), 0.0)
    variance = float((centred**2).sum() / known.sum())
    if variance < 1e-12:
        return np.empty(0)
    n_pairs = _correlate(known.astype(np.float64))[1 : n // 2 + 1]
    products = _correlate(centred)[1 : n // 2 + 1]
    with np.errstate(invalid="ignore", divide="ignore"):
        rho = products / n_pairs / variance
    # A lag with few pairs says little, and could say anything.
    return np.asarray(np.where(n_pairs >= 0.5, rho, 0.0))


def _correlate(value: Float[np.ndarray, " t"]) -> Float[np.ndarray, " t"]:
    """Return the sums of products at lags 0, 1, ...; by way of the Fourier transform."""
    n = len(value)
    spectrum = np.fft.rfft(value, 2 * n)
    return np.asarray(np.fft.irfft(np.abs(spectrum) ** 2, 2 * n)[:n])
