from __future__ import annotations

import numpy as np
import pytest

from groupaffect.similarity import apply_similarity, fit_similarity, similarity_scale


def slow_fit(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Solve x' = a x - b y + c, y' = b x + a y + d by general least squares."""
    rows, wanted = [], []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows += [[x, -y, 1.0, 0.0], [y, x, 0.0, 1.0]]
        wanted += [u, v]
    a, b, c, d = np.linalg.lstsq(np.array(rows), np.array(wanted), rcond=None)[0]
    return np.array([[a, -b, c], [b, a, d]])


def random_transforms(rng: np.random.Generator, n: int) -> np.ndarray:
    angle, scale = rng.uniform(-np.pi, np.pi, n), rng.uniform(0.2, 5.0, n)
    cosine, sine = scale * np.cos(angle), scale * np.sin(angle)
    shift = rng.normal(0, 50, (2, n))
    rows = [cosine, -sine, shift[0], sine, cosine, shift[1]]
    return np.stack(rows, axis=1).reshape(n, 2, 3)


@pytest.mark.parametrize("n_points", [2, 5, 68])
def test_fit_similarity_equals_least_squares(rng: np.random.Generator, n_points: int) -> None:
    source, target = rng.normal(100, 30, (2, 6, n_points, 2))
    fitted = fit_similarity(source, target)
    for face in range(6):
        np.testing.assert_allclose(fitted[face], slow_fit(source[face], target[face]), atol=1e-8)


def test_fit_similarity_of_exact_images_finds_the_transform(rng: np.random.Generator) -> None:
    wanted = random_transforms(rng, 9)
    source = rng.normal(0, 20, (9, 7, 2))
    np.testing.assert_allclose(
        fit_similarity(source, apply_similarity(wanted, source)), wanted, atol=1e-9
    )


def test_fit_similarity_of_mirrored_points_does_not_reflect(rng: np.random.Generator) -> None:
    source = rng.normal(0, 1, (4, 10, 2))
    fitted = fit_similarity(source, source * [-1.0, 1.0])
    assert (np.linalg.det(fitted[:, :, :2]) > 0).all()


def test_fit_similarity_single_precision_far_from_origin_stays_exact() -> None:
    corners = np.array([[[4000, 3000], [4001, 3000], [4001, 3001]]], dtype=np.float32)
    fitted = fit_similarity(corners, corners)
    np.testing.assert_allclose(fitted[0], [[1, 0, 0], [0, 1, 0]], atol=1e-6)


def test_fit_similarity_degenerate_or_missing_source_is_missing(rng: np.random.Generator) -> None:
    source = np.ones((3, 5, 2))
    source[1] = np.nan
    source[2] = rng.normal(0, 1, (5, 2))
    missing = np.isnan(fit_similarity(source, rng.normal(0, 1, (3, 5, 2)))).all(axis=(1, 2))
    assert missing.tolist() == [True, True, False]


def test_fit_similarity_each_face_alone_is_the_same(rng: np.random.Generator) -> None:
    source, target = rng.normal(0, 1, (2, 5, 6, 2))
    together = fit_similarity(source, target)
    for face in range(5):
        alone = fit_similarity(source[face : face + 1], target[face : face + 1])
        np.testing.assert_allclose(together[face], alone[0], atol=1e-12)


def test_apply_similarity_equals_matrix_times_each_point(rng: np.random.Generator) -> None:
    transform, xy = random_transforms(rng, 3), rng.normal(0, 9, (3, 4, 2))
    mapped = apply_similarity(transform, xy)
    for face, point in np.ndindex(3, 4):
        x, y = xy[face, point]
        wanted = transform[face] @ np.array([x, y, 1.0])
        np.testing.assert_allclose(mapped[face, point], wanted, atol=1e-10)


def test_similarity_scale_is_how_lengths_grow(rng: np.random.Generator) -> None:
    transform, xy = random_transforms(rng, 8), rng.normal(0, 9, (8, 2, 2))
    grown = np.linalg.norm(np.diff(apply_similarity(transform, xy), axis=1), axis=2)[:, 0]
    before = np.linalg.norm(np.diff(xy, axis=1), axis=2)[:, 0]
    np.testing.assert_allclose(similarity_scale(transform), grown / before, atol=1e-10)
