from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from groupaffect.signals.denoise import bin_energy, denoise, fewest_bins, mean_and_line


def noisy_series(rng: np.random.Generator, n_seconds: int = 300, noise: float = 0.05) -> np.ndarray:
    time = np.arange(n_seconds)[:, None]
    slow = 0.4 * np.sin(2 * np.pi * time / np.array([60, 75, 90, 100, 120, 150, 200]))
    mixed = np.exp(1 + slow) + noise * rng.standard_normal((n_seconds, 7))
    mixed = np.maximum(mixed, 1e-3)
    return np.asarray(mixed / mixed.sum(axis=1, keepdims=True))


def slow_filter(values: np.ndarray, energy_share: float) -> np.ndarray:
    """Return the filtered stretch by explicit sines and cosines and np.polyfit."""
    n = len(values)
    time = np.arange(n)
    line = np.column_stack([np.polyval(np.polyfit(time, v, 1), time) for v in values.T])
    mirrored = np.concatenate([values - line, (values - line)[::-1]])
    waves = np.exp(-2j * np.pi * np.outer(np.arange(2 * n), np.arange(2 * n)) / (2 * n))
    spectrum = waves @ mirrored
    pairs = [{k, (2 * n - k) % (2 * n)} for k in range(n + 1)]
    energy = [sum((np.abs(spectrum[k]) ** 2).sum() for k in pair) for pair in pairs]
    kept = np.zeros_like(spectrum)
    held = 0.0
    for k in np.argsort(energy)[::-1]:
        if held >= energy_share * sum(energy) * (1 - 1e-12):
            break
        kept[list(pairs[k])] = spectrum[list(pairs[k])]
        held += energy[k]
    back = np.maximum((waves.conj() @ kept).real[:n] / (2 * n) + line, 0.0)
    return np.asarray(back / back.sum(axis=1, keepdims=True))


@pytest.mark.parametrize("energy_share", [0.5, 0.95, 0.999])
def test_denoise_equals_slow_twin(rng: np.random.Generator, energy_share: float) -> None:
    series = noisy_series(rng, 41, noise=0.3)
    result = denoise(series, energy_share=energy_share)
    np.testing.assert_allclose(result.probability, slow_filter(series, energy_share), atol=1e-10)


def test_denoise_brings_series_nearer_to_its_slow_part(rng: np.random.Generator) -> None:
    series, truth = noisy_series(rng, noise=0.2), noisy_series(rng, noise=0.0)
    result = denoise(series, energy_share=0.95)
    before, after = (np.abs(s - truth).mean() for s in (series, result.probability))
    assert after < 0.6 * before
    assert result.n_bins_kept < 0.2 * result.n_bins


def test_whole_energy_gives_the_series_back(rng: np.random.Generator) -> None:
    series = noisy_series(rng)
    result = denoise(series, energy_share=1.0)
    np.testing.assert_allclose(result.probability, series, atol=1e-9)
    assert result.energy_kept == pytest.approx(1.0)


def test_undetrended_share_would_be_the_mean_alone(rng: np.random.Generator) -> None:
    # the trap of METHODS 5: without taking the mean out, .95 of the energy is a flat line
    series = noisy_series(rng, noise=0.1)
    mean_share = (series.mean(axis=0) ** 2).sum() * len(series) / (series**2).sum()
    assert mean_share > 0.64
    raw = bin_energy(np.fft.rfft(np.concatenate([series, series[::-1]]), axis=0))
    assert fewest_bins(raw, energy_share=0.6).sum() == 1
    result = denoise(series, energy_share=0.95)
    assert result.probability.std(axis=0).mean() > 0.8 * series.std(axis=0).mean()


def test_line_passes_unchanged() -> None:
    happy = np.linspace(0.2, 0.8, 50)
    series = np.column_stack([np.zeros((50, 3)), happy, np.zeros((50, 2)), 1 - happy])
    result = denoise(series, energy_share=0.95)
    np.testing.assert_allclose(result.probability, series, atol=1e-12)
    assert np.isnan(result.energy_kept)
    assert result.n_bins_kept == 0


def test_stretches_between_gaps_do_not_know_each_other(rng: np.random.Generator) -> None:
    series = noisy_series(rng)
    series[100:105] = np.nan
    whole = denoise(series, energy_share=0.9)
    first, second = (denoise(s, energy_share=0.9) for s in (series[:100], series[105:]))
    assert np.isnan(whole.probability[100:105]).all()
    np.testing.assert_array_equal(whole.probability[:100], first.probability)
    np.testing.assert_array_equal(whole.probability[105:], second.probability)
    assert whole.n_bins_kept == first.n_bins_kept + second.n_bins_kept
    assert whole.energy_kept >= 0.9


@pytest.mark.parametrize("n_seconds", [0, 1, 2])
def test_series_too_short_stays_as_it_is(n_seconds: int) -> None:
    series = np.full((n_seconds, 7), 1 / 7)
    result = denoise(series, energy_share=0.95)
    np.testing.assert_array_equal(result.probability, series)
    assert np.isnan(result.energy_kept)


def test_rows_stay_distributions(rng: np.random.Generator) -> None:
    series = rng.dirichlet(np.full(7, 0.1), 60)
    result = denoise(series, energy_share=0.5).probability
    assert (result >= 0).all()
    np.testing.assert_allclose(result.sum(axis=1), 1.0, atol=1e-12)


def test_emotion_order_permutes_columns_only(rng: np.random.Generator) -> None:
    series, order = noisy_series(rng), [3, 6, 0, 5, 1, 2, 4]
    here = denoise(series, energy_share=0.9).probability[:, order]
    np.testing.assert_allclose(
        denoise(series[:, order], energy_share=0.9).probability, here, atol=1e-12
    )


def test_fewest_bins_equals_search_over_all_sets(rng: np.random.Generator) -> None:
    for share in (0.3, 0.7, 0.95):
        energy = rng.random(7)
        fewest = next(
            size
            for size in range(1, 8)
            if any(
                sum(energy[list(s)]) >= share * energy.sum() for s in combinations(range(7), size)
            )
        )
        chosen = fewest_bins(energy, energy_share=share)
        assert chosen.sum() == fewest
        assert energy[chosen].sum() >= share * energy.sum()


def test_mean_and_line_equals_polyfit(rng: np.random.Generator) -> None:
    values, time = rng.random((20, 3)), np.arange(20)
    wanted = np.column_stack([np.polyval(np.polyfit(time, v, 1), time) for v in values.T])
    np.testing.assert_allclose(mean_and_line(values), wanted, atol=1e-12)


def test_bin_energy_sums_to_the_energy_of_the_series(rng: np.random.Generator) -> None:
    # Parseval: the full DFT of n values holds n times their energy
    values = rng.standard_normal((20, 3))
    energy = bin_energy(np.fft.rfft(values, axis=0))
    assert energy.sum() == pytest.approx(20 * (values**2).sum())
