from __future__ import annotations

import numpy as np
import pytest

from groupaffect.evaluation.across_sessions.intraclass import intraclass_correlation

# Shrout & Fleiss 1979, table 2: six targets, four judges; ICC(1,1) = .17, table 4.
SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]],
    dtype=np.float64,
)


def test_icc_of_the_published_example() -> None:
    found = intraclass_correlation(SHROUT_FLEISS.ravel(), np.repeat(np.arange(6), 4))
    assert found.icc == pytest.approx(0.166, abs=0.001)
    # the interval that the R package `psych` documents for these data (ICC1): -.13 to .72
    assert (found.low, found.high) == pytest.approx((-0.133, 0.723), abs=0.001)
    assert (found.n_sessions, found.n) == (6, 24)


def slow_icc(groups: list[list[float]]) -> float:
    """Return ICC(1) from sums written out (Donner 1986)."""
    everything = [value for group in groups for value in group]
    n, k = len(everything), len(groups)
    grand = sum(everything) / n
    between = within = 0.0
    for group in groups:
        mean = sum(group) / len(group)
        between += len(group) * (mean - grand) ** 2
        within += sum((value - mean) ** 2 for value in group)
    size = (n - sum(len(group) ** 2 for group in groups) / n) / (k - 1)
    msb, msw = between / (k - 1), within / (n - k)
    return (msb - msw) / (msb + (size - 1) * msw)


def test_icc_equals_the_slow_twin_with_unequal_sessions(rng: np.random.Generator) -> None:
    sizes = [2, 3, 4, 2, 3, 4]
    groups = [list(rng.normal(rng.normal(), 1, n)) for n in sizes]
    value = np.concatenate(groups)
    session = np.repeat(np.arange(6), sizes)
    shuffled = rng.permutation(len(value))
    found = intraclass_correlation(value[shuffled], session[shuffled])
    assert found.icc == pytest.approx(slow_icc(groups))
    assert found.low < found.icc < found.high


def test_interval_holds_the_truth(rng: np.random.Generator) -> None:
    session = np.repeat(np.arange(12), [2, 3, 4] * 4)
    held = []
    for _ in range(600):
        shared = rng.normal(size=12)[session]
        value = np.sqrt(0.4) * shared + np.sqrt(0.6) * rng.normal(size=len(session))
        found = intraclass_correlation(value, session)
        held.append(found.low <= 0.4 <= found.high)
    assert 0.925 <= np.mean(held) <= 0.975


def test_missing_members_and_lone_ones_do_not_count(rng: np.random.Generator) -> None:
    value, session = rng.normal(size=20), np.repeat(np.arange(10), 2)
    value[[1, 2]] = np.nan  # leaves one member each in sessions 0 and 1
    found = intraclass_correlation(value, session)
    rest = intraclass_correlation(value[4:], session[4:])
    assert found == rest
    assert (found.n_sessions, found.n) == (8, 16)


def test_few_sessions_and_constant_measures_have_none() -> None:
    few = intraclass_correlation(np.arange(8.0), np.repeat(np.arange(4), 2))
    assert few.why_not == "4 sessions with two members or more, of 5 needed"
    flat = intraclass_correlation(np.full(12, 0.1), np.repeat(np.arange(6), 2))
    assert flat.why_not == "nothing varies"
    assert np.isnan([few.icc, few.low, flat.icc, flat.high]).all()


def test_members_of_one_value_per_session_are_wholly_between() -> None:
    found = intraclass_correlation(np.repeat(np.arange(6.0), 2), np.repeat(np.arange(6), 2))
    assert (found.icc, found.low, found.high) == (1.0, 1.0, 1.0)
