from __future__ import annotations

import dataclasses
import io
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from evaluation.made_sets import FACE_POINTS, noise
from groupaffect import stills
from groupaffect.expression.image_model import image_logits
from groupaffect.expression.landmark_model import landmark_logits
from groupaffect.faces.detections import Detections
from groupaffect.faces.landmarker import PlacedFaces
from groupaffect.faces.layout import Layout
from groupaffect.faces.looking import Look
from groupaffect.faces.tight_crop import place_landmarks_on_tight_crop
from groupaffect.fusion.learned_gate import load_gate
from groupaffect.reference_shape import REFERENCE_SHAPE_XY, five_points
from groupaffect.settings import ExpressionSettings, FaceSettings, FusionSettings, Settings
from groupaffect.stills import StillFace, face_at, find_still_face, observe_stills, read_still_faces
from groupaffect.types import Frame

SETTINGS = FaceSettings()


def picture(width_px: int = 48, height_px: int = 48) -> Image.Image:
    grey = np.random.default_rng(3).integers(0, 256, (height_px, width_px), dtype=np.uint8)
    return Image.fromarray(grey).convert("RGB")


def detections(*boxes: tuple[float, float, float], scale: float = 1.0) -> Detections:
    """Return faces of (middle x = y, width, confidence)."""
    shapes = np.array([w * REFERENCE_SHAPE_XY + at for at, w, _ in boxes]).reshape(-1, 68, 2)
    xyxy = [[at - w / 2, at - w / 2, at + w / 2, at + w / 2] for at, w, _ in boxes]
    return Detections(
        scale * np.array(xyxy).reshape(-1, 4),
        scale * five_points(shapes),
        np.array([sure for *_, sure in boxes]),
    )


class Eyes:
    """Stands for the detector and the landmark network; remembers what they were shown."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, answers: list[Detections]) -> None:
        self.frames: list[Frame] = []
        self.answers = answers
        self.sure, self.fit = 0.9, 0.8
        monkeypatch.setattr(stills, "look_for_faces", self.look_for_faces)
        monkeypatch.setattr(stills, "place_landmarks", self.place_landmarks)

    def look_for_faces(self, frame: Frame, *, layout: Layout, settings: FaceSettings) -> Look:
        assert layout.kind == "room"
        self.frames.append(frame)
        found = self.answers[len(self.frames) - 1]
        return Look(found, np.zeros((1, 1, 3), dtype=np.uint8), np.ones(2))

    def place_landmarks(
        self, grey: np.ndarray, framed_by: np.ndarray, *, network: str
    ) -> PlacedFaces:
        """Put a face of 40 pixels where the frame's nose is."""
        nose = framed_by[:, 2] if framed_by.shape[1] == 5 else framed_by[:, 30]
        shape = 40 * (REFERENCE_SHAPE_XY - REFERENCE_SHAPE_XY[30])
        sure = np.full(len(nose), self.sure)
        return PlacedFaces(shape + nose[:, None], sure, np.full(len(nose), self.fit))


def nose_of(face: StillFace | None) -> float:
    assert face is not None
    return float(face.points_xy_px[30, 0])


@pytest.mark.parametrize(
    ("crops", "width_px", "height_px", "detected"),
    [
        pytest.param("auto", 64, 48, False, id="auto-64"),
        pytest.param("auto", 65, 48, True, id="auto-65"),
        pytest.param("auto", 48, 65, True, id="auto-upright"),
        pytest.param("yes", 400, 300, False, id="yes"),
        pytest.param("no", 48, 48, True, id="no"),
    ],
)
def test_crops_decide_whether_a_face_is_detected(
    monkeypatch: pytest.MonkeyPatch,
    crops: stills.Crops,
    width_px: int,
    height_px: int,
    detected: bool,
) -> None:
    eyes = Eyes(monkeypatch, [detections((24, 40, 0.9))])
    still = picture(width_px, height_px)
    face = find_still_face(still, settings=SETTINGS, crops=crops)
    assert face is not None
    assert len(eyes.frames) == detected
    if not detected:
        placed = place_landmarks_on_tight_crop(np.asarray(still.convert("L")))
        np.testing.assert_array_equal(face.points_xy_px, placed.points_xy_px[0])
        assert [face.probability, face.fit] == [
            placed.face_probability[0],
            placed.fit_probability[0],
        ]


def test_face_taken_is_the_largest_and_surest_or_the_nearest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    faces = detections((100, 40, 0.9), (300, 80, 0.8), (500, 85, 0.5))
    Eyes(monkeypatch, [faces, faces])
    still = picture(640, 640)
    largest = find_still_face(still, settings=SETTINGS)
    nearest = find_still_face(still, settings=SETTINGS, near_xy_px=np.array([130.0, 90.0]))
    assert nose_of(largest) == pytest.approx(300, abs=0.1)
    assert nose_of(nearest) == pytest.approx(100, abs=0.1)


