from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from groupaffect.group.lag_covariance import covariance_by_lag, shift_members
from groupaffect.group.synchrony import leave_one_out, measure_synchrony
from groupaffect.settings import GroupSettings
from reference.slow_group_kinds import slow_covariance, slow_member_p, slow_synchrony

SETTINGS = GroupSettings()


def made_counts(
    rng: np.random.Generator, *, n_seconds: int, n_members: int, shared: float = 0.0
) -> np.ndarray:
    own = rng.random((n_seconds, n_members)) < 0.1 * (1 - shared)
    common = rng.random((n_seconds, 1)) < 0.1 * shared
    total = np.cumsum(np.pad((own | common).astype(float), ((1, 0), (0, 0))), axis=0)
    return total[10:] - total[:-10]


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_covariance_equals_adding_up(rng: np.random.Generator, missing: float) -> None:
    counts = rng.poisson(2.0, (25, 3)).astype(float)
    counts[rng.random(counts.shape) < missing] = np.nan
    table = covariance_by_lag(counts, min_overlap=1)
    for lag, i, j in np.ndindex(table.shape):
        assert table[lag, i, j] == pytest.approx(slow_covariance(counts, i, j, lag=lag))


def test_covariance_of_too_little_overlap_is_unknown() -> None:
    counts = np.ones((20, 2))
    counts[:12, 0], counts[10:, 1] = np.nan, np.nan
    assert np.isnan(covariance_by_lag(counts, min_overlap=1)[0, 0, 1])
    assert np.isnan(covariance_by_lag(counts, min_overlap=9)[:, 0, 1]).all()


def test_shifted_table_equals_shifting_the_members(rng: np.random.Generator) -> None:
    counts = rng.poisson(2.0, (30, 4)).astype(float)
    lags = np.array([0, 7, 21, 29])
    moved = np.stack([np.roll(counts[:, i], -lag) for i, lag in enumerate(lags)], axis=1)
    table = covariance_by_lag(counts, min_overlap=1)
    wanted = np.cov(moved, rowvar=False, bias=True)
    np.testing.assert_allclose(shift_members(table, lags[None])[0], wanted, atol=1e-12)


@pytest.mark.parametrize("n_members", [2, 3, 5])
def test_synchrony_equals_correlation_with_the_sum_of_the_others(
    rng: np.random.Generator, n_members: int
) -> None:
    counts = made_counts(rng, n_seconds=400, n_members=n_members, shared=0.3)
    found = measure_synchrony(counts, settings=SETTINGS)
    wanted = [slow_synchrony(counts, i) for i in range(n_members)]
    assert [one.effect for one in found.members] == pytest.approx(wanted)
    assert found.group.effect == pytest.approx(np.mean(wanted))


def test_p_of_members_equals_shifting_by_hand(rng: np.random.Generator) -> None:
    counts = made_counts(rng, n_seconds=400, n_members=3, shared=0.1)
    found = measure_synchrony(counts, settings=SETTINGS)
    # 39 evenly from 20 to 371 s: about one a window, and one below a multiple of 20
    shifts = [int(shift) for shift in np.linspace(20, len(counts) - 20, 39)]
    wanted = [slow_member_p(counts, i, shifts=shifts) for i in range(3)]
    assert [one.p for one in found.members] == pytest.approx(wanted)


def test_p_of_the_group_is_near_that_of_other_lags(rng: np.random.Generator) -> None:
    counts = made_counts(rng, n_seconds=400, n_members=3, shared=0.02)
    found = measure_synchrony(counts, settings=SETTINGS).group
    null = []
    for _ in range(1000):
        lags = rng.integers(len(counts), size=3)
        moved = np.stack([np.roll(counts[:, i], lag) for i, lag in enumerate(lags)], axis=1)
        null.append(np.mean([slow_synchrony(moved, i) for i in range(3)]))
    assert found.p == pytest.approx(np.mean(np.array(null) >= found.effect), abs=0.05)


def test_independent_members_do_not_correlate_by_being_in_the_sum() -> None:
    # r with a mean that includes the member would be 1/sqrt(N) = .5 (METHODS 8)
    identity = np.eye(4)
    assert leave_one_out(identity).tolist() == [0.0] * 4


def test_two_members_have_one_synchrony(rng: np.random.Generator) -> None:
    counts = made_counts(rng, n_seconds=600, n_members=2, shared=0.2)
    found = measure_synchrony(counts, settings=SETTINGS)
    assert found.members[0].effect == pytest.approx(found.members[1].effect)
    assert found.group.p == found.members[0].p == found.members[1].p


def test_order_of_members_is_of_no_account(rng: np.random.Generator) -> None:
    counts = made_counts(rng, n_seconds=400, n_members=4, shared=0.1)
    here = measure_synchrony(counts, settings=SETTINGS)
    there = measure_synchrony(counts[:, ::-1], settings=SETTINGS)
    assert [m.p for m in here.members] == pytest.approx([m.p for m in there.members[::-1]])
    assert here.group.effect == pytest.approx(there.group.effect)


def test_missing_windows_are_left_out_and_not_filled(rng: np.random.Generator) -> None:
    counts = made_counts(rng, n_seconds=900, n_members=3, shared=0.5)
    full = measure_synchrony(counts, settings=SETTINGS)
    counts[rng.random(len(counts)) < 0.3, 1] = np.nan
    found = measure_synchrony(counts, settings=SETTINGS)
    assert found.members[1].n_windows < full.members[1].n_windows == 90
    assert found.members[1].effect == pytest.approx(full.members[1].effect, abs=0.1)
    zeros = measure_synchrony(np.nan_to_num(counts), settings=SETTINGS)
    assert zeros.members[1].effect < found.members[1].effect - 0.1


def test_short_or_still_members_are_not_tested(rng: np.random.Generator) -> None:
    counts = made_counts(rng, n_seconds=600, n_members=3)
    counts[:, 2] = 0.0
    found = measure_synchrony(counts, settings=SETTINGS)
    assert found.members[2].why_not == "0 changes, of 15 needed"
    assert np.isnan(found.members[2].p)
    assert not found.members[0].why_not
    assert not found.group.why_not
    short = measure_synchrony(counts[:190], settings=SETTINGS)
    assert short.group.why_not.endswith("19 windows seen together with others, of 22 needed")
    assert np.isnan(short.group.p)


def test_one_lively_member_among_still_ones_leaves_the_group_open(
    rng: np.random.Generator,
) -> None:
    counts = made_counts(rng, n_seconds=600, n_members=3)
    few = replace(SETTINGS, min_changes=int(counts[:, 0].sum() / 10))
    counts[:, 1:] *= rng.random((len(counts), 2)) < 0.6
    found = measure_synchrony(counts, settings=few)
    assert [bool(one.why_not) for one in found.members] == [False, True, True]
    assert found.group.why_not.startswith("fewer than two members can be judged")
