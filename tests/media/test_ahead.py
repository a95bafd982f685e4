"""Reading ahead changes nothing but when the work is done, and leaves no thread behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from groupaffect.media import frames_ahead, open_media, read_frames
from groupaffect.media.ahead import frame_bytes, read_ahead
from groupaffect.settings import MediaSettings
from media.synthetic_clips import write_clip


def wait_until(true: Callable[[], bool], *, within_s: float = 2.0) -> bool:
    end = time.monotonic() + within_s
    while time.monotonic() < end and not true():
        time.sleep(0.002)
    return true()


def ahead_threads() -> list[threading.Thread]:
    return [t for t in threading.enumerate() if t.name == "groupaffect-ahead"]


@pytest.fixture(autouse=True)
def no_thread_stays() -> Iterator[None]:
    yield
    assert wait_until(lambda: not ahead_threads())


def test_frames_ahead_equal_frames(tmp_path: Path) -> None:
    media = open_media(write_clip(tmp_path / "a.mp4", codec="libx264"))
    plain = list(read_frames(media, MediaSettings(), on_warning=pytest.fail))
    frames = read_frames(media, MediaSettings(), on_warning=pytest.fail)
    early = list(frames_ahead(frames, max_bytes=2 * frame_bytes(plain[0])))
    assert [f.index for f in early] == [f.index for f in plain]
    for one, other in zip(early, plain, strict=True):
        np.testing.assert_array_equal(one.grey, other.grey)


def test_read_ahead_stays_within_its_bound() -> None:
    made: list[int] = []

    def make() -> Iterator[int]:
        for item in range(100):
            made.append(item)
            yield item

    items = read_ahead(make(), max_bytes=30, n_bytes=lambda _: 10)
    assert next(items) == 0
    # One taken, three waiting, one made and held back.
    assert wait_until(lambda: len(made) == 5)
    time.sleep(0.02)
    assert len(made) == 5
    assert list(items) == list(range(1, 100))


def test_item_larger_than_the_bound_passes() -> None:
    assert list(read_ahead(iter(range(5)), max_bytes=1, n_bytes=lambda _: 1000)) == [0, 1, 2, 3, 4]


def test_error_of_source_comes_after_its_items() -> None:
    def broken() -> Iterator[int]:
        yield 1
        message = "the disk went away"
        raise OSError(message)

    items = read_ahead(broken(), max_bytes=10, n_bytes=lambda _: 1)
    assert next(items) == 1
    with pytest.raises(OSError, match="the disk went away"):
        next(items)


def test_closing_stops_thread_and_closes_source() -> None:
    closed = threading.Event()

    def endless() -> Iterator[int]:
        try:
            while True:
                yield 0
        finally:
            closed.set()

    items = read_ahead(endless(), max_bytes=3, n_bytes=lambda _: 1)
    next(items)
    start = time.monotonic()
    items.close()
    assert time.monotonic() - start < 1.0
    assert closed.is_set()


def test_slow_source_loses_nothing() -> None:
    def slow() -> Iterator[int]:
        for item in range(20):
            time.sleep(0.001)
            yield item

    assert list(read_ahead(slow(), max_bytes=100, n_bytes=lambda _: 1)) == list(range(20))


def test_empty_source_ends_at_once() -> None:
    empty: list[int] = []
    assert list(read_ahead(iter(empty), max_bytes=1, n_bytes=lambda _: 1)) == []


def test_consumer_that_fails_leaves_no_thread() -> None:
    def consume() -> None:
        for _ in read_ahead(iter(range(1000)), max_bytes=5, n_bytes=lambda _: 1):
            message = "the consumer fails"
            raise RuntimeError(message)

    with pytest.raises(RuntimeError, match="the consumer fails"):
        consume()
