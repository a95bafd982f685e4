from __future__ import annotations

import numpy as np
import pytest

from groupaffect.reference_shape import (
    FIVE_POINT_REFERENCE_XY,
    IMAGE_FRAME,
    LANDMARK_FRAME,
    LEFT_EYE,
    MIRROR_ORDER,
    REFERENCE_SHAPE_XY,
    RIGHT_EYE,
    RIGID_POINTS,
    CropFrame,
    five_points,
)

FRAMES = pytest.mark.parametrize("frame", [IMAGE_FRAME, LANDMARK_FRAME], ids=["image", "landmark"])


def test_reference_shape_is_its_own_mirror_image() -> None:
    mirrored = REFERENCE_SHAPE_XY[MIRROR_ORDER] * [-1.0, 1.0]
    np.testing.assert_allclose(mirrored, REFERENCE_SHAPE_XY, atol=1e-9)


def test_mirror_order_twice_is_the_same_order() -> None:
    assert MIRROR_ORDER[MIRROR_ORDER].tolist() == list(range(68))


def test_mirror_order_swaps_the_eyes_and_keeps_the_rigid_points() -> None:
    places = np.arange(68)
    assert set(MIRROR_ORDER[LEFT_EYE]) == set(places[RIGHT_EYE])
    assert set(MIRROR_ORDER[RIGID_POINTS]) == set(places[RIGID_POINTS])


def test_reference_shape_has_a_jaw_of_one_and_level_eyes() -> None:
    jaw = REFERENCE_SHAPE_XY[16] - REFERENCE_SHAPE_XY[0]
    assert np.linalg.norm(jaw) == pytest.approx(1.0, abs=2e-3)  # ends a little inside the widest
    eyes = five_points(REFERENCE_SHAPE_XY)[:2]
    assert eyes[0, 1] == pytest.approx(eyes[1, 1])
    low, high = REFERENCE_SHAPE_XY.min(axis=0), REFERENCE_SHAPE_XY.max(axis=0)
    np.testing.assert_allclose((low + high) / 2, 0.0, atol=1e-4)


def test_five_points_are_eyes_nose_and_mouth_as_the_viewer_sees_them() -> None:
    left_eye, right_eye, nose, left_mouth, right_mouth = FIVE_POINT_REFERENCE_XY
    assert left_eye[0] < nose[0] < right_eye[0]
    assert left_mouth[0] < right_mouth[0]
    assert left_eye[1] < nose[1] < left_mouth[1]


def test_five_points_of_many_shapes_equal_each_alone(rng: np.random.Generator) -> None:
    shapes = rng.normal(0, 1, (3, 68, 2))
    for shape, five in zip(shapes, five_points(shapes), strict=True):
        wanted = [shape[36:42].mean(0), shape[42:48].mean(0), shape[30], shape[48], shape[54]]
        np.testing.assert_allclose(five, wanted)


@FRAMES
def test_crop_frame_there_and_back_is_the_same(frame: CropFrame, rng: np.random.Generator) -> None:
    xy = rng.normal(0, 1, (4, 68, 2))
    there_and_back = frame.crop_to_reference(frame.reference_to_crop(xy))
    np.testing.assert_allclose(there_and_back, xy, atol=1e-12)


@FRAMES
def test_crop_frame_corners_are_half_a_pixel_outside(frame: CropFrame) -> None:
    half = frame.side / 2
    corners = np.array([[-half, frame.centre_y - half], [half, frame.centre_y + half]])
    wanted = [[-0.5, -0.5], [frame.size_px - 0.5, frame.size_px - 0.5]]
    np.testing.assert_allclose(frame.reference_to_crop(corners), wanted, atol=1e-12)


def test_landmark_frame_holds_the_whole_reference_shape() -> None:
    crop_xy = LANDMARK_FRAME.reference_to_crop(REFERENCE_SHAPE_XY)
    assert crop_xy.min() > 4
    assert crop_xy.max() < LANDMARK_FRAME.size_px - 5
