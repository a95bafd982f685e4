from __future__ import annotations

import numpy as np

from groupaffect.evaluation.personal.agreement_figures import (
    compare_with_group,
    compare_with_truth,
    mean_concordance,
    mean_correlation,
)


def slow_concordance(first: np.ndarray, second: np.ndarray) -> float:
    found = []
    for a, b in zip(first.T, second.T, strict=True):
        if np.std(b) < 1e-6:
            continue
        covariance = np.mean([(x - a.mean()) * (y - b.mean()) for x, y in zip(a, b, strict=True)])
        found.append(2 * covariance / (np.var(a) + np.var(b) + (a.mean() - b.mean()) ** 2))
    return float(np.mean(found))


def test_concordance_and_correlation_equal_slow_twins(rng: np.random.Generator) -> None:
    first, second = rng.dirichlet(np.ones(7), (2, 50))
    assert np.isclose(mean_concordance(first, second), slow_concordance(first, second))
    wanted = np.mean([np.corrcoef(a, b)[0, 1] for a, b in zip(first.T, second.T, strict=True)])
    assert np.isclose(mean_correlation(first, second), wanted)


def test_a_constant_bias_lowers_concordance_and_not_correlation(rng: np.random.Generator) -> None:
    series = rng.dirichlet(np.ones(7), 50)
    assert np.isclose(mean_correlation(series, 0.5 * series + 0.5 / 7), 1.0)
    assert mean_concordance(series, 0.5 * series + 0.5 / 7) < 0.85


def test_seconds_without_a_reading_are_wrong_and_agree_with_nobody() -> None:
    probability = np.eye(7)[[3, 3, 6, 6]]
    probability[1] = np.nan
    found = compare_with_truth(probability, np.array([3, 3, 6, 6]))
    assert found["accuracy"] == 0.75
    assert np.isclose(found["macro_f1"], (2 / 3 + 1) / 2)
    assert compare_with_group(probability, np.eye(7)[[3, 3, 6, 3]])["group_same"] == 2 / 3


def test_nothing_to_compare_is_not_a_number() -> None:
    nothing = np.full((3, 7), np.nan)
    assert np.isnan(list(compare_with_group(nothing, np.eye(7)[:3]).values())).all()
    assert np.isnan(
        list(compare_with_truth(nothing[:0], np.zeros(0, dtype=np.int64)).values())
    ).all()
