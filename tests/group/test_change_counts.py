from __future__ import annotations

import numpy as np

from groupaffect.group.change_counts import count_in_windows
from groupaffect.settings import GroupSettings
from reference.slow_group_kinds import slow_counts


def test_counts_equal_counting_by_hand(rng: np.random.Generator) -> None:
    seen = rng.random((60, 3)) < 0.8
    change_s = [np.sort(rng.integers(0, 90, size=20)) for _ in range(3)]
    found = count_in_windows(change_s, seen, first_s=15, settings=GroupSettings())
    wanted = slow_counts(
        [list(map(int, s)) for s in change_s], seen, first_s=15, window_s=10, share=0.7
    )
    np.testing.assert_array_equal(found, wanted)
    assert np.isnan(found).any()
    assert (found > 0).any()


def test_two_changes_in_a_second_count_twice() -> None:
    seen = np.ones((10, 1), dtype=bool)
    found = count_in_windows([np.array([3, 3])], seen, first_s=0, settings=GroupSettings())
    assert found.tolist() == [[2.0]]


def test_less_than_a_window_has_no_counts() -> None:
    seen = np.ones((9, 2), dtype=bool)
    none = np.array([], dtype=np.int64)
    found = count_in_windows([none, none], seen, first_s=0, settings=GroupSettings())
    assert found.shape == (0, 2)
