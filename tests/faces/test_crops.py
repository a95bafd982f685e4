from __future__ import annotations

import numpy as np
import pytest

from groupaffect.faces.crops import crop_to_picture, cut_crops
from groupaffect.reference_shape import (
    FIVE_POINT_REFERENCE_XY,
    IMAGE_FRAME,
    LANDMARK_FRAME,
    REFERENCE_SHAPE_XY,
    CropFrame,
)
from groupaffect.similarity import apply_similarity, similarity_scale

MOVE = np.array([[[1.2, -0.3, 40.0], [0.3, 1.2, 55.0]]])


def similarity(scale: float, angle_deg: float, x: float, y: float) -> np.ndarray:
    angle = np.deg2rad(angle_deg)
    cosine, sine = scale * np.cos(angle), scale * np.sin(angle)
    return np.array([[[cosine, -sine, x], [sine, cosine, y]]])


def slow_sample(grey: np.ndarray, x: float, y: float) -> float:
    """Mix the four pixels around a place; the picture's edge pixels go on for ever."""
    height, width = grey.shape
    x, y = min(max(x, 0.0), width - 1.0), min(max(y, 0.0), height - 1.0)
    column, row = int(x), int(y)
    right, below = min(column + 1, width - 1), min(row + 1, height - 1)
    u, v = x - column, y - row
    upper = (1 - u) * float(grey[row, column]) + u * float(grey[row, right])
    lower = (1 - u) * float(grey[below, column]) + u * float(grey[below, right])
    return (1 - v) * upper + v * lower


def slow_crop(grey: np.ndarray, transform: np.ndarray, size_px: int) -> np.ndarray:
    crop = np.empty((size_px, size_px))
    for row, column in np.ndindex(size_px, size_px):
        x, y = transform @ np.array([column, row, 1.0])
        crop[row, column] = slow_sample(grey, x, y)
    return crop


@pytest.mark.parametrize(
    "transform",
    [
        pytest.param(similarity(0.7, 20, 30, 40), id="enlarged"),
        pytest.param(similarity(1.9, -35, 20, 60), id="shrunk-a-little"),
        pytest.param(similarity(1.3, 170, 10, 15), id="partly-outside"),
        pytest.param(similarity(1.0, 0, -90, 300), id="wholly-outside"),
    ],
)
def test_cut_crops_equals_slow_twin(rng: np.random.Generator, transform: np.ndarray) -> None:
    grey = rng.integers(0, 256, (90, 110), dtype=np.uint8)
    crop = cut_crops(grey, transform, size_px=16)[0]
    # Pillow cuts fractions of a grey level off
    np.testing.assert_allclose(crop, slow_crop(grey, transform[0], 16), atol=1.05)


@pytest.mark.parametrize("shape", [(1, 1), (1, 30), (30, 1), (2, 2)])
def test_cut_crops_of_a_narrow_picture_equals_slow_twin(
    rng: np.random.Generator, shape: tuple[int, int]
) -> None:
    grey = rng.integers(0, 256, shape, dtype=np.uint8)
    transform = similarity(0.6, 15, 1, 0)
    crop = cut_crops(grey, transform, size_px=8)[0]
    np.testing.assert_allclose(crop, slow_crop(grey, transform[0], 8), atol=1.05)


@pytest.mark.parametrize("shrink", [2, 3, 5])
def test_cut_crops_that_shrink_are_box_means(rng: np.random.Generator, shrink: int) -> None:
    grey = rng.integers(0, 256, (100, 100), dtype=np.uint8)
    first = 2 * shrink  # of the crop's first block of pixels
    middle = first + (shrink - 1) / 2
    crop = cut_crops(grey, similarity(shrink, 0, middle, middle), size_px=8)[0]
    for row, column in np.ndindex(8, 8):
        top, left = first + row * shrink, first + column * shrink
        wanted = grey[top : top + shrink, left : left + shrink].mean()
        assert abs(float(crop[row, column]) - wanted) <= 1.0


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.4, 3.7, 6.1])
@pytest.mark.parametrize("axis", [0, 1], ids=["x", "y"])
def test_cut_crops_of_a_ramp_is_the_ramp_up_to_the_rim(scale: float, axis: int) -> None:
    places = np.arange(200)
    ramp = np.tile(np.clip(4 * (places - 90), 0, 255).astype(np.uint8), (200, 1))
    transform = similarity(scale, 10, 100, 100)
    crop = cut_crops(ramp if axis == 0 else ramp.T, transform, size_px=8)[0]
    for row, column in np.ndindex(8, 8):
        at = float((transform[0] @ [column, row, 1.0])[axis])
        assert abs(float(crop[row, column]) - 4 * (at - 90)) < 2.0  # two cut fractions


