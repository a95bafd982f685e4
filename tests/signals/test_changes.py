from __future__ import annotations

import numpy as np
import pytest

from groupaffect.settings import SignalSettings
from groupaffect.signals.changes import Candidate, ChangeWatch, flush_candidate, step_candidate
from reference.random_expressions import one_hot, random_members
from reference.slow_changes import slow_candidates

SETTINGS = SignalSettings()
NEUTRAL, HAPPY = 6, 3


def find(series: np.ndarray, settings: SignalSettings = SETTINGS) -> list[Candidate]:
    watch, found = ChangeWatch(), []
    for second, row in enumerate(series):
        vector = None if np.isnan(row[0]) else tuple(row.tolist())
        watch, ended = step_candidate(watch, second, vector, settings=settings)
        found += [ended] if ended else []
    last = flush_candidate(watch)[1]
    return [*found, last] if last else found


def happy_share(*shares: float) -> np.ndarray:
    """Return (t, 7) with the given share of happy, the rest neutral."""
    series = np.zeros((len(shares), 7))
    series[:, HAPPY], series[:, NEUTRAL] = shares, 1.0 - np.array(shares)
    return series


def spans(found: list[Candidate]) -> list[tuple[int, int | None]]:
    return [(c.start_s, c.end_s) for c in found]


@pytest.mark.parametrize(
    ("labels", "wanted"),
    [
        pytest.param("nnnn", [], id="no change"),
        pytest.param("nnhh", [(2, 4)], id="switch"),
        pytest.param("nhnn", [(1, 2), (2, 4)], id="one second, and back"),
        pytest.param("nhsn", [(1, 2), (2, 3), (3, 4)], id="switch after switch is its own"),
        pytest.param("nn..hh", [(4, 6)], id="across a short gap"),
        pytest.param("nn...hh", [], id="not across a longer gap"),
        pytest.param("nh...hn", [(1, 2), (6, 7)], id="ends where the gap began"),
        pytest.param("..nh", [(3, 4)], id="unseen at first"),
        pytest.param("....", [], id="never seen"),
    ],
)
def test_switches_of_certain_expressions(labels: str, wanted: list[tuple[int, int]]) -> None:
    assert spans(find(one_hot(labels))) == wanted


@pytest.mark.parametrize("shares", [(0.0, 0.4, 0.8, 1.0), (0.0, 0.6, 1.0, 1.0)])
def test_one_move_over_two_seconds_is_one_candidate(shares: tuple[float, ...]) -> None:
    (found,) = find(happy_share(*shares, 1.0, 1.0))
    assert (found.from_label, found.to_label) == (NEUTRAL, HAPPY)


def test_jump_followed_by_its_switch_takes_the_new_label() -> None:
    (found,) = find(happy_share(0.0, 0.45, 1.0, 1.0, 1.0))
    assert (found.start_s, found.from_label, found.to_label) == (1, NEUTRAL, HAPPY)
    assert found.strength == pytest.approx(np.sqrt(2))


def test_jump_without_switch_keeps_the_label() -> None:
    (found,) = find(happy_share(0.0, 0.0, 0.45, 0.45, 0.45))
    assert (found.start_s, found.from_label, found.to_label) == (2, NEUTRAL, NEUTRAL)
    assert found.strength == pytest.approx(0.45 * np.sqrt(2))


def test_slow_drift_below_the_jump_is_no_candidate() -> None:
    assert find(happy_share(*np.linspace(0.0, 0.49, 10))) == []


def test_jump_within_two_seconds_counts_within_three_not() -> None:
    assert len(find(happy_share(0.0, 0.2, 0.4, 0.4, 0.4))) == 1
    assert find(happy_share(0.0, 0.13, 0.26, 0.39, 0.39)) == []


def test_return_of_a_jump_is_a_second_candidate() -> None:
    assert spans(find(happy_share(0.0, 0.45, 0.45, 0.45, 0.0, 0.0))) == [(1, 4), (4, 6)]


@pytest.mark.parametrize("seed", range(8))
def test_candidates_equal_whole_series_twin(seed: int) -> None:
    series = random_members(np.random.default_rng(seed), n_seconds=150, n_members=1)[:, 0]
    settings = SignalSettings(jump=0.3, jump_window_s=1 + seed % 4, max_gap_s=seed % 3)
    wanted = slow_candidates(series, member=0, settings=settings)
    found = find(series, settings)
    assert len(found) > 20
    assert [(c.start_s, c.end_s, c.from_label, c.to_label, c.lost) for c in found] == [
        (c.start_s, c.end_s, c.from_label, c.to_label, c.lost) for c in wanted
    ]
    strengths = [float(np.linalg.norm(c.after - c.before)) for c in wanted]
    np.testing.assert_allclose([c.strength for c in found], strengths, atol=1e-12)
