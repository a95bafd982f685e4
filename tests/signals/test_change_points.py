from __future__ import annotations

import numpy as np
import pytest

from groupaffect.settings import SignalSettings
from groupaffect.signals.change_points import (
    calibrate_penalty,
    cut_series,
    find_candidates,
    replay_candidates,
)
from reference.random_expressions import one_hot, random_members

SETTINGS = SignalSettings()


def slow_cuts(values: np.ndarray, penalty: float) -> list[int]:
    """Return the best cuts by trying every last stretch of every prefix."""

    def cost(a: int, b: int) -> float:
        part = values[a:b]
        return float(((part - part.mean(axis=0)) ** 2).sum())

    best: list[tuple[float, list[int]]] = [(-penalty, [])]
    for end in range(1, len(values) + 1):
        tried = [
            (best[start][0] + cost(start, end) + penalty, [*best[start][1], start])
            for start in range(end)
        ]
        best.append(min(tried, key=lambda way: way[0]))
    return best[-1][1][1:]


@pytest.mark.parametrize("penalty", [0.05, 0.3, 1.0])
def test_cut_series_equals_trying_every_way(penalty: float) -> None:
    rng = np.random.default_rng(6)
    values = random_members(rng, n_seconds=40, n_members=1, unseen=0.0)[:, 0]
    assert cut_series(values, penalty=penalty) == slow_cuts(values, penalty)


@pytest.mark.parametrize("n_seconds", [0, 1])
def test_cut_series_too_short_to_cut_is_whole(n_seconds: int) -> None:
    assert cut_series(np.eye(7)[[6] * n_seconds], penalty=0.1) == []


def test_calibrate_penalty_keeps_the_rate_on_fresh_noise() -> None:
    rng = np.random.default_rng(11)
    noise = 0.1 * rng.normal(size=(600, 7))
    penalty = calibrate_penalty(noise, false_per_min=0.1)
    n_cuts = sum(
        len(cut_series(0.1 * rng.normal(size=(300, 7)), penalty=penalty)) for _ in range(40)
    )
    assert n_cuts / (40 * 5) <= 0.2
    assert penalty < 10 * 7 * 0.1**2 * np.log(300)  # of the order of the usual one


def test_find_candidates_in_pure_noise_hardly_finds_any() -> None:
    rng = np.random.default_rng(3)
    level = np.array([0.02, 0.02, 0.02, 0.4, 0.02, 0.02, 0.5])
    series = np.abs(level + 0.03 * rng.normal(size=(1200, 7)))
    found = find_candidates(series / series.sum(axis=1, keepdims=True), settings=SETTINGS)
    assert len(found) <= 4  # .1 a minute of 20 minutes, twice over


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        pytest.param("nnnnnnhhhhhh", [(6, 12, 6, 3, True)], id="one"),
        pytest.param("nnnnhhhhnnnn", [(4, 8, 6, 3, False), (8, 12, 3, 6, True)], id="there-back"),
        pytest.param("nnnnnn", [], id="constant"),
        pytest.param("......", [], id="never-seen"),
        pytest.param("h", [], id="one-second"),
        pytest.param("nnnn..hhhh", [(6, 10, 6, 3, True)], id="short-gap"),
        pytest.param("nnnn...hhhh", [], id="long-gap"),
        pytest.param("nnnnhhhh...n", [(4, 8, 6, 3, True)], id="lost"),
    ],
)
def test_find_candidates_by_hand(
    labels: str, expected: list[tuple[int, int, int, int, bool]]
) -> None:
    found = find_candidates(one_hot(labels), settings=SETTINGS)
    assert [(c.start_s, c.end_s, c.from_label, c.to_label, c.lost) for c in found] == expected


def test_find_candidates_small_move_under_the_same_label_is_none() -> None:
    weak, strong = np.eye(7)[6] * 0.7 + 0.3 / 7, np.eye(7)[6] * 0.8 + 0.2 / 7
    series = np.array([weak] * 30 + [strong] * 30)
    assert cut_series(series, penalty=1e-4) == [30]
    assert find_candidates(series, settings=SETTINGS) == ()


def test_find_candidates_later_start_moves_them_all() -> None:
    series = random_members(np.random.default_rng(5), n_seconds=120, n_members=1)[:, 0]
    here = find_candidates(series, settings=SETTINGS)
    there = find_candidates(series, settings=SETTINGS, first_second=100)
    assert len(here) > 5
    assert [(c.start_s + 100, (c.end_s or 0) + 100) for c in here] == [
        (c.start_s, c.end_s) for c in there
    ]


def test_replay_candidates_shows_each_from_start_to_end() -> None:
    series = one_hot("nnnhhhhnn....hhss")
    found = find_candidates(series, settings=SETTINGS)
    seen = ~np.isnan(series[:, 0])
    moves = list(replay_candidates(found, seen))
    opened = [watch.open.start_s for watch, _ in moves if watch.open is not None]
    assert sorted(set(opened)) == [c.start_s for c in found]
    assert [ended for _, ended in moves if ended is not None] == list(found[:-1])
    assert moves[4][0].seen_s == 4
    assert moves[10][0].open is None  # lost with the gap
