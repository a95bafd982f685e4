from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from groupaffect.training.backgrounds import clear_of_faces, cut_backgrounds


def test_backgrounds_of_pictures_without_faces(tmp_path: Path, rng: np.random.Generator) -> None:
    (tmp_path / "walls").mkdir()
    for name in ("1.png", "2.png"):
        Image.fromarray(rng.integers(90, 110, (120, 160, 3), dtype=np.uint8)).save(
            tmp_path / "walls" / name
        )
    patches = cut_backgrounds([tmp_path / "walls"], per_frame=5, every=1)
    assert patches.shape == (10, 96, 96)
    assert 85 < patches.mean() < 115
    again = cut_backgrounds([tmp_path / "walls"], per_frame=5, every=1)
    np.testing.assert_array_equal(patches, again)


def test_backgrounds_keep_clear_of_each_face_by_the_larger_side() -> None:
    face = np.array([[0.0, 0.0, 10.0, 10.0]])  # frames 16 px: clear beyond 8.8 px
    centre = np.array([[5.0, 13.0], [5.0, 14.0], [5.0, 14.0], [5.0, 40.0]])
    side = np.array([4.0, 4.0, 30.0, 30.0])
    clear = clear_of_faces(centre, side, box_xyxy_px=face)
    assert clear.tolist() == [False, True, False, True]
    assert clear_of_faces(centre, side, box_xyxy_px=np.empty((0, 4))).all()
