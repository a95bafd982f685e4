from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from groupaffect.report.overlay.captions import Captions, read_captions
from groupaffect.report.overlay.picture import LabelPlaces, draw_frame
from groupaffect.report.overlay.shown_faces import NOBODY, ShownFaces, iterate_shown_faces
from groupaffect.session import SessionWriter, load_session
from reference.random_session import make_analysis, make_record, make_stretch, write_session
from reference.seated_session import face_points, points_to_box


@pytest.fixture(scope="module")
def captions(tmp_path_factory: pytest.TempPathFactory) -> Captions:
    folder = tmp_path_factory.mktemp("overlay") / "s"
    return read_captions(write_session(folder, make_analysis()))


def seated(*seats_xy_px: tuple[float, float], width_px: float = 80.0) -> ShownFaces:
    points = np.array([face_points(seat, width_px=width_px) for seat in seats_xy_px])
    names = tuple(f"P{k + 1}" for k in range(len(seats_xy_px)))
    return ShownFaces(names, np.array([points_to_box(face) for face in points]), points)


def test_frame_shows_box_points_and_label_of_everybody(captions: Captions) -> None:
    grey = np.full((360, 640, 3), 90, dtype=np.uint8)
    shown = seated((160, 120), (480, 120))
    drawn, labels = draw_frame(grey, shown, captions, time_s=2.0, before=LabelPlaces())
    assert (grey == 90).all()
    assert set(labels.places) == {"P1", "P2"}
    for row, colour in enumerate([(0x77, 0xAA, 0xDD), (0xEE, 0x88, 0x66)]):
        left, top, right, bottom = shown.box_xyxy_px[row].round().astype(int)
        assert (drawn[top, left:right] == colour).all()
        assert (drawn[[top, bottom], right] == colour).all()  # points may lie on the sides
        x, y = shown.landmark_xy_px[row, 30].round().astype(int)
        assert (drawn[y - 1 : y + 2, x - 1 : x + 2] > 180).all(axis=2).any()
        place = labels.places[f"P{row + 1}"]
        assert (drawn[place.top_px + 3, place.left_px] == colour).all()
    inside = np.zeros((360, 640), dtype=bool)
    for left, top, right, bottom in shown.box_xyxy_px.astype(int):
        inside[top - 3 : bottom + 4, left - 3 : right + 4] = True
    changed = (drawn != 90).any(axis=2) & ~inside
    rows, columns = np.nonzero(changed)  # beside faces, labels alone
    assert len(rows) > 2 * 100 * 50
    for place in labels.places.values():
        near = (abs(columns - place.left_px) < 160) & (abs(rows - place.top_px) < 100)
        rows, columns = rows[~near], columns[~near]
    assert len(rows) == 0


def test_frame_without_anybody_is_left_as_it_is(
    captions: Captions, rng: np.random.Generator
) -> None:
    rgb = rng.integers(0, 256, (48, 64, 3), dtype=np.uint8)
    drawn, _ = draw_frame(rgb, NOBODY, captions, time_s=0.0, before=LabelPlaces())
    np.testing.assert_array_equal(drawn, rgb)


@pytest.mark.parametrize("size_px", [(1, 1), (16, 9), (5000, 20), (33, 500)])
def test_frame_of_any_size_can_be_drawn(captions: Captions, size_px: tuple[int, int]) -> None:
    black = np.zeros((size_px[1], size_px[0], 3), dtype=np.uint8)
    shown = seated((0, 0), (size_px[0], 4), width_px=12.0)
    drawn, _ = draw_frame(black, shown, captions, time_s=0.0, before=LabelPlaces())
    assert drawn.shape == black.shape


def test_label_of_a_face_lost_for_a_moment_comes_back_to_its_place(captions: Captions) -> None:
    black = np.zeros((360, 640, 3), dtype=np.uint8)
    shown, labels = seated((160, 120)), LabelPlaces()
    places = []
    for time_s, faces in ((0.0, shown), (0.04, NOBODY), (0.08, shown)):
        _, labels = draw_frame(black, faces, captions, time_s=time_s, before=labels)
        places.append(labels.places["P1"])
    assert len(set(places)) == 1


@pytest.mark.parametrize(("rows_per_group", "n_groups"), [(4, 19), (20_000, 1)])
def test_shown_faces_are_those_of_the_table_however_it_is_stored(
    tmp_path: Path, rows_per_group: int, n_groups: int
) -> None:
    names = ("P1", "P2", "P3")
    stretch, image, landmark = make_stretch(range(25), names)
    with SessionWriter(tmp_path / "s") as writer:
        writer.write_stretch(stretch, image, landmark)
        writer.finish(make_analysis(n_participants=3, n_s=1), make_record(n_s=1.0))
    table = tmp_path / "s" / "faces.parquet"
    pq.write_table(pq.read_table(table), table, row_group_size=rows_per_group)
    assert pq.ParquetFile(table).num_row_groups == n_groups
    shown = dict(iterate_shown_faces(load_session(tmp_path / "s")))
    assert sorted(shown) == list(range(25))
    faces = stretch.faces
    for frame, found in shown.items():
        rows = np.flatnonzero((faces.frame_index == frame) & faces.success)
        assert found.participants == tuple(faces.participant[rows])
        np.testing.assert_allclose(found.box_xyxy_px, faces.box_xyxy_px[rows], atol=1e-3)
        np.testing.assert_allclose(found.landmark_xy_px, faces.landmark_xy_px[rows], atol=1e-3)
