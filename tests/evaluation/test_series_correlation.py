from __future__ import annotations

import math

import numpy as np
import pytest

from groupaffect.evaluation.series_correlation import (
    correlate_pair,
    pearson_matrix,
)


def wander(rng: np.random.Generator, *, n: int, rho: float) -> np.ndarray:
    value = np.zeros(n + 50)
    noise = rng.normal(size=n + 50)
    for k in range(1, n + 50):
        value[k] = rho * value[k - 1] + noise[k]
    return value[50:]


def slow_shifts(a: np.ndarray, b: np.ndarray) -> list[float]:
    """Return r after each circular shift, one after the other."""
    found = []
    for shift in range(1, len(a)):
        turned = np.array([b[(k + shift) % len(b)] for k in range(len(b))])
        both = np.isfinite(a) & np.isfinite(turned)
        found.append(float(np.corrcoef(a[both], turned[both])[0, 1]))
    return found


def test_pearson_matrix_equals_numpy(rng: np.random.Generator) -> None:
    first, second = rng.dirichlet(np.ones(7), 40), rng.dirichlet(np.ones(7), 40)
    first[3] = second[7] = np.nan
    both = [k for k in range(40) if k not in (3, 7)]
    wanted = np.corrcoef(first[both].T, second[both].T)[:7, 7:]
    np.testing.assert_allclose(pearson_matrix(first, second), wanted)


def test_pearson_matrix_of_a_constant_series_is_missing_not_zero(rng: np.random.Generator) -> None:
    first, second = rng.dirichlet(np.ones(7), 40), rng.dirichlet(np.ones(7), 40)
    second[:, 2] = 0.1
    found = pearson_matrix(first, second)
    assert np.isnan(found[:, 2]).all()
    assert np.isfinite(np.delete(found, 2, axis=1)).all()
    assert np.isnan(pearson_matrix(first, np.full((40, 7), np.nan))).all()


@pytest.mark.parametrize("missing", [False, True])
def test_correlate_pair_enumerates_every_shift(rng: np.random.Generator, missing: bool) -> None:
    a = wander(rng, n=60, rho=0.6)
    b = a + wander(rng, n=60, rho=0.6) * 2
    if missing:
        a[10:14] = b[40:47] = np.nan
    found = correlate_pair(a, b)
    both = np.isfinite(a) & np.isfinite(b)
    assert found.r == pytest.approx(np.corrcoef(a[both], b[both])[0, 1])
    gone = np.where(both, a, np.nan), np.where(both, b, np.nan)
    shifted = slow_shifts(*gone)
    assert found.n_shifts == 59
    assert found.p == pytest.approx((1 + sum(r >= found.r for r in shifted)) / 60)


@pytest.mark.parametrize(("rho", "most"), [(0.0, 9), (0.8, 12), (0.9, 13)])
def test_correlate_pair_of_independent_series_is_seldom_significant(
    rng: np.random.Generator, rho: float, most: int
) -> None:
    """Pearson's own p would be wrong in about half of them; 5 % of 120 are 6."""
    pairs = [(wander(rng, n=67, rho=rho), wander(rng, n=67, rho=rho)) for _ in range(120)]
    found = [correlate_pair(*pair) for pair in pairs]
    assert sum(each.p <= 0.05 for each in found) <= most
    missed = [not each.interval[0] <= 0 <= each.interval[1] for each in found if each.is_enough]
    assert sum(missed) <= 15


def test_correlate_pair_counts_fewer_steps_where_they_repeat(rng: np.random.Generator) -> None:
    value = rng.normal(size=(2, 40))
    single, tenfold = correlate_pair(*value), correlate_pair(*np.repeat(value, 10, axis=1))
    assert tenfold.r == pytest.approx(single.r)
    assert tenfold.n == 10 * single.n
    assert tenfold.n_effective < 2.5 * single.n_effective


@pytest.mark.parametrize(
    "second", [np.ones(30), np.full(30, np.nan)], ids=["constant", "nothing in common"]
)
def test_correlate_pair_without_a_correlation_says_nothing(second: np.ndarray) -> None:
    found = correlate_pair(np.arange(30.0), second)
    assert math.isnan(found.r)
    assert math.isnan(found.p)
    assert not found.is_enough


def test_correlate_pair_of_few_steps_has_no_p(rng: np.random.Generator) -> None:
    found = correlate_pair(rng.normal(size=15), rng.normal(size=15))
    assert math.isnan(found.p)
    assert not found.is_enough
