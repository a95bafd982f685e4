from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from faces.drawn_faces import DrawnFaces, install, still
from groupaffect.faces.crops import crop_to_picture, cut_crops
from groupaffect.faces.observe import MAX_STRETCH_FRAMES, observe_faces
from groupaffect.faces.quality import face_quality
from groupaffect.reference_shape import IMAGE_FRAME
from groupaffect.settings import FaceSettings
from groupaffect.types import FaceObservations, Frame, ObservedStretch

RATE_HZ = 10.0


def observe_all(
    faces: DrawnFaces,
    monkeypatch: pytest.MonkeyPatch,
    *,
    n_frames: int,
    rate_hz: float = RATE_HZ,
    warnings: list[str] | None = None,
) -> list[ObservedStretch]:
    install(faces, monkeypatch)

    def pictures() -> Iterator[Frame]:
        for index in range(n_frames):
            faces.now_s = index / rate_hz
            yield faces.picture(100 + index, faces.now_s)

    said = [] if warnings is None else warnings
    return list(observe_faces(pictures(), settings=FaceSettings(), on_warning=said.append))


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
    drawn = comes_and_goes()
    (stretch,) = observe_all(drawn, monkeypatch, n_frames=9)
    faces = stretch.faces
    assert faces.aligned_grey is not None
    for row in range(len(faces)):
        points = faces.landmark_xy_px[row : row + 1]
        transform = crop_to_picture(IMAGE_FRAME, points, rigid_only=True)
        drawn.now_s = float(faces.time_s[row])
        grey = drawn.picture(int(faces.frame_index[row]), drawn.now_s).grey
        crop = cut_crops(grey, transform, size_px=IMAGE_FRAME.size_px)
        np.testing.assert_array_equal(faces.aligned_grey[row], crop[0])
        quality = face_quality(
            crop, points, face_probability=np.array([0.95]), fit_probability=np.ones(1)
        )
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
    (stretch,) = observe_all(faces, monkeypatch, n_frames=8)
    assert stretch.faces.participant[:11].tolist() == [f"P{k + 1}" for k in range(11)]
    assert stretch.faces.success.all()


def test_observe_faces_new_participant_has_rows_from_the_first_sight_in_the_stretch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (first, *_) = observe_all(DrawnFaces({"a": still(200, 200)}), monkeypatch, n_frames=25)
    assert first.faces.time_s.tolist() == [k / RATE_HZ for k in range(10)]
    assert first.faces.success.all()


def test_observe_faces_of_one_picture_a_minute_names_who_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stretches = observe_all(
        DrawnFaces({"a": still(200, 200)}), monkeypatch, n_frames=3, rate_hz=1 / 60
    )
    assert [s.faces.participant.tolist() for s in stretches] == [["P1"]] * 3
    assert all(s.faces.success.all() for s in stretches)


def test_observe_faces_warns_once_of_a_face_that_never_moves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []
    faces = DrawnFaces(
        {"a": still(200, 200), "poster": still(500, 300)},
        photographs=frozenset({"poster"}),
        hidden=lambda name, time_s: name == "poster" and 3 < time_s < 5,
    )
    stretches = observe_all(faces, monkeypatch, n_frames=90, warnings=said)
    assert {str(p) for s in stretches for p in s.faces.participant} == {"P1"}
    assert len(said) == 1
    assert "never moved" in said[0]
    assert "500, 297" in said[0]


def test_observe_faces_tiles_are_those_the_faces_are_in(monkeypatch: pytest.MonkeyPatch) -> None:
    faces = DrawnFaces(
        {"left": still(160, 240), "right": still(480, 240)},
        wall_px=(320, 480),
    )
    *_, last = observe_all(faces, monkeypatch, n_frames=25)
    tiles = last.faces.tile_row_column
    assert tiles is not None
    by_name = dict(zip(last.faces.participant.tolist(), tiles.tolist(), strict=True))
    assert by_name == {"P1": [1, 1], "P2": [1, 2]}


def test_observe_faces_in_a_room_are_in_no_tile(monkeypatch: pytest.MonkeyPatch) -> None:
    for stretch in observe_all(comes_and_goes(), monkeypatch, n_frames=25):
        assert stretch.faces.tile_row_column is not None
        assert not stretch.faces.tile_row_column.any()
