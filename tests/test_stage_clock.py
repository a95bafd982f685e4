from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from groupaffect.stage_clock import StageClock


@pytest.fixture
def ticks(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the seconds that the clock shows; tests move it by hand."""
    now = [0.0]
    monkeypatch.setattr(time, "perf_counter", lambda: now[0])
    return now


def test_stage_adds_up_over_blocks(ticks: list[float]) -> None:
    clock = StageClock()
    for seconds in (2.0, 3.0):
        with clock.stage("faces"):
            ticks[0] += seconds
        ticks[0] += 100.0  # outside: nobody's
    assert clock.wall_s == {"faces": 5.0}


def test_stage_that_fails_is_counted_and_the_error_passes(ticks: list[float]) -> None:
    def break_after(seconds: float) -> None:
        ticks[0] += seconds
        message = "broken"
        raise ValueError(message)

    clock = StageClock()
    with pytest.raises(ValueError, match="broken"), clock.stage("media"):
        break_after(1.5)
    assert clock.wall_s == {"media": 1.5}


def test_timed_counts_the_making_of_items_not_their_use(ticks: list[float]) -> None:
    def slow_items() -> Iterator[int]:
        for item in range(3):
            ticks[0] += 1.0
            yield item
        ticks[0] += 0.25  # the way to the end counts too

    clock, taken = StageClock(), []
    for item in clock.timed("frames", slow_items()):
        taken.append(item)
        ticks[0] += 10.0
    assert taken == [0, 1, 2]
    assert clock.wall_s == {"frames": 3.25}


def test_timed_of_nothing_is_nothing() -> None:
    assert list(StageClock().timed("frames", [])) == []


def test_stage_within_another_counts_for_itself_alone(ticks: list[float]) -> None:
    clock = StageClock()
    with clock.stage("faces"):
        ticks[0] += 1.0
        with clock.stage("wait"):
            ticks[0] += 4.0
        ticks[0] += 2.0
    assert clock.wall_s == {"faces": 3.0, "wait": 4.0}