def test_cut_crops_past_the_border_repeat_the_edge() -> None:
    grey = np.zeros((20, 20), dtype=np.uint8)
    grey[:, 0] = 200
    crop = cut_crops(grey, similarity(1.0, 0, -6, 4), size_px=8)[0]
    assert (crop[:, :7] == 200).all()
    assert (crop[:, 7] == 0).all()


@pytest.mark.parametrize("scale", [0.8, 2.6])
def test_cut_crops_move_with_the_picture(rng: np.random.Generator, scale: float) -> None:
    grey = rng.integers(0, 256, (120, 120), dtype=np.uint8)
    moved = np.zeros((160, 160), dtype=np.uint8)
    moved[17:137, 23:143] = grey
    transform = similarity(scale, 8, 40, 35)
    also_moved = transform + np.array([[[0, 0, 23.0], [0, 0, 17.0]]])
    np.testing.assert_allclose(
        cut_crops(grey, transform, size_px=16).astype(int),
        cut_crops(moved, also_moved, size_px=16).astype(int),
        atol=1,
    )


def test_cut_crops_of_many_faces_equal_each_alone(rng: np.random.Generator) -> None:
    grey = rng.integers(0, 256, (80, 80), dtype=np.uint8)
    transforms = np.concatenate([similarity(s, 30 * s, 30, 30) for s in (0.5, 1.0, 2.5)])
    together = cut_crops(grey, transforms, size_px=12)
    assert together.shape == (3, 12, 12)
    for crop, transform in zip(together, transforms, strict=True):
        np.testing.assert_array_equal(crop, cut_crops(grey, transform[None], size_px=12)[0])


def test_cut_crops_of_no_face_are_none() -> None:
    grey = np.zeros((10, 10), dtype=np.uint8)
    assert cut_crops(grey, np.empty((0, 2, 3)), size_px=12).shape == (0, 12, 12)


@pytest.mark.parametrize("frame", [IMAGE_FRAME, LANDMARK_FRAME], ids=["image", "landmark"])
@pytest.mark.parametrize("rigid_only", [False, True])
def test_crop_to_picture_puts_a_mean_face_on_its_frame(frame: CropFrame, rigid_only: bool) -> None:
    face = apply_similarity(MOVE * 60, REFERENCE_SHAPE_XY[None])
    transform = crop_to_picture(frame, face, rigid_only=rigid_only)
    crop_xy = frame.reference_to_crop(REFERENCE_SHAPE_XY)[None]
    np.testing.assert_allclose(apply_similarity(transform, crop_xy), face, atol=1e-8)


def test_crop_to_picture_by_five_points_frames_like_68() -> None:
    face = apply_similarity(MOVE * 60, REFERENCE_SHAPE_XY[None])
    five = apply_similarity(MOVE * 60, FIVE_POINT_REFERENCE_XY[None])
    np.testing.assert_allclose(
        crop_to_picture(LANDMARK_FRAME, five), crop_to_picture(LANDMARK_FRAME, face), atol=1e-8
    )


def test_crop_to_picture_rigid_only_is_not_moved_by_the_mouth() -> None:
    face = apply_similarity(MOVE * 60, REFERENCE_SHAPE_XY[None])
    laughing = face.copy()
    laughing[:, 48:] += [0.0, 12.0]
    still, open_mouth = (
        crop_to_picture(IMAGE_FRAME, shape, rigid_only=True) for shape in (face, laughing)
    )
    np.testing.assert_array_equal(still, open_mouth)
    assert similarity_scale(crop_to_picture(IMAGE_FRAME, laughing)) != similarity_scale(still)


def test_crop_to_picture_of_a_missing_face_is_missing() -> None:
    assert np.isnan(crop_to_picture(IMAGE_FRAME, np.full((1, 68, 2), np.nan))).all()
