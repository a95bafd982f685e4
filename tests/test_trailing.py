from __future__ import annotations

import numpy as np
import pytest

from groupaffect.errors import UsageError
from groupaffect.members_by_second import members_of_results, members_of_signals
from groupaffect.pipeline import analyse_stored, iterate_descriptions
from groupaffect.reading_fold import fold_readings
from groupaffect.second_fold import SecondResult
from groupaffect.settings import Settings
from groupaffect.trailing import flush_trailing, iterate_trailing, start_trailing, step_trailing
from groupaffect.types import Analysis, ParticipantFacts
from reference.folded_session import NAMES, make_readings

SETTINGS = Settings()
N_S = 45
READINGS = make_readings(N_S, joined_s={"P3": 7.0})


def live_results() -> list[SecondResult]:
    passing = fold_readings(READINGS, SETTINGS, end_s_of=lambda _: float(N_S))
    return [r for passed in passing if passed.seconds for r in passed.seconds.results]


@pytest.fixture(scope="module")
def results() -> list[SecondResult]:
    return live_results()


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    facts = tuple(ParticipantFacts(name, name, 1, 1, None, None, 0.0) for name in NAMES)
    return analyse_stored(READINGS, SETTINGS, end_s=float(N_S), participants=facts)


def test_members_of_results_equal_those_of_the_file(
    results: list[SecondResult], analysis: Analysis
) -> None:
    live, stored = members_of_results(results), members_of_signals(analysis.signals, n_rows=N_S)
    assert live.participants == stored.participants == NAMES
    for name in ("image", "landmark", "fused"):
        np.testing.assert_array_equal(getattr(live, name), getattr(stored, name))
    assert np.isnan(live.fused[:7, 2]).all()
    assert not np.isnan(live.fused[8:, 2]).all()


def test_whole_session_parts_live_equal_those_of_the_file(
    results: list[SecondResult], analysis: Analysis
) -> None:
    """The window reaches back to the first second: then nothing may differ."""
    *_, last = iterate_descriptions(results, SETTINGS, window_s=N_S, every_s=20)
    for live, stored in zip(last.groups, analysis.groups, strict=True):
        assert live.members == stored.members
        for name in ("mean", "denoised", "dispersion", "dominant", "n_visible", "n_engaged"):
            np.testing.assert_array_equal(getattr(live, name), getattr(stored, name))
    assert [repr(state) for state in last.states] == [repr(state) for state in analysis.states]
    np.testing.assert_array_equal(last.members.engaged, analysis.members.engaged)
    np.testing.assert_array_equal(last.members.camp, analysis.members.camp)


def test_windows_are_the_last_seconds_every_so_often(results: list[SecondResult]) -> None:
    windows = list(iterate_trailing(results, window_s=15, every_s=10))
    spans = [(w.first_second, w.first_second + len(w)) for w in windows]
    assert spans == [(0, 10), (5, 20), (15, 30), (25, 40), (30, 45)]
    assert windows[0].participants == NAMES
    np.testing.assert_array_equal(windows[1].fused[3, :2], results[8].fused[:2])


def test_window_comes_with_its_last_second_and_flush_repeats_none(
    results: list[SecondResult],
) -> None:
    state, came_with = start_trailing(window_s=30, every_s=9), []
    for result in results:
        state, window = step_trailing(state, result)
        came_with += [result.second] if window else []
    assert came_with == [8, 17, 26, 35, 44]
    state, rest = flush_trailing(state)
    assert rest is None
    assert flush_trailing(start_trailing(window_s=5, every_s=5))[1] is None


def test_trailing_state_keeps_no_more_than_its_window(results: list[SecondResult]) -> None:
    state = start_trailing(window_s=4, every_s=3)
    for result in results:
        state, window = step_trailing(state, result)
        assert window is None or len(window) <= 4
    assert [r.second for r in state.results] == [41, 42, 43, 44]


@pytest.mark.parametrize(("window_s", "every_s"), [(0, 1), (1, 0), (-3, 5)])
def test_start_trailing_without_a_length_is_refused(window_s: int, every_s: int) -> None:
    with pytest.raises(UsageError, match=f"got {window_s} s and {every_s} s"):
        start_trailing(window_s=window_s, every_s=every_s)
