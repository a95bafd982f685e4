"""Times are the container's own, and rise."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaffect.media.clock import MAX_LEAP_S, pts_to_time, rising_time


def repaired(times: list[float | None], frame_s: float = 0.04) -> list[float]:
    result: list[float] = []
    for given_s in times:
        previous_s = result[-1] if result else None
        result.append(rising_time(given_s, previous_s=previous_s, frame_s=frame_s)[0])
    return result


def test_pts_to_time_is_rounded_once() -> None:
    assert pts_to_time(3003, Fraction(1, 90000), origin_s=Fraction(1001, 90000)) == 2002 / 90000


def test_pts_to_time_without_pts_is_none() -> None:
    assert pts_to_time(None, Fraction(1, 25), origin_s=Fraction(0)) is None
    assert pts_to_time(1, None, origin_s=Fraction(0)) is None


@pytest.mark.parametrize(
    ("times", "wanted"),
    [
        ([0.0, 0.04, 0.2], [0.0, 0.04, 0.2]),
        ([None, None, None], [0.0, 0.04, 0.08]),
        ([0.0, None, 0.08], [0.0, 0.04, 0.08]),
        ([0.0, 0.1, 0.1, 0.2], [0.0, 0.1, 0.14, 0.2]),
        ([0.0, 9.0, 0.0, 0.04], [0.0, 9.0, 9.04, 9.08]),
        ([0.0, 3e6, 0.08, 0.12], [0.0, 0.04, 0.08, 0.12]),
        ([0.0, 3600.0, 3600.04], [0.0, 3600.0, 3600.04]),
        ([0.0, 3600.5, 3600.54], [0.0, 0.04, 0.08]),
    ],
    ids=[
        "right",
        "none at all",
        "one missing",
        "twice the same",
        "clock starts anew",
        "wild",
        "an hour",
        "leap for good",
    ],
)
def test_rising_time_of_sequence(times: list[float | None], wanted: list[float]) -> None:
    assert repaired(times) == pytest.approx(wanted)


@given(st.lists(st.none() | st.floats(-1e4, 1e4), max_size=30))
def test_repaired_times_always_rise_and_never_leap(times: list[float | None]) -> None:
    steps = np.diff(repaired(times))
    assert np.all(steps > 0)
    assert np.all(steps <= MAX_LEAP_S + 1e-6)


def test_rising_time_names_the_fault() -> None:
    assert rising_time(None, previous_s=1.0, frame_s=0.04)[1] == "missing"
    assert rising_time(1.0, previous_s=1.0, frame_s=0.04)[1] == "not rising"
    assert rising_time(1.1, previous_s=1.0, frame_s=0.04)[1] is None
    assert rising_time(1.1 + MAX_LEAP_S, previous_s=1.0, frame_s=0.04) == (1.04, "leaps")


def test_rising_time_of_the_first_frame_may_be_late() -> None:
    assert rising_time(9000.0, previous_s=None, frame_s=0.04) == (9000.0, None)
