"""Covariances of the members' counts at every shift of one against another."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int
from scipy import fft


def covariance_by_lag(
    counts: Float[np.ndarray, "w p"], *, min_overlap: int
) -> Float[np.ndarray, "w p p"]:
    """Return ``C[l, i, j]``, the covariance of i's counts with j's l windows later, circularly.

    Over the windows in which both are known, each less its own mean. By Fourier transform, so
    linear in time but for a logarithm.

    Parameters
    ----------
    counts : (w, p) NaN where unknown.
    min_overlap : windows known of both that it takes; NaN below.

    Examples
    --------
    >>> counts = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0], [0.0, 0.0]])
    >>> covariance_by_lag(counts, min_overlap=1)[:, 0, 1].round(4).tolist()
    [-0.0625, 0.1875, -0.0625, -0.0625]
    """
    known = np.isfinite(counts)
    with np.errstate(invalid="ignore"):  # a member who is never known: the NaN wanted
        mean = np.where(known, counts, 0.0).sum(axis=0) / known.sum(axis=0)
        products = _products_by_lag(np.where(known, counts - mean, 0.0))
        overlap = np.rint(_products_by_lag(known.astype(np.float64)))
        return np.where(overlap >= max(1, min_overlap), products / overlap, np.nan)


def _products_by_lag(values: Float[np.ndarray, "w p"]) -> Float[np.ndarray, "w p p"]:
    spectrum = fft.rfft(values, axis=0)
    return np.asarray(
        fft.irfft(spectrum.conj()[:, :, None] * spectrum[:, None, :], n=len(values), axis=0)
    )


def shift_members(
    table: Float[np.ndarray, "l p p"], lags: Int[np.ndarray, "m p"]
) -> Float[np.ndarray, "m p p"]:
    """Return a table's pairs at m ways to shift the members, of which lags are given in rows.

    Examples
    --------
    >>> table = np.arange(3.0)[:, None, None] * np.ones((1, 2, 2))
    >>> shift_members(table, np.array([[0, 2], [1, 1]]))[:, 0, 1].tolist()
    [2.0, 0.0]
    """
    n_lags, n_members = table.shape[:2]
    apart = (lags[:, None, :] - lags[:, :, None]) % n_lags  # (m, p, p)
    member = np.arange(n_members)
    return np.asarray(table[apart, member[:, None], member[None, :]])
