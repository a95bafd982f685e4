from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from faces.drawn_faces import HEIGHT_PX, WIDTH_PX, DrawnFaces, still
from groupaffect.faces import detector, tracker
from groupaffect.faces.crops import crop_to_picture, cut_crops
from groupaffect.faces.layout import room
from groupaffect.faces.observe import MAX_STRETCH_FRAMES, observe_faces, recognise_layout
from groupaffect.faces.quality import face_quality
from groupaffect.reference_shape import IMAGE_FRAME
from groupaffect.settings import FaceSettings
from groupaffect.types import Detections, FaceObservations, Frame, ObservedStretch

RATE_HZ = 10.0


def picture(index: int) -> Frame:
    rng = np.random.default_rng(0)
    grey = rng.integers(0, 256, (HEIGHT_PX, WIDTH_PX), dtype=np.uint8)
    return Frame(
        100 + index, index / RATE_HZ, grey, lambda w, h: np.zeros((h, w, 3), dtype=np.uint8)
    )


def observe_all(
    faces: DrawnFaces, monkeypatch: pytest.MonkeyPatch, *, n_frames: int
) -> list[ObservedStretch]:
    monkeypatch.setattr(tracker, "place_landmarks", faces.place_landmarks)
    monkeypatch.setattr(tracker, "find_faces", faces.find_faces)

    def pictures() -> Iterator[Frame]:
        for index in range(n_frames):
            faces.now_s = index / RATE_HZ
            yield picture(index)

    layout = room(WIDTH_PX, HEIGHT_PX)
    return list(observe_faces(pictures(), layout=layout, settings=FaceSettings()))


def comes_and_goes() -> DrawnFaces:
    """Return one face that stays and one that comes at 1 s and is away from 3 s to 4 s."""

    def path(t: float) -> tuple[float, float] | None:
        return None if t < 1 or 3 <= t < 4 else (500.0, 300.0)

    return DrawnFaces({"stays": still(120, 200), "comes": path})


def test_observe_faces_every_frame_is_in_one_stretch(monkeypatch: pytest.MonkeyPatch) -> None:
    stretches = observe_all(comes_and_goes(), monkeypatch, n_frames=55)
    assert [len(s.frame_index) for s in stretches] == [10, 10, 10, 10, 10, 5]  # a second each
    assert max(len(s.frame_index) for s in stretches) <= MAX_STRETCH_FRAMES
    index = np.concatenate([s.frame_index for s in stretches])
    assert index.tolist() == list(range(100, 155))
    time_s = np.concatenate([s.frame_time_s for s in stretches])
    np.testing.assert_allclose(time_s, np.arange(55) / RATE_HZ)


def rows_of(stretches: list[ObservedStretch], participant: str) -> list[FaceObservations]:
    return [s.faces.where(s.faces.participant == participant) for s in stretches]


def test_observe_faces_participant_has_a_row_in_every_frame_since_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stretches = observe_all(comes_and_goes(), monkeypatch, n_frames=55)
    first = np.concatenate([f.frame_index for f in rows_of(stretches, "P1")])
    second = np.concatenate([f.frame_index for f in rows_of(stretches, "P2")])
    assert first.tolist() == list(range(100, 155))
    assert second.tolist() == list(range(second[0], 155))
    assert second[0] == pytest.approx(110, abs=11)  # found by the next detection


