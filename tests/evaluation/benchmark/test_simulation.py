"""Truth and seeing: laws of the simulation, and figures that the settings promise."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.benchmark.made_pools import FLICKERS, made_pools, made_sight
from groupaffect.evaluation.benchmark.conditions import LIVELY, TRAITS, Condition, Dynamics
from groupaffect.evaluation.benchmark.flicker import Flicker, remember
from groupaffect.evaluation.benchmark.group_session import simulate_session
from groupaffect.evaluation.benchmark.seeing import Sight, blend_onsets, switch_on_and_off
from groupaffect.evaluation.benchmark.truth_process import (
    MIN_DWELL_S,
    NEUTRAL,
    find_changes,
    simulate_mood,
    simulate_truth,
)
from groupaffect.evaluation.benchmark.video_waver import measure_waver


def truth_of(dynamics: Dynamics, seed: int, *, n: int = 4, t: int = 600) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return simulate_truth(dynamics, n_members=n, duration_s=t, haste=(1.0,) * n, rng=rng)


def test_mood_holds_as_long_as_it_must(rng: np.random.Generator) -> None:
    mood = simulate_mood(LIVELY, 5000, rng)
    edges = np.flatnonzero(np.diff(mood)) + 1
    dwell = np.diff(edges)
    assert dwell.min() >= MIN_DWELL_S
    assert abs(dwell.mean() - LIVELY.dwell_s) < 4
    assert np.bincount(mood, minlength=7).argmax() == NEUTRAL


def test_truth_equal_seeds_are_equal_and_others_are_not() -> None:
    np.testing.assert_array_equal(truth_of(LIVELY, 1), truth_of(LIVELY, 1))
    assert (truth_of(LIVELY, 1) != truth_of(LIVELY, 2)).any()


def test_truth_of_people_who_follow_at_once_is_the_group_s() -> None:
    together = Dynamics(follow=1.0, mean_lag_s=0.0, own_per_min=0.0)
    truth = truth_of(together, 3)
    assert (truth == truth[:, :1]).all()
    changes = find_changes(truth, tolerance_s=2)
    assert changes.group_s == changes.member_s[0]
    assert changes.individual == ()


def test_truth_of_people_apart_is_independent() -> None:
    truth = truth_of(Dynamics(unengaged_share=1.0), 4, n=2, t=6000)
    shares = [np.bincount(truth[:, k], minlength=7) / len(truth) for k in range(2)]
    by_chance = float(np.dot(*shares))
    assert abs((truth[:, 0] == truth[:, 1]).mean() - by_chance) < 0.08


def test_truth_of_two_camps_moves_apart() -> None:
    camps = Dynamics(n_camps=2, follow=1.0, mean_lag_s=0.0, own_per_min=0.0)
    truth = truth_of(camps, 5)
    assert (truth[:, 0] == truth[:, 2]).all()
    assert (truth[:, 0] != truth[:, 1]).any()


def test_find_changes_by_hand() -> None:
    truth = np.full((20, 3), NEUTRAL)
    truth[5:, 0], truth[6:, 1], truth[15:, 2] = 3, 3, 4
    changes = find_changes(truth, tolerance_s=2)
    assert changes.group_s == (5,)
    assert changes.individual == ((15, 2),)
    assert changes.member_s == ((5,), (6,), (15,))


def test_find_changes_sees_none_from_or_to_the_unknown() -> None:
    truth = np.array([[3], [-1], [4], [4]])
    assert find_changes(truth, tolerance_s=2).member_s == ((),)


@pytest.mark.parametrize("trait", TRAITS)
def test_seen_readings_are_probabilities_or_missing(trait: str, rng: np.random.Generator) -> None:
    seen = made_sight(rng).see(truth_of(LIVELY, 6, n=1, t=200)[:, 0], trait, rng=rng)
    gone = np.isnan(seen.quality)
    assert gone.any() == (trait == "dropping out")
    assert np.isnan(seen.probability[gone]).all()
    np.testing.assert_allclose(seen.probability[~gone].sum(axis=2), 1.0)


def test_seen_without_wavering_is_the_face_itself(rng: np.random.Generator) -> None:
    pools = made_pools(rng)
    still = {name: Flicker((0.0, 0.0), 0.0) for name in FLICKERS}
    seen = Sight(pools, still).see(np.full(20, 2), "usual", rng=rng)
    faces = np.exp(pools.log_probability[pools.label == 2, 0])
    assert np.abs(faces - seen.probability[0]).max(axis=(1, 2)).min() < 1e-9
    assert measure_waver([seen.probability]).flips_per_min == (0.0, 0.0)


def test_stronger_wavering_wavers_more(rng: np.random.Generator) -> None:
    sight, truth, spread = made_sight(rng), np.full(400, 2), []
    for strength in (0.2, 0.6, 1.2):
        same_face = np.random.default_rng(2)
        seen = sight.see(truth, "usual", strength=strength, rng=same_face)
        spread.append(sum(measure_waver([seen.probability]).variance))
    assert spread[0] < spread[1] < spread[2]


def test_remember_keeps_variance_and_correlation(rng: np.random.Generator) -> None:
    series = remember(rng.normal(size=(20_000, 1)), 0.6)[:, 0]
    assert abs(series.var() - 1.0) < 0.1
    assert abs(np.corrcoef(series[1:], series[:-1])[0, 1] - 0.6) < 0.03


def test_waver_equals_a_slow_twin(rng: np.random.Generator) -> None:
    stretch = rng.dirichlet(np.ones(7), (15, 2))
    logs = np.log(stretch)
    moved = logs - logs.mean(axis=2, keepdims=True)
    moved = moved - moved.mean(axis=0)
    products = sum(moved[t, 0, k] * moved[t - 1, 0, k] for t in range(1, 15) for k in range(7))
    squares = sum(moved[t, 0, k] ** 2 for t in range(15) for k in range(7))
    flips = sum(stretch[t, 0].argmax() != stretch[t - 1, 0].argmax() for t in range(1, 15))
    found = measure_waver([stretch])
    assert found.lag_1[0] == pytest.approx(products / (squares * 14 / 15))
    assert found.variance[0] == pytest.approx(squares / 15)
    assert found.flips_per_min[0] == pytest.approx(60 * flips / 14)


def test_switching_is_on_for_its_share_and_its_time(rng: np.random.Generator) -> None:
    on = switch_on_and_off(40_000, 0.2, 5.0, rng)
    assert abs(on.mean() - 0.2) < 0.03
    n_times = (np.diff(on.astype(int)) == 1).sum()
    assert abs(on.sum() / n_times - 5.0) < 0.6


def test_onsets_are_blended_and_nothing_else(rng: np.random.Generator) -> None:
    truth = np.array([6, 6, 3, 3])
    probability = np.eye(7)[truth][:, None].repeat(2, axis=1)
    blended = blend_onsets(probability, truth, rng)
    np.testing.assert_array_equal(blended[[0, 1, 3]], probability[[0, 1, 3]])
    assert 0.5 <= blended[2, 0, 3] <= 1.0


def test_session_has_its_special_members_first(rng: np.random.Generator) -> None:
    condition = Condition("c", ("dropping out",), LIVELY, n_members=4, duration_s=90)
    session = simulate_session(condition, made_sight(rng), rng)
    assert session.traits == ("dropping out", "dropping out", "usual", "usual")
    assert np.isnan(session.image[:, :2]).any()
    assert not np.isnan(session.image[:, 2:]).any()
