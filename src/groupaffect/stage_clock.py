"""Measure the wall time that each stage takes, without the stages knowing."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


class StageClock:
    """Adds up seconds of wall time by stage; the one mutable thing in the pipeline.

    A stage inside another counts for itself alone, so that the sum is the whole time.
    """

    def __init__(self) -> None:
        self.wall_s: dict[str, float] = {}
        self._inner_s = [0.0]  # time that stages inside took, one entry for each level

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time spent inside the block, less that of stages within it, to a stage."""
        start = time.perf_counter()
        self._inner_s.append(0.0)
        try:
            yield
        finally:
            passed_s = time.perf_counter() - start
            own_s = passed_s - self._inner_s.pop()
            self._inner_s[-1] += passed_s
            self.wall_s[name] = self.wall_s.get(name, 0.0) + own_s

    def timed(self, name: str, items: Iterable[T]) -> Iterator[T]:
        """Yield the items, adding the time spent making each to a stage."""
        iterator = iter(items)
        while True:
            with self.stage(name):
                try:
                    item = next(iterator)
                except StopIteration:
                    return
            yield item
