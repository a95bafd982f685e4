from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from groupaffect.faces import tight_crop
from groupaffect.faces.tight_crop import N_PASSES, place_landmarks_on_tight_crop


def test_tight_crop_starts_from_a_face_that_fills_the_still(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frames = []

    def place(grey: np.ndarray, framed_by: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        frames.append(framed_by[0])
        return framed_by + 1.0, np.array([0.9])

    monkeypatch.setattr(tight_crop, "place_landmarks", place)
    points, probability = place_landmarks_on_tight_crop(np.zeros((48, 96), dtype=np.uint8))
    assert len(frames) == N_PASSES
    jaw = np.ptp(frames[0][:, 0])
    assert jaw == pytest.approx(48 / 1.29, abs=0.01)
    assert frames[0][:, 0].mean() == pytest.approx(47.5, abs=0.5)  # of the wider side, the middle
    np.testing.assert_allclose(points, frames[0] + N_PASSES)
    assert probability == 0.9


def test_tight_crop_agrees_with_the_teacher_on_real_stills(data_dir: Path) -> None:
    table = pq.read_table(data_dir / "fer2013/valid.parquet", columns=["png"]).slice(0, 60)
    stills = [
        np.asarray(Image.open(io.BytesIO(png)).convert("L")) for png in table["png"].to_pylist()
    ]
    with np.load(data_dir / "fer2013/landmarks68_valid.npz", allow_pickle=False) as teacher:
        wanted, attempt = teacher["points_xy_px"][:60], teacher["attempt"][:60]
    errors = []
    for grey, truth in zip(stills, wanted, strict=True):
        points, _ = place_landmarks_on_tight_crop(grey)
        eyes = np.linalg.norm(truth[36:42].mean(axis=0) - truth[42:48].mean(axis=0))
        errors.append(np.linalg.norm(points - truth, axis=1).mean() / eyes)
    assert np.nanmedian(np.array(errors)[attempt == 0]) < 0.08
