from __future__ import annotations

import math
from collections import Counter
from itertools import combinations_with_replacement

import numpy as np
import pytest

from groupaffect.group.synthesis import find_dominant, largest_dispersion, synthesise
from groupaffect.types import EMOTIONS
from reference.random_expressions import random_members


def raw_dispersion(members: np.ndarray) -> float:
    mean = sum(members) / len(members)
    return sum(math.dist(p, mean) for p in members) / len(members)


def test_synthesise_equals_slow_twin(rng: np.random.Generator) -> None:
    probability = random_members(rng, n_seconds=80, n_members=4, unseen=0.2)
    result = synthesise(probability)
    for second, rows in enumerate(probability):
        seen = np.array([row for row in rows if not np.isnan(row[0])])
        assert result.n_visible[second] == len(seen)
        if len(seen) == 0:
            assert np.isnan(result.mean[second]).all()
            continue
        np.testing.assert_allclose(result.mean[second], sum(seen) / len(seen), atol=1e-12)
        if len(seen) > 1:
            wanted = raw_dispersion(seen) / math.sqrt(1 - 1 / len(seen))
            assert result.dispersion[second] == pytest.approx(wanted, abs=1e-12)
    assert np.isnan(result.dispersion[result.n_visible < 2]).all()
    assert set(result.n_visible) >= {1, 2, 3, 4}


@pytest.mark.parametrize(
    ("labels", "raw"),
    [([0, 1, 2, 3], 0.866), ([3, 3, 4, 4], 0.707), ([3, 3, 3, 3], 0.0)],
    ids=["all different", "two against two", "all alike"],
)
def test_dispersion_of_four_members(labels: list[int], raw: float) -> None:
    members = np.eye(7)[labels]
    assert raw_dispersion(members) == pytest.approx(raw, abs=5e-4)
    dispersion = synthesise(members[None]).dispersion[0]
    assert dispersion == pytest.approx(raw / 0.866, abs=1e-3)


@pytest.mark.parametrize("n_members", [2, 4, 7, 8, 9, 10])
def test_largest_dispersion_is_the_largest_over_all_corners(n_members: int) -> None:
    # dispersion is convex in every member, so its largest value lies at corners; which emotion
    # is which does not matter, so partitions in order of size are enough
    partitions = {
        tuple(sorted(Counter(labels).values()))
        for labels in combinations_with_replacement(range(7), n_members)
    }
    largest = max(
        raw_dispersion(np.eye(7)[np.repeat(np.arange(len(sizes)), sizes)]) for sizes in partitions
    )
    assert largest_dispersion(n_members) == pytest.approx(largest, abs=1e-12)


def test_dispersion_of_more_than_seven_reaches_one_only_when_spread_evenly() -> None:
    even = np.eye(7)[[0, 1, 2, 3, 4, 5, 6, 0, 1]]
    uneven = np.eye(7)[[0, 1, 2, 3, 4, 5, 6, 0, 0]]
    dispersion = synthesise(np.stack([even, uneven])).dispersion
    assert dispersion[0] == pytest.approx(1.0, abs=1e-12)
    assert dispersion[1] < 1.0 - 1e-6


def test_member_and_emotion_order_are_of_no_account(rng: np.random.Generator) -> None:
    probability = random_members(rng, n_seconds=50, n_members=4)
    members, emotions = [2, 0, 3, 1], [3, 6, 0, 5, 1, 2, 4]
    here, there = synthesise(probability), synthesise(probability[:, members][..., emotions])
    np.testing.assert_allclose(there.mean, here.mean[:, emotions], atol=1e-12)
    np.testing.assert_allclose(there.dispersion, here.dispersion, atol=1e-12)


def test_group_without_members_is_missing() -> None:
    result = synthesise(np.empty((3, 0, 7)))
    assert np.isnan(result.mean).all()
    assert np.isnan(result.dispersion).all()


@pytest.mark.parametrize(
    ("shares", "wanted"),
    [
        pytest.param({"happy": 0.6, "neutral": 0.4}, ("happy",), id="second below .8"),
        pytest.param({"sad": 0.5, "angry": 0.4, "fear": 0.1}, ("sad", "angry"), id="at .8"),
        pytest.param(dict.fromkeys(EMOTIONS, 1 / 7), (), id="even: none above chance"),
    ],
)
def test_find_dominant(shares: dict[str, float], wanted: tuple[str, ...]) -> None:
    found = find_dominant(np.array([[shares.get(name, 0.0) for name in EMOTIONS]]), share=0.8)
    assert found[0].tolist() == [name in wanted for name in EMOTIONS]


def test_find_dominant_at_chance_does_not_count() -> None:
    mean = np.array([0.17, 0.142, 0.142, 0.142, 0.142, 0.142, 0.12])
    assert find_dominant(mean[None] / mean.sum(), share=0.8)[0].tolist() == [True] + [False] * 6
