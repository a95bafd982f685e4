"""Drop the low-energy frequencies of a series of distributions. Offline: needs the whole session.

METHODS 5, "group DFT". Mean and line are taken out before the energies are compared, because the
mean alone holds 64-90 % of a probability series' energy and would leave almost a flat line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

MIN_STRETCH_S = 3  # two points are a line: nothing is left to filter


@dataclass(frozen=True, slots=True)
class Denoised:
    """A filtered series and what was kept of it.

    Attributes
    ----------
    probability : (t, 7) rows sum to 1; NaN where the series was missing.
    energy_kept : 0..1, share of the energy left after mean and line; NaN where no stretch
        was long enough or all were straight lines.
    n_bins_kept : frequencies kept, summed over the stretches between gaps.
    n_bins : frequencies there were.
    """

    probability: Float[np.ndarray, "t 7"]
    energy_kept: float
    n_bins_kept: int
    n_bins: int


def denoise(probability: Float[np.ndarray, "t 7"], *, energy_share: float) -> Denoised:
    """Keep the fewest frequencies that hold ``energy_share`` of each stretch's variation.

    Each stretch without a missing second is filtered by itself: take out every emotion's mean
    and line, extend by reflection, choose the same frequencies for all emotions, add mean and
    line back, clip at 0 and renormalise. Stretches below ``MIN_STRETCH_S`` stay as they are.

    Parameters
    ----------
    probability : (t, 7) one row a second; rows sum to 1 or are NaN.
    energy_share : 0..1; METHODS 5 takes .95.

    Examples
    --------
    >>> t = np.arange(60)
    >>> happy = 0.5 + 0.3 * np.sin(2 * np.pi * t / 30)
    >>> series = np.column_stack([np.zeros((60, 3)), happy, np.zeros((60, 2)), 1 - happy])
    >>> result = denoise(series, energy_share=0.95)
    >>> result.n_bins_kept, result.n_bins, round(result.energy_kept, 3)
    (3, 61, 0.97)
    """
    result = np.array(probability, dtype=np.float64)
    kept, total, n_kept, n_bins = 0.0, 0.0, 0, 0
    for start, end in stretches(np.asarray(np.isfinite(result).all(axis=1))):
        if end - start < MIN_STRETCH_S:
            continue
        filtered, energy, chosen = _filter_stretch(result[start:end], energy_share)
        result[start:end] = filtered
        kept, total = kept + energy[chosen].sum(), total + energy.sum()
        n_kept, n_bins = n_kept + int(chosen.sum()), n_bins + len(chosen)
    return Denoised(result, float(kept / total) if total > 0 else np.nan, n_kept, n_bins)


def stretches(seen: Bool[np.ndarray, " t"]) -> list[tuple[int, int]]:
    """Return (first, past-last) of each run of True.

    Examples
    --------
    >>> stretches(np.array([True, True, False, True]))
    [(0, 2), (3, 4)]
    """
    steps = np.diff(np.concatenate([[0], seen.astype(np.int8), [0]]))
    starts, ends = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    return [(int(a), int(b)) for a, b in zip(starts, ends, strict=True)]


def _filter_stretch(
    values: Float[np.ndarray, "t 7"], energy_share: float
) -> tuple[Float[np.ndarray, "t 7"], Float[np.ndarray, " b"], Bool[np.ndarray, " b"]]:
    trend = mean_and_line(values)
    residual = values - trend
    # the series and its mirror image: periodic without a step at either end
    spectrum = np.fft.rfft(np.concatenate([residual, residual[::-1]]), axis=0)  # (t + 1, 7)
    energy = bin_energy(spectrum)
    if energy.sum() <= 1e-18 * values.size:  # straight lines: only rounding is left
        return values, np.zeros_like(energy), np.zeros(len(energy), dtype=np.bool_)
    chosen = fewest_bins(energy, energy_share=energy_share)
    spectrum[~chosen] = 0.0
    smooth = np.fft.irfft(spectrum, n=2 * len(values), axis=0)[: len(values)]
    clipped = np.maximum(smooth + trend, 0.0)
    return clipped / clipped.sum(axis=1, keepdims=True), energy, chosen


def mean_and_line(values: Float[np.ndarray, "t k"]) -> Float[np.ndarray, "t k"]:
    """Return each column's least-squares straight line.

    Examples
    --------
    >>> mean_and_line(np.array([[0.0], [2.0], [1.0]]))[:, 0].tolist()
    [0.5, 1.0, 1.5]
    """
    time = np.arange(len(values)) - (len(values) - 1) / 2
    slope = time @ values / (time @ time)
    return np.asarray(values.mean(axis=0) + time[:, None] * slope)


def bin_energy(spectrum: np.ndarray) -> Float[np.ndarray, " b"]:
    """Return each frequency's energy, summed over columns, from the rfft of an even length.

    All but the first and the last stand for two bins of the full DFT (Parseval).

    Examples
    --------
    >>> bin_energy(np.fft.rfft(np.array([[1.0], [-1.0], [1.0], [-1.0]]), axis=0)).tolist()
    [0.0, 0.0, 16.0]
    """
    energy = (np.abs(spectrum) ** 2).sum(axis=1)
    energy[1:-1] *= 2.0
    return np.asarray(energy)


def fewest_bins(energy: Float[np.ndarray, " b"], *, energy_share: float) -> Bool[np.ndarray, " b"]:
    """Return a mask of the fewest bins that together hold at least the share.

    Examples
    --------
    >>> fewest_bins(np.array([1.0, 6.0, 3.0]), energy_share=0.85).tolist()
    [False, True, True]
    """
    order = np.argsort(-energy, kind="stable")
    held = np.cumsum(energy[order])
    # a hair below, so that rounding of the sum never asks for one bin more
    n_kept = int(np.searchsorted(held, energy_share * held[-1] * (1 - 1e-12))) + 1
    chosen = np.zeros(len(energy), dtype=np.bool_)
    chosen[order[:n_kept]] = True
    return chosen
