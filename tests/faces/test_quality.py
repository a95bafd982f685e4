from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageFilter

from groupaffect.faces.quality import face_quality, frontality, sharpness
from groupaffect.reference_shape import REFERENCE_SHAPE_XY
from groupaffect.similarity import apply_similarity

SURE = np.ones(1)


def textured(rng: np.random.Generator, *, blur_px: float = 0.0) -> np.ndarray:
    """Return (1, 48, 48) smooth shading with fine texture, out of focus by so much."""
    x, y = np.meshgrid(np.arange(48), np.arange(48))
    grey = 128 + 60 * np.sin(x / 9) * np.cos(y / 7) + rng.normal(0, 20, (48, 48))
    picture = Image.fromarray(grey.clip(0, 255).astype(np.uint8))
    return np.asarray(picture.filter(ImageFilter.GaussianBlur(blur_px)))[None]


def face(width_px: float = 120.0) -> np.ndarray:
    return width_px * REFERENCE_SHAPE_XY[None] + 300.0


def turned(yaw_deg: float) -> np.ndarray:
    """Return the mean face turned sideways: the nose stands out, the cheeks lie behind."""
    x, y = REFERENCE_SHAPE_XY.T
    depth = 0.25 - x**2
    depth[27:36] += [0.04, 0.1, 0.15, 0.2, 0.1, 0.15, 0.2, 0.15, 0.1]
    yaw = np.deg2rad(yaw_deg)
    return np.stack([x * np.cos(yaw) + depth * np.sin(yaw), y], axis=1)[None]


def slow_sharpness(grey: np.ndarray) -> float:
    level, bends = grey.astype(float), []
    for row in range(1, len(level) - 1):
        for column in range(1, len(level) - 1):
            around = level[row - 1, column] + level[row + 1, column]
            around += level[row, column - 1] + level[row, column + 1]
            bends.append(around / 4 - level[row, column])
    return float(np.var(bends) / (np.var(level) + 1.0))


def test_sharpness_equals_slow_twin(rng: np.random.Generator) -> None:
    faces = np.concatenate([textured(rng, blur_px=blur) for blur in (0, 1, 3)])
    wanted = [slow_sharpness(grey) for grey in faces]
    np.testing.assert_allclose(sharpness(faces), wanted, rtol=1e-3)


def test_sharpness_falls_with_blur(rng: np.random.Generator) -> None:
    values = [sharpness(textured(np.random.default_rng(3), blur_px=b))[0] for b in (0, 0.7, 1.5, 3)]
    assert values == sorted(values, reverse=True)
    assert len(set(values)) == 4


def test_sharpness_does_not_depend_on_brightness_and_little_on_contrast() -> None:
    dark = (textured(np.random.default_rng(3)) // 4 * 2).astype(np.uint8)
    np.testing.assert_allclose(sharpness(dark + 60), sharpness(dark), rtol=1e-4)
    np.testing.assert_allclose(sharpness(dark // 2), sharpness(dark), rtol=0.01)


def test_sharpness_of_a_flat_face_is_zero() -> None:
    assert sharpness(np.full((1, 48, 48), 90, dtype=np.uint8)).tolist() == [0.0]


def test_frontality_falls_with_yaw_on_both_sides() -> None:
    values = [float(frontality(turned(yaw))[0]) for yaw in (0, 15, 30, 45, 60)]
    assert values[0] == pytest.approx(1.0)
    assert values == sorted(values, reverse=True)
    assert values[3] < 0.6
    other = [float(frontality(turned(-yaw))[0]) for yaw in (0, 15, 30, 45, 60)]
    np.testing.assert_allclose(other, values, atol=1e-9)


def test_frontality_worked_example_is_half_where_the_nose_is_aside_by_its_constant() -> None:
    nose_aside = REFERENCE_SHAPE_XY[None].copy()
    eyes = nose_aside[0, 42:48, 0].mean() - nose_aside[0, 36:42, 0].mean()
    nose_aside[0, 30, 0] = 0.35 * eyes
    assert frontality(nose_aside)[0] == pytest.approx(0.5, abs=0.01)  # the fit gives way a little


def test_frontality_does_not_depend_on_place_size_and_roll() -> None:
    move = np.array([[[30.0, -40.0, 500.0], [40.0, 30.0, 70.0]]])
    shape = turned(25)
    np.testing.assert_allclose(frontality(apply_similarity(move, shape)), frontality(shape))


def test_face_quality_of_a_large_sharp_frontal_face_is_how_sure_it_is(
    rng: np.random.Generator,
) -> None:
    quality = face_quality(
        textured(rng), face(), face_probability=np.array([0.8]), fit_probability=np.array([0.5])
    )
    np.testing.assert_allclose(quality, [0.4], atol=1e-6)


@pytest.mark.parametrize(("width_px", "wanted"), [(12.0, 0.25), (24.0, 0.5), (48.0, 1), (96.0, 1)])
def test_face_quality_grows_with_size_up_to_the_crops(
    rng: np.random.Generator, width_px: float, wanted: float
) -> None:
    quality = face_quality(
        textured(rng), face(width_px), face_probability=SURE, fit_probability=SURE
    )
    np.testing.assert_allclose(quality, [wanted], atol=1e-6)


def test_face_quality_falls_with_blur_but_never_to_zero() -> None:
    faces = [textured(np.random.default_rng(3), blur_px=blur) for blur in (0.5, 1.5, 3)]
    quality = [
        face_quality(grey, face(), face_probability=SURE, fit_probability=SURE)[0] for grey in faces
    ]
    assert quality == sorted(quality, reverse=True)
    assert quality[0] > quality[2]
    flat = np.full((1, 48, 48), 90, dtype=np.uint8)
    assert face_quality(flat, face(), face_probability=SURE, fit_probability=SURE)[
        0
    ] == pytest.approx(0.1)


def test_face_quality_falls_as_the_face_turns_away(rng: np.random.Generator) -> None:
    grey = textured(rng)
    frontal, aside = (
        face_quality(grey, 120 * turned(yaw), face_probability=SURE, fit_probability=SURE)[0]
        for yaw in (0, 30)
    )
    assert aside / frontal == pytest.approx(frontality(turned(30))[0])


def test_face_quality_is_between_zero_and_one(rng: np.random.Generator) -> None:
    grey = rng.integers(0, 256, (50, 48, 48), dtype=np.uint8)
    shapes = rng.normal(0, 50, (50, 68, 2))
    quality = face_quality(
        grey, shapes, face_probability=rng.random(50), fit_probability=rng.random(50)
    )
    assert ((quality >= 0) & (quality <= 1)).all()


def test_face_quality_of_no_face_is_empty() -> None:
    empty = np.empty((0, 48, 48), dtype=np.uint8)
    assert (
        len(
            face_quality(
                empty,
                np.empty((0, 68, 2)),
                face_probability=np.empty(0),
                fit_probability=np.empty(0),
            )
        )
        == 0
    )
