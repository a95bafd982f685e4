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
