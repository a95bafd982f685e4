from __future__ import annotations

import json

import numpy as np
import pytest

from groupaffect.corrected_rows import FrameBlock, merge_rows, swap_rows
from groupaffect.correction_notation import parse_exclude, parse_merge, parse_swap
from groupaffect.corrections import (
    Exclude,
    Merge,
    Swap,
    correction_from_dict,
    correction_to_dict,
    hold_times,
    join_excludes,
)
from groupaffect.errors import UsageError


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        ("30-45", Exclude(30.0, 45.0)),
        (" 0:30 - 1:00:00.5 ", Exclude(30.0, 3600.5)),
        ("30-", Exclude(30.0, None)),
        ("-45", Exclude(0.0, 45.0)),
    ],
)
def test_parse_exclude_reads_seconds_and_clock_times(word: str, wanted: Exclude) -> None:
    assert parse_exclude(word) == wanted


@pytest.mark.parametrize("word", ["", "-", "30", "45-30", "30-30", "a-b", "30-b", "1.5.2-9", "--3"])
def test_parse_exclude_of_no_stretch_is_one_sentence(word: str) -> None:
    with pytest.raises(UsageError, match=r"a start and a later end.*like 30-45\.$"):
        parse_exclude(word)


@pytest.mark.parametrize("word", ["P2", "P2,P2", "P2,", ",", "P1,P2,P3", ""])
def test_parse_merge_and_swap_need_two_people(word: str) -> None:
    for parse in (parse_merge, parse_swap):
        with pytest.raises(UsageError, match="needs two different participants"):
            parse(word)


def test_parse_merge_lets_the_lower_number_survive() -> None:
    assert parse_merge("P10, P9") == Merge("P9", "P10")


@pytest.mark.parametrize("correction", [Merge("P1", "P2"), Swap("P1", "P2"), Exclude(3.0, None)])
def test_correction_from_json_is_the_correction(correction: Merge | Swap | Exclude) -> None:
    plain = json.loads(json.dumps(correction_to_dict(correction)))
    assert correction_from_dict(plain) == correction


@pytest.mark.parametrize(
    ("given", "joined"),
    [
        ([], []),
        ([(0, 1), (0, 1)], [(0, 1)]),
        ([(5, 6), (0, 2), (1, 3), (2, 2.5)], [(0, 3), (5, 6)]),
        ([(3, 4), (0, 3)], [(0, 4)]),
        ([(4, None), (0, 1), (6, 8)], [(0, 1), (4, None)]),
        ([(0, 5), (4, None)], [(0, None)]),
    ],
)
def test_join_excludes_of_what_meets_is_one(
    given: list[tuple[float, float | None]], joined: list[tuple[float, float | None]]
) -> None:
    assert list(join_excludes(Exclude(*g) for g in given)) == [Exclude(*j) for j in joined]


def test_join_excludes_leaves_out_the_same_times(rng: np.random.Generator) -> None:
    time_s = np.arange(0, 40, 0.25)
    for _ in range(50):
        start_s = rng.integers(0, 30, 5)
        excludes = [
            Exclude(float(s), None if n == 9 else float(s + n))
            for s, n in zip(start_s, rng.integers(1, 10, 5), strict=True)
        ]
        joined = join_excludes(excludes)
        held = np.array([hold_times(time_s, exclude) for exclude in excludes]).any(axis=0)
        n_held = np.array([hold_times(time_s, exclude) for exclude in joined]).sum(axis=0)
        np.testing.assert_array_equal(n_held, held)


def random_block(rng: np.random.Generator) -> FrameBlock:
    row = rng.permutation(60).reshape(20, 3)
    worth = rng.random(60)
    success = rng.random(60) > 0.4
    worth[~success] = np.nan
    return FrameBlock(("P1", "P2", "P3"), np.arange(20) / 4, row, success, worth)


def test_merge_rows_equals_the_slow_rule(rng: np.random.Generator) -> None:
    block = random_block(rng)
    merged, n_both = merge_rows(block, Merge("P1", "P3"))
    n_slow = 0
    for frame in range(20):
        first, middle, last = block.row[frame].tolist()
        both = block.success[first] and block.success[last]
        n_slow += bool(both)
        keeps_last = block.worth[last] > block.worth[first] if both else block.success[last]
        assert merged.row[frame].tolist() == [last if keeps_last else first, middle]
    assert (merged.participants, n_both) == (("P1", "P2"), n_slow)
    assert 0 < n_slow < 20


def test_swap_rows_changes_only_its_stretch_and_undoes_itself(rng: np.random.Generator) -> None:
    block, swap = random_block(rng), Swap("P3", "P1", 1.0, 2.0)
    swapped = swap_rows(block, swap)
    inside = (block.time_s >= 1) & (block.time_s < 2)
    np.testing.assert_array_equal(swapped.row[inside], block.row[inside][:, [2, 1, 0]])
    np.testing.assert_array_equal(swapped.row[~inside], block.row[~inside])
    np.testing.assert_array_equal(swap_rows(swapped, swap).row, block.row)
