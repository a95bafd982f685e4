from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import jaxtyping
import numpy as np
import pytest

from groupaffect.errors import UsageError
from groupaffect.signals.per_second import FrameRows, mean_per_second, mean_rows_per_second


@contextmanager
def jaxtyping_off() -> Iterator[None]:
    jaxtyping.config.update("jaxtyping_disable", True)
    try:
        yield
    finally:
        jaxtyping.config.update("jaxtyping_disable", False)


NAMES = ["P1", "P2", "P3"]


def random_rows(
    rng: np.random.Generator, *, n_frames: int = 120, rate_hz: float = 12.5
) -> FrameRows:
    """Return rows of three members; some frames without rows, some rows missing."""
    frame_time_s = np.arange(n_frames) / rate_hz
    time_s, member = np.repeat(frame_time_s, 3), np.tile(NAMES, n_frames)
    probability = rng.dirichlet(np.ones(7), len(time_s))
    quality = rng.random(len(time_s))
    quality[rng.random(len(time_s)) < 0.1] = 0.0
    unseen = rng.random(len(time_s)) < 0.3
    probability[unseen], quality[unseen] = np.nan, np.nan
    there = rng.random(len(time_s)) < 0.8
    return FrameRows(frame_time_s, time_s[there], member[there], probability[there], quality[there])


def slow_mean(rows: FrameRows, name: str, second: int) -> tuple[np.ndarray, float, float]:
    total, weights, qualities = np.zeros(7), 0.0, []
    for k in range(len(rows.time_s)):
        usable = not np.isnan(rows.probability[k, 0]) and rows.quality[k] > 0
        if rows.participant[k] == name and int(rows.time_s[k]) == second and usable:
            total += rows.quality[k] * rows.probability[k]
            weights += rows.quality[k]
            qualities.append(rows.quality[k])
    n_frames = sum(int(t) == second for t in rows.frame_time_s)
    if not qualities:
        return np.full(7, np.nan), 0.0 if n_frames else np.nan, np.nan
    return total / weights, len(qualities) / n_frames, float(np.mean(qualities))


def test_mean_rows_per_second_equals_slow_twin(rng: np.random.Generator) -> None:
    rows = random_rows(rng)
    means = mean_rows_per_second(rows, participants=NAMES, first_second=0, n_seconds=12)
    for second in range(12):
        for place, name in enumerate(NAMES):
            mean, coverage, quality = slow_mean(rows, name, second)
            np.testing.assert_allclose(means.probability[second, place], mean, atol=1e-12)
            np.testing.assert_allclose(means.coverage[second, place], coverage)
            np.testing.assert_allclose(means.quality[second, place], quality)


def test_mean_per_second_weighs_by_quality() -> None:
    mean, coverage, quality = mean_per_second(
        np.array([0.1, 0.2, 0.3, 1.5]),
        np.eye(7)[[0, 3, 3, 6]],
        np.array([0.6, 0.2, 0.0, 1.0]),
        n_seconds=2,
    )
    np.testing.assert_allclose(mean[0, [0, 3]], [0.75, 0.25])
    np.testing.assert_allclose(coverage, [2 / 3, 1.0])
    np.testing.assert_allclose(quality, [0.4, 1.0])


def test_seconds_without_a_usable_row_are_missing_not_zero() -> None:
    mean, coverage, quality = mean_per_second(
        np.array([0.0, 2.0]), np.full((2, 7), np.nan), np.full(2, np.nan), n_seconds=3
    )
    assert np.isnan(mean).all()
    assert np.isnan(quality).all()
    np.testing.assert_array_equal(coverage, [0.0, np.nan, 0.0])


def test_rows_of_one_frame_twice_leave_mean_as_it_was(rng: np.random.Generator) -> None:
    rows = random_rows(rng)
    twice = FrameRows(
        *(
            np.repeat(a, 2, axis=0)
            for a in (
                rows.frame_time_s,
                rows.time_s,
                rows.participant,
                rows.probability,
                rows.quality,
            )
        )
    )
    once, double = (
        mean_rows_per_second(r, participants=NAMES, first_second=0, n_seconds=10)
        for r in (rows, twice)
    )
    np.testing.assert_allclose(once.probability, double.probability, atol=1e-12)
    np.testing.assert_allclose(once.coverage, double.coverage)


def test_member_order_permutes_columns_only(rng: np.random.Generator) -> None:
    rows = random_rows(rng)
    order = [2, 0, 1]
    here = mean_rows_per_second(rows, participants=NAMES, first_second=0, n_seconds=10)
    there = mean_rows_per_second(
        rows, participants=[NAMES[k] for k in order], first_second=0, n_seconds=10
    )
    np.testing.assert_array_equal(here.probability[:, order], there.probability)


@pytest.mark.parametrize(
    ("field", "shape", "wanted"),
    [("quality", 3, r"\(2\)"), ("probability", (2, 6), r"\(2, 7\)"), ("participant", 1, r"\(2\)")],
)
def test_rows_that_do_not_belong_together_are_refused(
    field: str, shape: int | tuple[int, int], wanted: str
) -> None:
    fields = {"time_s": np.zeros(2), "participant": np.array(["P1", "P1"])}
    fields |= {"probability": np.zeros((2, 7)), "quality": np.zeros(2)}
    fields[field] = np.zeros(shape) if field != "participant" else np.array(["P1"])
    # the type checker of the tests would come first
    with jaxtyping_off(), pytest.raises(UsageError, match=f"`{field}`.*must have shape {wanted}"):
        FrameRows(frame_time_s=np.zeros(2), **fields)
