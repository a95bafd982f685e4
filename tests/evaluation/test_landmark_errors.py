from __future__ import annotations

import math
import statistics

import numpy as np
import pytest

from groupaffect.evaluation.landmark_errors import measure_landmarks
from groupaffect.reference_shape import REFERENCE_SHAPE_XY


def slow_errors(placed: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """Measure one point at a time."""
    whole, inner, n_over = [], [], 0
    for face, wanted in zip(placed, truth, strict=True):
        if np.isnan(face).any():
            n_over += 1
            continue
        left = [sum(wanted[p][axis] for p in range(36, 42)) / 6 for axis in (0, 1)]
        right = [sum(wanted[p][axis] for p in range(42, 48)) / 6 for axis in (0, 1)]
        apart = math.dist(left, right)
        errors = [math.dist(face[p], wanted[p]) / apart for p in range(68)]
        whole.append(sum(errors) / 68)
        inner.append(sum(errors[17:]) / 51)
        n_over += whole[-1] > 0.08
    return {
        "n": len(truth),
        "n_no_face": len(truth) - len(whole),
        "mean": statistics.fmean(whole),
        "median": statistics.median(whole),
        "mean_inner51": statistics.fmean(inner),
        "median_inner51": statistics.median(inner),
        "share_over_8": n_over / len(truth),
    }


def faces(rng: np.random.Generator, n: int = 40) -> tuple[np.ndarray, np.ndarray]:
    truth = 90 * (REFERENCE_SHAPE_XY + rng.normal(0, 0.03, (n, 68, 2))) + 200
    noise_px = rng.uniform(0.5, 6, (n, 1, 1))
    return truth + noise_px * rng.normal(size=truth.shape), truth


def test_errors_equal_slow_twin(rng: np.random.Generator) -> None:
    placed, truth = faces(rng)
    placed[::7] = np.nan
    errors, slow = measure_landmarks(placed, truth), slow_errors(placed, truth)
    assert 0.2 < slow["share_over_8"] < 0.9
    for name, wanted in slow.items():
        assert getattr(errors, name) == pytest.approx(wanted), name


def test_errors_do_not_depend_on_size_and_place(rng: np.random.Generator) -> None:
    placed, truth = faces(rng)
    moved = measure_landmarks(3 * placed - 50, 3 * truth - 50)
    assert moved.mean == pytest.approx(measure_landmarks(placed, truth).mean)


def test_errors_of_the_jaw_are_not_inner() -> None:
    truth = 90 * REFERENCE_SHAPE_XY[None]
    placed = truth.copy()
    placed[:, :17] += 30
    errors = measure_landmarks(placed, truth)
    assert errors.mean > 0.1
    assert errors.mean_inner51 == 0.0


def test_errors_without_any_face_found_are_missing_and_all_failures() -> None:
    truth = np.stack([REFERENCE_SHAPE_XY] * 3)
    errors = measure_landmarks(np.full_like(truth, np.nan), truth)
    assert (errors.n, errors.n_no_face, errors.share_over_8) == (3, 3, 1.0)
    assert np.isnan([errors.mean, errors.median, errors.mean_inner51, errors.median_inner51]).all()
