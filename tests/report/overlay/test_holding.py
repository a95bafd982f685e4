from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groupaffect.report.overlay.head_regions import area, box_to_head, merge_heads, shared_area
from groupaffect.report.overlay.holding import hold_regions

NONE = np.zeros((0, 4))


def at(*lefts: float, side: float = 50.0) -> np.ndarray:
    return np.array([[left, 10.0, left + side, 10.0 + side] for left in lefts]).reshape(-1, 4)


def is_covered(region: np.ndarray, regions: np.ndarray) -> bool:
    return bool((shared_area(region, regions) >= area(region[None]) - 1e-6).any())


def test_a_lost_face_is_held_over_the_gap_at_both_places() -> None:
    found = [at(0.0)] * 5 + [NONE] * 30 + [at(20.0)] * 5
    held = hold_regions([k / 25 for k in range(40)], found)
    for regions in held[5:35]:
        assert regions.tolist() == [[0.0, 10.0, 70.0, 60.0]]


def test_a_face_is_held_before_it_comes_and_after_it_goes() -> None:
    found = [NONE] * 50 + [at(0.0)] * 5 + [NONE] * 100
    held = hold_regions([k / 25 for k in range(155)], found, hold_s=0.5)
    shown = [k for k, regions in enumerate(held) if len(regions)]
    assert shown == list(range(50 - 12, 55 + 12))


def test_a_face_that_comes_back_elsewhere_is_not_bridged() -> None:
    found = [at(0.0)] + [NONE] * 40 + [at(300.0)]
    held = hold_regions([k / 25 for k in range(42)], found)
    assert [len(regions) for regions in held[13:29]] == [0] * 16


def test_a_face_that_jumps_is_hidden_where_it_may_have_been() -> None:
    held = hold_regions([0.0, 0.04, 0.08], [at(0.0), at(200.0), at(200.0)])
    assert len(held[0]) == 2
    assert len(held[2]) == 2


def test_a_small_find_inside_a_face_does_not_stand_for_it() -> None:
    found = [at(0.0), at(20.0, side=8.0), at(0.0)]
    held = hold_regions([0.0, 0.04, 0.08], found)
    assert is_covered(at(0.0)[0], held[1])


def test_sparse_frames_are_hidden_by_their_own_finds_only() -> None:
    found = [at(0.0), NONE, at(0.0)]
    assert [len(r) for r in hold_regions([0.0, 4.0, 8.0], found)] == [1, 0, 1]


def test_nothing_found_is_nothing_hidden() -> None:
    assert hold_regions([], []) == []
    assert [len(r) for r in hold_regions([0.0, 1.0], [NONE, NONE])] == [0, 0]


frames = st.lists(st.lists(st.integers(0, 400).map(float), max_size=3), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None)
@given(frames)
def test_what_is_found_or_was_just_found_is_hidden(lefts: list[list[float]]) -> None:
    found = [at(*frame) for frame in lefts]
    held = hold_regions([k / 10 for k in range(len(found))], found)
    for k, regions in enumerate(found):
        for region in regions:
            assert is_covered(region, held[k])
            if k + 1 < len(found):  # its next place, or it itself, is hidden in the next frame
                assert shared_area(region, held[k + 1]).max() >= 0.6 * area(region[None])[0]
            if k > 0:
                assert shared_area(region, held[k - 1]).max() >= 0.6 * area(region[None])[0]


@pytest.mark.parametrize("share", [0.0, 0.3])
def test_merge_heads_covers_all_and_keeps_neighbours_apart(share: float) -> None:
    boxes = box_to_head(
        np.array([[100.0, 100, 140, 150], [104, 96, 142, 150], [250, 90, 290, 140]])
    )
    boxes[1] += share * 10
    merged = merge_heads(boxes)
    assert len(merged) == 2
    assert all(is_covered(box, merged) for box in boxes)
