from __future__ import annotations

import math

import numpy as np
import pytest

from groupaffect.evaluation.jitter import point_jitter
from groupaffect.reference_shape import REFERENCE_SHAPE_XY

SHAPE = 100 * REFERENCE_SHAPE_XY
APART = math.dist(SHAPE[36:42].mean(axis=0), SHAPE[42:48].mean(axis=0))


def test_jitter_equals_slow_twin(rng: np.random.Generator) -> None:
    points = SHAPE + rng.normal(0, 1, (12, 68, 2)) + rng.normal(0, 3, (12, 1, 2))
    points[5] = np.nan
    index = np.array([0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 13, 14])
    tremble, travel = [], []
    for at in (1, 2, 3, 7, 10):  # 4, 5 and 6 touch the gap; 8 and 9 follow no neighbour
        eyes = [points[at, eye].mean(axis=0) for eye in (slice(36, 42), slice(42, 48))]
        apart = math.dist(*eyes)
        middle = (points[at - 1] + points[at + 1]) / 2
        off = [math.dist(a, b) for a, b in zip(points[at], middle, strict=True)]
        tremble.append(sum(off) / 68 / apart)
        travel.append(math.dist(points[at + 1].mean(axis=0), points[at - 1].mean(axis=0)) / apart)
    found = point_jitter(points, index)
    assert found.n == 5
    assert found.all_frames == pytest.approx(np.median(tremble))
    limit = np.quantile(travel, 0.25)
    still = [t for t, moved in zip(tremble, travel, strict=True) if moved <= limit]
    assert found.still_frames == pytest.approx(np.median(still))


def test_jitter_of_independent_errors_is_their_size_times_root_one_and_a_half(
    rng: np.random.Generator,
) -> None:
    points = SHAPE + rng.normal(0, 1, (300, 68, 2))
    rayleigh = math.sqrt(math.pi / 2)  # mean length of an error with sd 1 on each axis
    wanted = math.sqrt(1.5) * rayleigh / APART
    assert point_jitter(points, np.arange(300)).all_frames == pytest.approx(wanted, rel=0.03)


def test_jitter_of_even_motion_is_none_and_of_one_frame_unknown() -> None:
    moving = SHAPE + np.arange(10.0)[:, None, None]
    assert point_jitter(moving, np.arange(10)).all_frames == pytest.approx(0, abs=1e-12)
    alone = point_jitter(moving[:1], np.arange(1))
    assert alone.n == 0
    assert math.isnan(alone.still_frames)
