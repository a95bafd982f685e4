from __future__ import annotations

import numpy as np

from faces.drawn_faces import HEIGHT_PX, WIDTH_PX
from groupaffect.faces.crops import crop_to_picture, cut_crops
from groupaffect.faces.track import align_faces, likeness
from groupaffect.reference_shape import IMAGE_FRAME, REFERENCE_SHAPE_XY


def crops(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.integers(0, 256, (n, 48, 48), dtype=np.uint8)


def test_likeness_equals_the_correlation_of_numpy(rng: np.random.Generator) -> None:
    before, after = crops(rng, 5), crops(rng, 5)
    after[2:] = (before[2:] // 2 + after[2:] // 2).astype(np.uint8)
    wanted = [np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(before, after, strict=True)]
    np.testing.assert_allclose(likeness(before, after), wanted, atol=1e-4)


def test_likeness_does_not_depend_on_light(rng: np.random.Generator) -> None:
    before = crops(rng, 3) // 2
    np.testing.assert_allclose(likeness(before, before + 60), 1.0, atol=1e-5)
    np.testing.assert_allclose(likeness(before, 2 * before), 1.0, atol=1e-5)


def test_likeness_of_strangers_is_far_below_that_of_a_face_a_pixel_on() -> None:
    x, y = np.meshgrid(np.arange(49), np.arange(48))
    face = (128 + 60 * np.sin(x / 4) * np.cos(y / 3)).astype(np.uint8)
    other = (128 + 60 * np.cos(x / 5) * np.sin(y / 6)).astype(np.uint8)
    same, stranger = (
        likeness(face[None, :, :48], picture[None, :, 1:])[0] for picture in (face, other)
    )
    assert same > 0.9
    assert stranger < 0.3


def test_align_faces_cuts_what_the_image_model_sees(rng: np.random.Generator) -> None:
    grey = rng.integers(0, 256, (HEIGHT_PX, WIDTH_PX), dtype=np.uint8)
    points = 80 * REFERENCE_SHAPE_XY[None] + 220.0
    transform = crop_to_picture(IMAGE_FRAME, points, rigid_only=True)
    wanted = cut_crops(grey, transform, size_px=IMAGE_FRAME.size_px)
    np.testing.assert_array_equal(align_faces(grey, points), wanted)
