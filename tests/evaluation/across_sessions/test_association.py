from __future__ import annotations

import itertools

import numpy as np
import pytest

from groupaffect.evaluation.across_sessions.arrangements import arrange, count_arrangements
from groupaffect.evaluation.across_sessions.association import Level, associate


def slow_p(x: np.ndarray, y: np.ndarray, session: np.ndarray, *, level: Level) -> float:
    """Return p from every permutation, written out."""
    numbers = sorted(set(session.tolist()))
    if level == "between sessions":
        x = np.array([x[session == number].mean() for number in numbers])
        y = np.array([y[session == number].mean() for number in numbers])
        session = np.zeros(len(numbers))
        numbers = [0]
    groups = [np.flatnonzero(session == number) for number in numbers]

    def correlation(values: np.ndarray) -> float:
        a = np.concatenate([values[g] - values[g].mean() for g in groups])
        b = np.concatenate([y[g] - y[g].mean() for g in groups])
        return float(np.corrcoef(a, b)[0, 1])

    observed, hits, ways = abs(correlation(x)), 0, 0
    for orders in itertools.product(*(itertools.permutations(g) for g in groups)):
        moved = x.copy()
        for group, order in zip(groups, orders, strict=True):
            moved[group] = x[list(order)]
        ways += 1
        hits += abs(correlation(moved)) >= observed - 1e-9
    return hits / ways


@pytest.mark.parametrize(
    ("level", "n_sessions", "n"), [("between sessions", 6, 2), ("within sessions", 5, 3)]
)
def test_p_equals_every_permutation(
    rng: np.random.Generator, level: Level, n_sessions: int, n: int
) -> None:
    session = np.repeat(np.arange(n_sessions), n)
    x = rng.integers(0, 5, len(session)).astype(float)
    x[::n] += 0.5  # so that every session varies
    y = 0.5 * x + rng.normal(size=len(session))
    found = associate(x, y, session, level=level)
    # Equal values make ways that look the same; each different one then stands for as many.
    assert found.p == pytest.approx(slow_p(x, y, session, level=level), abs=0.003)
    assert (found.low > 0 or found.high < 0) == (found.p <= 0.05)


def test_r_and_slope_between_are_of_session_means(rng: np.random.Generator) -> None:
    session = np.repeat(np.arange(8), 3)
    x, y = rng.normal(size=24), rng.normal(size=24)
    found = associate(x, y, session, level="between sessions")
    mean_x, mean_y = x.reshape(8, 3).mean(axis=1), y.reshape(8, 3).mean(axis=1)
    assert found.r == pytest.approx(np.corrcoef(mean_x, mean_y)[0, 1])
    assert found.slope == pytest.approx(np.polyfit(mean_x, mean_y, 1)[0])
    assert (found.n_sessions, found.n) == (8, 8)


def test_within_nothing_of_the_session_counts(rng: np.random.Generator) -> None:
    session = np.repeat(np.arange(6), 4)
    x, y = rng.normal(size=24), rng.normal(size=24)
    moved = associate(x + 5.0 * session, y - 3.0 * session, session, level="within sessions")
    found = associate(x, y, session, level="within sessions")
    assert moved.r == pytest.approx(found.r)
    assert moved.p == pytest.approx(found.p, abs=0.01)


@pytest.mark.parametrize("level", ["between sessions", "within sessions"])
def test_false_positives_are_calibrated_where_members_are_alike(
    rng: np.random.Generator, level: Level
) -> None:
    session = np.repeat(np.arange(10), 4)
    hits = []
    for _ in range(300):
        shared = rng.normal(size=(2, 10))[:, session]
        x, y = 2.0 * shared + rng.normal(size=(2, 40))
        hits.append(associate(x, y, session, level=level).p <= 0.05)
    assert 0.02 <= np.mean(hits) <= 0.085  # .05 within 2.5 standard errors


def test_interval_holds_the_truth(rng: np.random.Generator) -> None:
    held = []
    for _ in range(300):
        x = rng.normal(size=14)
        y = 0.6 * x + 0.8 * rng.normal(size=14)
        found = associate(x, y, np.arange(14), level="between sessions")
        held.append(found.low <= 0.6 <= found.high)
    assert 0.915 <= np.mean(held) <= 0.985


def test_arrangements_are_all_different_and_keep_classes() -> None:
    x = np.array([0.0, 5.0, 1.0, 1.0, 6.0])
    classes = [np.array([[0], [2], [3]]), np.array([[1], [4]])]
    rows, are_all = arrange(x, classes)
    assert are_all
    assert len(rows) == count_arrangements(x, classes) == 6
    assert len(np.unique(rows, axis=0)) == 6
    assert (np.sort(rows[:, [0, 2, 3]], axis=1) == [0, 1, 1]).all()
    assert (np.sort(rows[:, [1, 4]], axis=1) == [5, 6]).all()
    many, are_all = arrange(np.arange(20.0), [*np.arange(20).reshape(2, 10, 1)])
    assert not are_all
    assert (np.sort(many[:, :10], axis=1) == np.arange(10)).all()


@pytest.mark.parametrize("n", [3, 8])  # listed, and drawn
def test_rows_of_a_unit_stay_together(n: int) -> None:
    x = np.array([*range(n), *range(100, 100 + n), -1.0])
    rows, are_all = arrange(x, [np.stack([np.arange(n), np.arange(n) + n], axis=1)])
    assert are_all == (n == 3)
    assert (rows[:, n : 2 * n] - rows[:, :n] == 100).all()
    assert (rows[:, -1] == -1).all()  # of no class
    assert (np.sort(rows[:, :n], axis=1) == np.arange(n)).all()
    assert len({tuple(row) for row in rows}) > n


@pytest.mark.parametrize(
    ("x", "y", "level", "why_not"),
    [
        pytest.param([0, 1, 2, 3], [1, 2, 3, 5], "between sessions", "4 sessions", id="few"),
        pytest.param([1] * 8, [*range(8)], "between sessions", "covariate does not", id="x"),
        pytest.param([*range(8)], [1] * 8, "between sessions", "measure does not vary", id="y"),
        pytest.param([0, 1, 1, 1, 1, 1], [*range(6)], "between sessions", "below 0.33", id="p"),
        pytest.param([*range(8)], [*range(8)], "within sessions", "0 sessions", id="lone"),
    ],
)
def test_too_little_is_said_instead_of_tested(
    x: list[float], y: list[float], level: Level, why_not: str
) -> None:
    values = np.array(x, dtype=float), np.array(y, dtype=float)
    found = associate(*values, np.arange(len(x)), level=level)
    assert why_not in found.why_not
    assert np.isnan([found.r, found.p, found.low]).all()


def test_missing_values_do_not_count(rng: np.random.Generator) -> None:
    x, y = rng.normal(size=(2, 12))
    gone = np.where(np.arange(12) < 3, np.nan, y)
    found = associate(x, gone, np.arange(12), level="between sessions")
    assert found == associate(x[3:], y[3:], np.arange(9), level="between sessions")
