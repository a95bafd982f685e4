from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groupaffect.report.overlay.placement import LabelledFace, Place, place_labels

SIZES = ((120, 76), (120, 38), (50, 20))
WIDTH_PX, HEIGHT_PX, GAP_PX = 640, 360, 3


def face_at(
    left: float,
    top: float,
    side: float,
    *,
    before: Place | None = None,
    tile: tuple[int, int, int, int] | None = None,
) -> LabelledFace:
    box = np.array([left, top, left + side, top + 1.3 * side])
    core = box + np.array([0.15, 0.35, -0.15, -0.1]) * side
    tile_xyxy_px = None if tile is None else np.array(tile, dtype=np.float64)
    return LabelledFace(box, core, SIZES, before, tile_xyxy_px)


def rectangle(place: Place) -> tuple[int, int, int, int]:
    width, height = SIZES[place.level]
    return place.left_px, place.top_px, place.left_px + width, place.top_px + height


def overlap(a: np.ndarray | tuple[int, ...], b: np.ndarray | tuple[int, ...]) -> bool:
    return bool(a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3])


def place(*faces: LabelledFace) -> list[Place | None]:
    return place_labels(list(faces), picture_size_px=(WIDTH_PX, HEIGHT_PX), gap_px=GAP_PX)


# Values only: type checks under test draw random numbers, which strategies must not.
anywhere = st.tuples(st.floats(-40, 660), st.floats(-40, 400), st.floats(8, 500))
in_a_tile = st.tuples(st.floats(20, 200), st.floats(20, 60), st.floats(25, 60))


@settings(max_examples=40, deadline=None)
@given(st.lists(anywhere, max_size=6))
def test_labels_lie_inside_apart_and_off_eyes_and_mouths(
    seats: list[tuple[float, float, float]],
) -> None:
    faces = [face_at(*seat) for seat in seats]
    places = [p for p in place(*faces) if p is not None]
    for number, found in enumerate(places):
        left, top, right, bottom = rectangle(found)
        assert left >= 0
        assert top >= 0
        assert right <= WIDTH_PX
        assert bottom <= HEIGHT_PX
        assert not any(overlap(rectangle(found), face.core_xyxy_px) for face in faces)
        others = places[:number]
        assert not any(overlap(rectangle(found), rectangle(other)) for other in others)


@settings(max_examples=25, deadline=None)
@given(st.lists(in_a_tile, min_size=4, max_size=4))
def test_where_there_is_room_labels_are_whole_and_cover_no_face(
    seats: list[tuple[float, float, float]],
) -> None:
    faces = [
        face_at(320 * (k % 2) + left, 180 * (k // 2) + top, side)
        for k, (left, top, side) in enumerate(seats)
    ]
    for found in place(*faces):
        assert found is not None
        assert found.level == 0
        assert not any(overlap(rectangle(found), face.box_xyxy_px) for face in faces)


def test_whole_label_of_a_large_face_stays_in_its_own_tile_but_for_a_rim() -> None:
    """Below the face there is room in the picture, but it is in the tile of somebody else."""
    large, small = (430, 20, 110), (600, 290, 20)
    (free, _) = place(face_at(*large), face_at(*small))
    assert free is not None
    assert rectangle(free)[3] > 180, "without tiles it lies in the other one"
    tiles = (320, 0, 640, 180), (320, 180, 640, 360)
    (found, other) = place(face_at(*large, tile=tiles[0]), face_at(*small, tile=tiles[1]))
    assert found is not None
    assert other is not None
    assert found.level == other.level == 0
    left, top, right, bottom = rectangle(found)
    width, height = SIZES[0]
    assert left >= 320 - 0.15 * width
    assert top >= 0
    assert right <= 640
    assert bottom <= 180 + 0.15 * height
    assert rectangle(other)[1] >= 180


def test_label_without_room_in_its_tile_covers_the_rim_of_its_own_face_and_no_other() -> None:
    tile = (0, 0, 130, 180)
    face, beside = face_at(15, 5, 100, tile=tile), face_at(150, 20, 90, tile=(130, 0, 640, 180))
    found = place(face, beside)[0]
    assert found is not None
    assert found.level > 0
    assert not overlap(rectangle(found), beside.box_xyxy_px)
    assert not overlap(rectangle(found), face.core_xyxy_px)
    left, _, right, bottom = rectangle(found)
    assert (left >= 0, right <= 130, bottom <= 180) == (True, True, True)


def test_label_is_below_a_face_with_room_all_around() -> None:
    (found,) = place(face_at(300, 100, 60))
    assert found is not None
    left, top, right, _ = rectangle(found)
    assert top >= 178
    assert abs((left + right) / 2 - 330) <= 1


def test_label_is_beside_a_face_at_the_bottom() -> None:
    (found,) = place(face_at(300, 270, 69))
    assert found is not None
    left, _, right, _ = rectangle(found)
    assert left >= 369 or right <= 300


@pytest.mark.parametrize(
    ("free_px", "level"),
    [(130, 0), (60, 2), (20, None)],
    ids=["whole", "name alone", "covers the rim"],
)
def test_label_beside_a_face_as_high_as_the_picture(free_px: int, level: int | None) -> None:
    box = np.array([float(free_px), 0, WIDTH_PX, HEIGHT_PX])
    core = box + np.array([200.0, 60, -200, -60])
    (found,) = place(LabelledFace(box, core, SIZES))
    assert found is not None
    assert not overlap(rectangle(found), core)
    assert overlap(rectangle(found), box) == (level is None)
    assert level is None or found.level == level


def test_label_without_any_room_is_left_out() -> None:
    everything = np.array([0.0, 0, WIDTH_PX, HEIGHT_PX])
    assert place(LabelledFace(everything, everything, SIZES)) == [None]


def test_label_stays_where_it_was_while_its_face_moves_a_little() -> None:
    (first,) = place(face_at(300, 100, 60))
    for step in range(10):
        (again,) = place(face_at(300 + step, 100 - step, 60, before=first))
        assert again == first


@pytest.mark.parametrize(
    ("face", "other"),
    [
        pytest.param((500, 60, 60), None, id="its face has gone far"),
        pytest.param((300, 100, 60), (300, 190, 40), id="a face has come in between"),
        pytest.param((300, 170, 60), None, id="its face moves over it"),
    ],
)
def test_label_moves_when_it_must(
    face: tuple[float, float, float], other: tuple[float, float, float] | None
) -> None:
    (first,) = place(face_at(300, 100, 60))
    others = [] if other is None else [face_at(*other)]
    again, *_ = place(face_at(*face, before=first), *others)
    assert again is not None
    assert again != first


def test_no_faces_have_no_labels() -> None:
    assert place() == []
