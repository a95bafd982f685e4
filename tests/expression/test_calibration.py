from __future__ import annotations

import math

import numpy as np
import pytest

from groupaffect.expression.calibration import calibrated_probability, fit_temperature


def slow_softmax(logits: list[float], temperature: float) -> list[float]:
    powers = [math.exp(value / temperature) for value in logits]
    return [power / sum(powers) for power in powers]


def slow_temperature(logits: np.ndarray, label: np.ndarray) -> float:
    """Try four hundred temperatures."""
    tried = np.geomspace(0.2, 5.0, 400)
    return float(
        min(
            tried,
            key=lambda t: (
                -np.mean(
                    [
                        math.log(slow_softmax(row.tolist(), t)[k])
                        for row, k in zip(logits, label, strict=True)
                    ]
                )
            ),
        )
    )


@pytest.mark.parametrize("temperature", [1.0, 0.5, 3.0])
def test_calibrated_probability_equals_slow_twin(
    rng: np.random.Generator, temperature: float
) -> None:
    logits = rng.normal(0, 3, (20, 7))
    wanted = [slow_softmax(row, temperature) for row in logits.tolist()]
    np.testing.assert_allclose(
        calibrated_probability(logits, temperature=temperature), wanted, atol=1e-12
    )


def test_calibrated_probability_of_large_logits_sums_to_one() -> None:
    logits = np.array([[1e4, -1e4, 0, 0, 0, 0, 0], [-900.0] * 7])
    probability = calibrated_probability(logits, temperature=1.0)
    np.testing.assert_allclose(probability.sum(axis=1), 1.0)
    assert probability[0, 0] == 1.0


def test_calibrated_probability_of_a_missing_row_is_missing(rng: np.random.Generator) -> None:
    logits = rng.normal(0, 1, (3, 7))
    logits[1] = np.nan
    missing = np.isnan(calibrated_probability(logits, temperature=2.0))
    assert missing.all(axis=1).tolist() == [False, True, False]
    assert not missing[[0, 2]].any()


def test_calibrated_probability_temperature_keeps_the_order_of_emotions(
    rng: np.random.Generator,
) -> None:
    logits = rng.normal(0, 3, (20, 7))
    cold, warm = (calibrated_probability(logits, temperature=t) for t in (0.5, 4.0))
    np.testing.assert_array_equal(cold.argsort(axis=1), warm.argsort(axis=1))
    assert (cold.max(axis=1) > warm.max(axis=1)).all()


def test_calibrated_probability_emotion_order_permutes_columns_only(
    rng: np.random.Generator,
) -> None:
    logits, order = rng.normal(0, 3, (20, 7)), [3, 6, 0, 5, 1, 2, 4]
    np.testing.assert_allclose(
        calibrated_probability(logits[:, order], temperature=1.7),
        calibrated_probability(logits, temperature=1.7)[:, order],
        atol=1e-15,
    )


@pytest.mark.parametrize("temperature", [0.4, 1.0, 2.5])
def test_fit_temperature_recovers_the_one_that_labels_were_drawn_with(
    rng: np.random.Generator, temperature: float
) -> None:
    logits = rng.normal(0, 2, (20_000, 7))
    cumulated = calibrated_probability(logits, temperature=temperature).cumsum(axis=1)
    label = (rng.random((20_000, 1)) > cumulated).sum(axis=1)
    assert fit_temperature(logits, label) == pytest.approx(temperature, rel=0.04)


def test_fit_temperature_equals_slow_twin(rng: np.random.Generator) -> None:
    logits, label = rng.normal(0, 2, (60, 7)), rng.integers(0, 7, 60)
    label[:40] = logits[:40].argmax(axis=1)
    assert fit_temperature(logits, label) == pytest.approx(
        slow_temperature(logits, label), rel=0.02
    )


def test_fit_temperature_of_scaled_logits_scales(rng: np.random.Generator) -> None:
    logits, label = rng.normal(0, 2, (200, 7)), rng.integers(0, 7, 200)
    label[:150] = logits[:150].argmax(axis=1)
    once, twice = fit_temperature(logits, label), fit_temperature(2 * logits, label)
    assert twice == pytest.approx(2 * once, rel=1e-3)


def test_fit_temperature_of_always_right_labels_is_the_lowest(rng: np.random.Generator) -> None:
    logits = rng.normal(0, 2, (50, 7))
    assert fit_temperature(logits, logits.argmax(axis=1)) == pytest.approx(0.2, abs=0.01)
