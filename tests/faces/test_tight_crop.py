from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from groupaffect.faces import tight_crop
from groupaffect.faces.landmarker import PlacedFaces
from groupaffect.faces.tight_crop import N_PASSES, place_landmarks_on_tight_crop


def test_tight_crop_starts_from_a_face_that_fills_the_still(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frames = []

    def place(grey: np.ndarray, framed_by: np.ndarray, *, network: str) -> PlacedFaces:
        frames.append(framed_by[0])
        return PlacedFaces(framed_by + 1.0, np.array([0.9]), np.array([0.8]))

    monkeypatch.setattr(tight_crop, "place_landmarks", place)
    placed = place_landmarks_on_tight_crop(np.zeros((48, 96), dtype=np.uint8))
    assert len(frames) == N_PASSES
    jaw = np.ptp(frames[0][:, 0])
    assert jaw == pytest.approx(48 / 1.29, abs=0.01)
    assert frames[0][:, 0].mean() == pytest.approx(47.5, abs=0.5)  # of the wider side, the middle
    np.testing.assert_allclose(placed.points_xy_px[0], frames[0] + N_PASSES)
    assert placed.face_probability.tolist() == [0.9]


def test_tight_crop_agrees_with_the_teacher_on_real_stills(data_dir: Path) -> None:
    table = pq.read_table(data_dir / "fer2013/valid.parquet", columns=["png"]).slice(0, 60)
    stills = [
        np.asarray(Image.open(io.BytesIO(png)).convert("L")) for png in table["png"].to_pylist()
    ]
    with np.load(data_dir / "fer2013/landmarks68_valid.npz", allow_pickle=False) as teacher:
        wanted, attempt = teacher["points_xy_px"][:60], teacher["attempt"][:60]
    errors = []
    for grey, truth in zip(stills, wanted, strict=True):
        points = place_landmarks_on_tight_crop(grey).points_xy_px[0]
        eyes = np.linalg.norm(truth[36:42].mean(axis=0) - truth[42:48].mean(axis=0))
        errors.append(np.linalg.norm(points - truth, axis=1).mean() / eyes)
    assert np.nanmedian(np.array(errors)[attempt == 0]) < 0.08
