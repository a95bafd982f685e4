from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from groupaffect.evaluation.benchmark.pooling import difference, draw_sessions, session_interval
from groupaffect.evaluation.benchmark.scores import (
    accuracy_of,
    confusion_of,
    f1_of,
    group_jsd,
    match_seconds,
    score_events,
)
from groupaffect.evaluation.benchmark.truth_process import Changes
from groupaffect.evaluation.classification import macro_f1_score
from groupaffect.types import Event


def slow_macro_f1(truth: list[int], read: list[int]) -> float:
    scores = []
    for k in set(truth):
        hits = sum(a == b == k for a, b in zip(truth, read, strict=True))
        scores.append(2 * hits / (truth.count(k) + read.count(k)))
    return sum(scores) / len(scores)


def test_macro_f1_and_accuracy_equal_slow_twins(rng: np.random.Generator) -> None:
    truth, read = rng.integers(0, 5, 80), rng.integers(0, 7, 80)
    table = confusion_of(np.eye(7)[read], truth)
    assert float(accuracy_of(table)) == pytest.approx((truth == read).mean())
    assert float(macro_f1_score(table)) == pytest.approx(
        slow_macro_f1(truth.tolist(), read.tolist())
    )


def test_macro_f1_does_not_depend_on_the_emotions_names(rng: np.random.Generator) -> None:
    table, order = rng.integers(0, 9, (7, 7)), rng.permutation(7)
    assert macro_f1_score(table[order][:, order]) == pytest.approx(float(macro_f1_score(table)))


def test_confusion_leaves_out_the_unseen_and_the_unknown() -> None:
    probability = np.eye(7)[[0, 1, 2]]
    probability[0] = np.nan
    table = confusion_of(probability, np.array([0, -1, 2]))
    assert table.sum() == table[2, 2] == 1


def slow_match(found: list[int], true: list[int]) -> int:
    """Try every order in which true seconds can be given away."""
    best = 0
    for order in permutations(found):
        left, n = list(true), 0
        for second in order:
            near = [s for s in left if abs(s - second) <= 2]
            if near:
                left.remove(min(near))
                n += 1
        best = max(best, n)
    return best


def test_matching_equals_a_slow_twin(rng: np.random.Generator) -> None:
    for _ in range(60):
        found = rng.integers(0, 14, rng.integers(0, 6)).tolist()
        true = rng.integers(0, 14, rng.integers(0, 6)).tolist()
        assert match_seconds(found, true) == slow_match(found, true)


def event(kind: str, start_s: float, *who: str) -> Event:
    return Event(kind, start_s, start_s + 5, who, "neutral", "happy", 1.0, "")


def test_events_are_scored_by_hand() -> None:
    changes = Changes(group_s=(10,), individual=((30, 1),), member_s=((10,), (11, 30)))
    events = [
        event("group", 12, "P1", "P2"),
        event("individual", 31, "P2"),
        event("individual", 50, "P1"),
        event("dismissed", 60, "P1"),
    ]
    group, individual, false = score_events(events, changes, ("P1", "P2"))
    assert group.tolist() == [1, 1, 1]
    assert individual.tolist() == [1, 2, 1]
    assert false == 1
    assert float(f1_of(individual)) == pytest.approx(2 / 3)


def test_events_of_another_member_are_false() -> None:
    changes = Changes(group_s=(), individual=((30, 1),), member_s=((), (30,)))
    _, individual, false = score_events([event("individual", 30, "P1")], changes, ("P1", "P2"))
    assert individual.tolist() == [0, 1, 1]
    assert false == 1


def test_group_jsd_of_the_truth_is_nothing_and_of_its_opposite_is_one() -> None:
    truth = np.array([[0, 0], [0, 1], [-1, -1]])
    right = np.eye(7)[np.where(truth < 0, 0, truth)]
    wrong = np.eye(7)[[[5, 5], [5, 5], [5, 5]]]
    np.testing.assert_allclose(group_jsd(right, truth), [0.0, 0.0, np.nan], atol=1e-12)
    np.testing.assert_allclose(group_jsd(wrong, truth)[:2], [1.0, 1.0])


def test_drawn_sessions_are_sums_of_whole_sessions(rng: np.random.Generator) -> None:
    tables = rng.integers(0, 50, (6, 7, 7))
    drawn = draw_sessions(tables, seed=1, n_draws=300)
    np.testing.assert_array_equal(drawn, draw_sessions(tables, seed=1, n_draws=300))
    np.testing.assert_allclose(drawn.mean(axis=0), tables.sum(axis=0), rtol=0.35)
    low, high = session_interval(tables, accuracy_of)
    assert low <= float(accuracy_of(tables.sum(axis=0))) <= high


def test_difference_of_a_method_with_itself_is_nothing(rng: np.random.Generator) -> None:
    tables = rng.integers(0, 50, (6, 7, 7))
    found = difference(tables, tables, macro_f1_score)
    assert found == {"difference": 0.0, "difference_interval": (0.0, 0.0)}
