from __future__ import annotations

import numpy as np
import pytest

from groupaffect.fusion.mix import fuse

MISSING = np.full(7, np.nan)


def slow_fuse(image: np.ndarray, landmark: np.ndarray, weight: float) -> np.ndarray:
    if np.isnan(image).any() and np.isnan(landmark).any():
        return MISSING
    if np.isnan(image).any():
        return landmark
    if np.isnan(landmark).any():
        return image
    mixed = np.array([weight * a + (1 - weight) * b for a, b in zip(image, landmark, strict=True)])
    return np.asarray(mixed / mixed.sum())


def random_pair(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    image, landmark = rng.dirichlet(np.ones(7), (2, 20, 3))
    image[rng.random((20, 3)) < 0.3] = np.nan
    landmark[rng.random((20, 3)) < 0.3] = np.nan
    return image, landmark


def test_fuse_equals_slow_twin(rng: np.random.Generator) -> None:
    image, landmark = random_pair(rng)
    weight = rng.random((20, 3))
    fused = fuse(image, landmark, weight)
    for place in np.ndindex(20, 3):
        wanted = slow_fuse(image[place], landmark[place], float(weight[place]))
        np.testing.assert_allclose(fused[place], wanted, atol=1e-12)


@pytest.mark.parametrize("weight", [0.0, 0.3, 1.0])
def test_fuse_one_missing_model_equals_other(rng: np.random.Generator, weight: float) -> None:
    present = rng.dirichlet(np.ones(7))
    np.testing.assert_allclose(fuse(present, MISSING, weight), present, atol=1e-12)
    np.testing.assert_allclose(fuse(MISSING, present, weight), present, atol=1e-12)


def test_fuse_both_missing_is_missing() -> None:
    assert np.isnan(fuse(MISSING, MISSING, 0.5)).all()


def test_fuse_swapped_models_and_weights_is_the_same(rng: np.random.Generator) -> None:
    image, landmark = random_pair(rng)
    np.testing.assert_allclose(fuse(image, landmark, 0.3), fuse(landmark, image, 0.7), atol=1e-12)


def test_fuse_emotion_order_permutes_columns_only(rng: np.random.Generator) -> None:
    (image, landmark), order = random_pair(rng), [3, 6, 0, 5, 1, 2, 4]
    np.testing.assert_allclose(
        fuse(image[..., order], landmark[..., order], 0.3),
        fuse(image, landmark, 0.3)[..., order],
        atol=1e-12,
    )


def test_fuse_renormalises_single_precision(rng: np.random.Generator) -> None:
    image, landmark = rng.dirichlet(np.ones(7), (2, 50)).astype(np.float32)
    np.testing.assert_allclose(fuse(image, landmark, 0.3).sum(axis=1), 1.0, atol=1e-12)
