from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from groupaffect.errors import UsageError
from groupaffect.personal.training_part import (
    check_stretches,
    choose_stretches,
    filter_gap_s,
    longest_run,
    split_seconds,
)
from groupaffect.settings import FusionSettings, Settings, SignalSettings


def test_split_keeps_the_gap_on_both_sides_of_each_stretch() -> None:
    stretches = ((10.0, 20.0), (40.0, 45.0))
    train, test = split_seconds(stretches, n_seconds=80, gap_s=7)
    for second in range(80):
        inside = any(a <= second and second + 1 <= b for a, b in stretches)
        far = all(second + 1 <= a - 7 or second >= b + 7 for a, b in stretches)
        assert (train[second], test[second]) == (inside, far)
    assert not (train & test).any()


def test_part_of_a_second_is_neither_trained_nor_tested_on() -> None:
    train, test = split_seconds(((0.0, 2.5),), n_seconds=5, gap_s=0)
    assert train.tolist() == [True, True, False, False, False]
    assert test.tolist() == [False, False, False, True, True]


def test_gap_is_as_long_as_the_longest_filter() -> None:
    assert filter_gap_s(Settings()) == 60
    longer = replace(Settings(), signals=SignalSettings(recurrence_s=90))
    assert filter_gap_s(longer) == 90
    assert filter_gap_s(replace(longer, fusion=FusionSettings(count_window_s=120))) == 120


def test_longest_run_of_nothing_is_empty() -> None:
    assert longest_run(np.zeros(3, dtype=bool)) == (0, 0)


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"fraction": 0.0}, "a fraction above 0 and at most 1, but got 0"),
        ({"fraction": 1.5}, "but got 1.5"),
        ({"fraction": float("nan")}, "but got nan"),
        ({"fraction": 0.5, "stretches": ((0.0, 5.0),)}, "but got both"),
        ({"stretches": ((60.0, 70.0),)}, "before the end at 60 s, but got 60 s"),
    ],
)
def test_choose_stretches_refuses(chosen: dict, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        choose_stretches(end_s=60.0, **chosen)


@pytest.mark.parametrize("word", ["30", "40-30", "-30", "a-b", "10-inf", "nan-9"])
def test_check_stretches_refuses(word: str) -> None:
    with pytest.raises(UsageError, match="`--neutral` must be written like 30-600"):
        check_stretches([word], option="--neutral")
