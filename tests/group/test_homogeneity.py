from __future__ import annotations

import numpy as np
import pytest

from groupaffect.group.homogeneity import divergence_by_lag, measure_homogeneity
from groupaffect.settings import GroupSettings
from reference.slow_group_kinds import slow_divergence, slow_homogeneity

SETTINGS = GroupSettings()


@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_divergence_equals_scipy_at_every_lag(rng: np.random.Generator, missing: float) -> None:
    probability = rng.dirichlet(np.full(7, 0.3), size=(30, 3))
    probability[rng.random((30, 3)) < missing] = np.nan
    table = divergence_by_lag(probability, step=5)
    for k, i, j in np.ndindex(table.shape):
        if i != j:
            wanted = slow_divergence(probability, i, j, lag_s=5 * k)
            assert table[k, i, j] == pytest.approx(wanted, abs=1e-5)


def test_effect_is_alikeness_beyond_that_of_shifted_members(rng: np.random.Generator) -> None:
    common = rng.dirichlet(np.full(7, 0.3), size=(600, 1))
    probability = 0.6 * common + 0.4 * rng.dirichlet(np.full(7, 0.3), size=(600, 3))
    found = measure_homogeneity(probability, settings=SETTINGS)
    shifted = []
    for _ in range(20):
        lags = rng.integers(600, size=3)
        moved = [np.roll(probability[:, i], lag, axis=0) for i, lag in enumerate(lags)]
        shifted.append(slow_homogeneity(np.stack(moved, axis=1)))
    wanted = slow_homogeneity(probability) - np.mean(shifted)
    assert found.effect == pytest.approx(wanted, abs=0.01)
    assert found.p == 0.001
    assert found.low > 0


def test_members_who_are_always_alike_are_not_homogeneous() -> None:
    # the same two faces all the time: very alike, and at any shift
    probability = np.tile(np.eye(7)[[3, 3]], (600, 1, 1))
    assert measure_homogeneity(probability, settings=SETTINGS).why_not == "nothing varies"
    probability[::11, 0], probability[7::9, 1] = np.eye(7)[4], np.eye(7)[4]
    found = measure_homogeneity(probability, settings=SETTINGS)
    assert found.effect == pytest.approx(0.0, abs=0.01)
    assert found.p > 0.05


def test_neutral_members_are_not_tested() -> None:
    probability = np.tile(np.eye(7)[[6, 6]], (600, 1, 1))
    probability[:29, 0] = np.eye(7)[3]
    probability[:, 1] = np.eye(7)[3]
    found = measure_homogeneity(probability, settings=SETTINGS)
    assert found.why_not == "fewer than two members with 30 s of expressions other than neutral"
    probability[29, 0] = np.eye(7)[3]
    probability[::50, 1] = np.eye(7)[4]
    assert not measure_homogeneity(probability, settings=SETTINGS).why_not


def test_two_members_are_tested_by_enumerated_shifts(rng: np.random.Generator) -> None:
    probability = rng.dirichlet(np.full(7, 0.3), size=(600, 1)).repeat(2, axis=1)
    found = measure_homogeneity(probability, settings=SETTINGS)
    assert found.p == pytest.approx(1 / (1 + 113))  # 20, 25, ..., 580 s


def test_order_of_members_is_of_no_account(rng: np.random.Generator) -> None:
    probability = rng.dirichlet(np.full(7, 0.3), size=(400, 3))
    here = measure_homogeneity(probability, settings=SETTINGS)
    there = measure_homogeneity(probability[:, ::-1], settings=SETTINGS)
    assert here.effect == pytest.approx(there.effect, abs=2e-3)  # other random lags
