from __future__ import annotations

import numpy as np
import pytest

from groupaffect.group.change_counts import count_in_windows
from groupaffect.settings import GroupSettings
from reference.slow_group_kinds import slow_counts

NOW = GroupSettings(settle_s=0)


@pytest.mark.parametrize("settle_s", [0, 7, 20])
def test_counts_equal_counting_by_hand(rng: np.random.Generator, settle_s: int) -> None:
    seen = rng.random((60, 3)) < 0.8
    change_s = [np.sort(rng.integers(0, 90, size=20)) for _ in range(3)]
    settings = GroupSettings(settle_s=settle_s)
    found = count_in_windows(change_s, seen, first_s=15, settings=settings)
    seconds = [list(map(int, s)) for s in change_s]
    wanted = slow_counts(
        seconds, seen, first_s=15, window_s=10, settle_s=settle_s, share=settings.min_visible_share
    )
    np.testing.assert_array_equal(found, wanted)
    assert np.isnan(found).any()
    assert (found > 0).any()


def test_two_changes_in_a_second_count_twice() -> None:
    seen = np.ones((10, 1), dtype=bool)
    found = count_in_windows([np.array([3, 3])], seen, first_s=0, settings=NOW)
    assert found.tolist() == [[2.0]]


def test_less_than_a_window_has_no_counts() -> None:
    seen = np.ones((9, 2), dtype=bool)
    none = np.array([], dtype=np.int64)
    for settings in (NOW, GroupSettings()):
        found = count_in_windows([none, none], seen, first_s=0, settings=settings)
        assert found.shape == (0, 2)


def test_after_a_break_nothing_counts_until_dismissal_has_a_history_again() -> None:
    seen = np.ones((400, 1), dtype=bool)
    seen[100:200] = False
    found = count_in_windows(
        [np.arange(0, 400, 5)], seen, first_s=0, settings=GroupSettings(min_visible_share=1.0)
    )
    known = np.flatnonzero(np.isfinite(found[:, 0]))
    assert known.tolist() == [*range(60, 91), *range(260, 391)]