def test_picture_without_a_detection_gets_ever_more_context(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    none = detections()
    # In the second picture, padded by 80, the face is in the middle of 320 pixels.
    eyes = Eyes(monkeypatch, [none, detections((160, 60, 0.9))])
    face = find_still_face(picture(160, 160), settings=SETTINGS)
    assert [(f.width_px, f.height_px) for f in eyes.frames] == [(320, 320), (320, 320)]
    padded = eyes.frames[1].grey
    np.testing.assert_array_equal(
        padded[80:240, 80:240], np.asarray(picture(160, 160).convert("L"))
    )
    assert len(np.unique(padded[:80])) == 1
    assert nose_of(face) == pytest.approx(80, abs=0.1)


def test_small_picture_is_searched_enlarged(monkeypatch: pytest.MonkeyPatch) -> None:
    eyes = Eyes(monkeypatch, [detections((50, 40, 0.9), scale=3.2)])
    face = find_still_face(picture(100, 120), settings=SETTINGS)
    assert (eyes.frames[0].width_px, eyes.frames[0].height_px) == (320, 384)
    assert nose_of(face) == pytest.approx(50, abs=0.1)


def test_no_face_where_nothing_is_found_or_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    eyes = Eyes(monkeypatch, [detections()] * 3)
    assert find_still_face(picture(100, 100), settings=SETTINGS) is None
    assert len(eyes.frames) == len(stills.MARGIN_SHARES)
    eyes = Eyes(monkeypatch, [detections((50, 40, 0.9))] * 3)
    eyes.sure = 0.49
    assert find_still_face(picture(100, 100), settings=SETTINGS) is None


def test_face_at_known_points_is_cut_there_and_nowhere_absurd() -> None:
    face = face_at(picture(), FACE_POINTS)
    assert face is not None
    np.testing.assert_array_equal(face.points_xy_px, FACE_POINTS)
    assert face.aligned_grey.shape == (48, 48)
    broken = FACE_POINTS.copy()
    broken[5] = np.nan
    for points in (broken, FACE_POINTS + 1e6, FACE_POINTS * 1e6, FACE_POINTS * 0, -FACE_POINTS * 9):
        assert face_at(picture(), points) is None


def made_face(k: int) -> StillFace:
    return StillFace(FACE_POINTS + k, noise(), 0.5 + 0.1 * k, 1.0 - 0.1 * k)


def test_readings_are_the_models_own_and_missing_without_a_face() -> None:
    faces = [made_face(0), None, made_face(2)]
    paper = Settings(fusion=FusionSettings(rule="paper"))
    readings = read_still_faces(faces, settings=paper)
    for source in ("image", "landmark", "fused"):
        assert np.isnan(readings[source]).all(axis=1).tolist() == [False, True, False]
    there = [face for face in faces if face is not None]
    crops = np.stack([face.aligned_grey for face in there])
    points = np.stack([face.points_xy_px for face in there])
    seen = [0, 2]
    for source, logits in (("image", image_logits(crops)), ("landmark", landmark_logits(points))):
        top = readings[source][seen].argmax(axis=1)
        np.testing.assert_array_equal(top, logits.argmax(axis=1))
    mixed = (readings["image"] + readings["landmark"]) / 2
    np.testing.assert_allclose(readings["fused"], mixed)


def test_readings_of_the_default_start_with_the_gate_s_own_weight() -> None:
    readings = read_still_faces([made_face(0)], settings=Settings())
    weight = load_gate().start_weight
    assert weight != FusionSettings().initial_image_weight
    wanted = weight * readings["image"] + (1 - weight) * readings["landmark"]
    np.testing.assert_allclose(readings["fused"], wanted)


def test_readings_use_the_starting_weight_and_least_quality_of_the_settings() -> None:
    faces = [made_face(0), made_face(1)]
    quality = observe_stills(faces).quality
    settings = Settings(
        fusion=FusionSettings(rule="fixed", initial_image_weight=0.75),
        expression=ExpressionSettings(min_quality=float(quality.mean())),
    )
    readings = read_still_faces(faces, settings=settings)
    scored = ~np.isnan(readings["image"]).any(axis=1)
    assert scored.tolist() == (quality >= quality.mean()).tolist()
    wanted = 0.75 * readings["image"] + 0.25 * readings["landmark"]
    np.testing.assert_allclose(readings["fused"], wanted)


def test_readings_of_nobody_are_empty() -> None:
    assert read_still_faces([], settings=Settings())["fused"].shape == (0, 7)
    assert np.isnan(read_still_faces([None], settings=Settings())["fused"]).all()


def test_observations_say_who_was_seen() -> None:
    seen = observe_stills([None, made_face(1)])
    assert seen.success.tolist() == [False, True]
    assert seen.detection_confidence[1] == pytest.approx(0.6)
    values = dataclasses.asdict(seen)
    assert np.isnan(values["quality"][0])
    assert 0 < values["quality"][1] <= 1


def test_photographs_that_a_face_fills_are_found(data_dir: Path) -> None:
    table = pq.read_table(
        data_dir / "faces_lfw68.parquet", filters=[("split", "=", "valid")]
    ).slice(0, 30)
    n_found, errors = 0, []
    for row in table.to_pylist():
        truth = np.array(row["points_xy_px"]).reshape(68, 2)
        still = Image.open(io.BytesIO(row["jpeg_128"])).convert("RGB")
        near = truth.mean(axis=0)
        face = find_still_face(still, settings=SETTINGS, near_xy_px=near)
        if face is not None:
            n_found += 1
            errors.append(np.linalg.norm(face.points_xy_px - truth, axis=1).mean())
    assert n_found >= 29
    assert np.median(errors) < 3  # pixels of 128
