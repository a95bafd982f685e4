from __future__ import annotations

import math

import numpy as np
import pytest

from groupaffect.expression.landmark_features import N_FEATURES, describe_landmarks
from groupaffect.reference_shape import MIRROR_ORDER, REFERENCE_SHAPE_XY
from groupaffect.similarity import apply_similarity


def random_faces(rng: np.random.Generator, n: int) -> np.ndarray:
    return REFERENCE_SHAPE_XY + rng.normal(0, 0.03, (n, 68, 2))


def slow_describe(shape: np.ndarray) -> list[float]:
    """Turn one face upright by least squares, then go through its points."""
    rows, wanted = [], []
    for (x, y), (u, v) in zip(shape.tolist(), REFERENCE_SHAPE_XY.tolist(), strict=True):
        rows += [[x, -y, 1.0, 0.0], [y, x, 0.0, 1.0]]
        wanted += [u, v]
    a, b, c, d = np.linalg.lstsq(np.array(rows), np.array(wanted), rcond=None)[0].tolist()
    upright = [(a * x - b * y + c, b * x + a * y + d) for x, y in shape.tolist()]
    middle = [sum(p[k] for p in upright) / 68 for k in (0, 1)]
    reference_middle = REFERENCE_SHAPE_XY.mean(axis=0)
    xs, ys, distances, angles = [], [], [], []
    for point, reference in zip(upright, REFERENCE_SHAPE_XY, strict=True):
        x, y = point[0] - middle[0], point[1] - middle[1]
        u, v = reference - reference_middle
        turn = math.atan2(y, x) - math.atan2(v, u)
        while turn >= math.pi:
            turn -= 2 * math.pi
        while turn < -math.pi:
            turn += 2 * math.pi
        xs.append(x)
        ys.append(y)
        distances.append(math.sqrt(x * x + y * y))
        angles.append(turn)
    return xs + ys + distances + angles


def test_describe_landmarks_equals_slow_twin(rng: np.random.Generator) -> None:
    shapes = 80 * random_faces(rng, 5) + [300.0, 200.0]
    for shape, features in zip(shapes, describe_landmarks(shapes), strict=True):
        np.testing.assert_allclose(features, slow_describe(shape), atol=1e-5)


@pytest.mark.parametrize(
    "move",
    [
        pytest.param([[1.0, 0, 500], [0, 1, -80]], id="shifted"),
        pytest.param([[37.0, 0, 0], [0, 37, 0]], id="enlarged"),
        pytest.param([[0.8, -0.6, 0], [0.6, 0.8, 0]], id="rolled"),
        pytest.param([[-90.0, 0.0, 640], [0.0, -90.0, 480]], id="upside-down"),
    ],
)
def test_describe_landmarks_does_not_depend_on_place_size_and_roll(
    rng: np.random.Generator, move: list[list[float]]
) -> None:
    shapes = random_faces(rng, 6)
    moved = apply_similarity(np.repeat(np.array([move], float), 6, axis=0), shapes)
    np.testing.assert_allclose(describe_landmarks(moved), describe_landmarks(shapes), atol=1e-5)


def test_describe_landmarks_of_a_mirrored_face_negates_x_and_angle(
    rng: np.random.Generator,
) -> None:
    shapes = random_faces(rng, 6)
    mirrored = describe_landmarks(shapes[:, MIRROR_ORDER] * [-1.0, 1.0]).reshape(6, 4, 68)
    wanted = describe_landmarks(shapes).reshape(6, 4, 68)[:, :, MIRROR_ORDER]
    x, y, distance, angle = np.moveaxis(wanted, 1, 0)
    # points near the middle line look up or down, where a mirror image turns the other way
    np.testing.assert_allclose(mirrored, np.stack([-x, y, distance, -angle], axis=1), atol=1e-4)


def test_describe_landmarks_of_a_missing_face_is_missing(rng: np.random.Generator) -> None:
    shapes = random_faces(rng, 3)
    shapes[1] = np.nan
    features = describe_landmarks(shapes)
    assert np.isnan(features).all(axis=1).tolist() == [False, True, False]
    assert np.isfinite(features[[0, 2]]).all()


def test_describe_landmarks_angles_are_small_where_the_face_is_near_the_mean(
    rng: np.random.Generator,
) -> None:
    features = describe_landmarks(REFERENCE_SHAPE_XY + rng.normal(0, 0.002, (50, 68, 2)))
    far = np.hypot(*(REFERENCE_SHAPE_XY - REFERENCE_SHAPE_XY.mean(axis=0)).T) > 0.1
    assert np.abs(features[:, 204:][:, far]).max() < 0.2  # no jump at the left of the centre
    assert features.shape == (50, N_FEATURES)
    assert features.dtype == np.float32


def test_describe_landmarks_of_no_face_is_empty() -> None:
    assert describe_landmarks(np.empty((0, 68, 2))).shape == (0, N_FEATURES)