def test_observe_faces_who_is_not_seen_has_missing_values(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for faces in (s.faces for s in observe_all(comes_and_goes(), monkeypatch, n_frames=55)):
        gone = ~faces.success
        for values in (faces.box_xyxy_px, faces.landmark_xy_px, faces.quality[:, None]):
            missing = np.isnan(values).reshape(len(faces), -1)
            assert (missing.all(axis=1) == gone).all()
            assert (missing.any(axis=1) == gone).all()
        assert (np.isnan(faces.detection_confidence) == gone).all()
        assert faces.aligned_grey is not None
        assert not faces.aligned_grey[gone].any()
        assert faces.aligned_grey[~gone].any(axis=(1, 2)).all()


def test_observe_faces_goes_missing_when_the_face_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    stretches = observe_all(comes_and_goes(), monkeypatch, n_frames=55)
    seen = {
        round(float(t), 6): bool(success)
        for faces in rows_of(stretches, "P2")
        for t, success in zip(faces.time_s, faces.success, strict=True)
    }
    assert not any(seen[t / 10] for t in range(30, 40))
    assert all(seen[t / 10] for t in range(43, 55))


def test_observe_faces_crops_and_quality_are_those_of_the_points(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (stretch,) = observe_all(comes_and_goes(), monkeypatch, n_frames=5)
    faces = stretch.faces
    assert faces.aligned_grey is not None
    for row in range(len(faces)):
        points = faces.landmark_xy_px[row : row + 1]
        transform = crop_to_picture(IMAGE_FRAME, points, rigid_only=True)
        grey = picture(int(faces.frame_index[row]) - 100).grey
        crop = cut_crops(grey, transform, size_px=IMAGE_FRAME.size_px)
        np.testing.assert_array_equal(faces.aligned_grey[row], crop[0])
        quality = face_quality(crop, points, face_probability=np.array([0.95]))
        assert faces.quality[row] == quality[0]
        assert faces.detection_confidence[row] == 0.95


def test_observe_faces_without_anybody_has_frames_but_no_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (stretch,) = observe_all(DrawnFaces({}), monkeypatch, n_frames=3)
    assert len(stretch.frame_index) == 3
    assert len(stretch.faces) == 0


def test_observe_faces_of_no_frames_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert observe_all(DrawnFaces({}), monkeypatch, n_frames=0) == []


def test_observe_faces_rows_of_a_frame_are_in_order_past_nine_people(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    faces = DrawnFaces(
        {f"n{k}": still(50 + 105 * (k % 6), 120 + 200 * (k // 6)) for k in range(11)}
    )
    (stretch,) = observe_all(faces, monkeypatch, n_frames=2)
    assert stretch.faces.participant[:11].tolist() == [f"P{k + 1}" for k in range(11)]
    assert stretch.faces.success.all()


def two_tiles(index: int, shape: tuple[int, int] = (240, 480)) -> Frame:
    rng = np.random.default_rng(index)
    grey = np.full(shape, 60.0)
    grey[:, shape[1] // 2 :] = 170
    grey = (grey + 10 * np.sin(np.arange(shape[1]) / 9) + rng.normal(0, 2, shape)).astype(np.uint8)
    return Frame(index, float(index), grey, lambda w, h: np.zeros((h, w, 3), dtype=np.uint8))


def see_two_faces(monkeypatch: pytest.MonkeyPatch) -> None:
    boxes = np.array([[80.0, 60, 160, 160], [320, 60, 400, 160]])

    def detect(rgb: np.ndarray, **_: object) -> Detections:
        return Detections(boxes, np.zeros((2, 5, 2)), np.array([0.9, 0.8]))

    monkeypatch.setattr(detector, "detect_faces", detect)


def test_recognise_layout_finds_the_tiles_of_the_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    see_two_faces(monkeypatch)
    layout = recognise_layout([two_tiles(k) for k in range(3)], settings=FaceSettings())
    assert (layout.kind, layout.column) == ("grid", (1, 2))


def test_recognise_layout_of_a_tiny_picture_is_a_room() -> None:
    grey = np.zeros((8, 20), dtype=np.uint8)
    frame = Frame(0, 0.0, grey, lambda w, h: np.zeros((h, w, 3), dtype=np.uint8))
    layout = recognise_layout([frame], settings=FaceSettings())
    assert layout.kind == "room"
    assert layout.tiles_xyxy_px.tolist() == [[0, 0, 20, 8]]
