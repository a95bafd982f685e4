from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from faces.drawn_faces import FACE_PX, DrawnFaces, Path, follow, still
from groupaffect.faces.following import follows_anothers_face, moved_plausibly
from groupaffect.faces.layout import Layout
from groupaffect.faces.recognition import assign
from groupaffect.faces.track import landmark_boxes
from groupaffect.reference_shape import REFERENCE_SHAPE_XY
from groupaffect.types import Frame

CALL = Layout(
    "grid",
    np.array([[0, 0, 320, 240], [320, 0, 640, 240], [0, 240, 320, 480], [320, 240, 640, 480.0]]),
    row=(1, 1, 2, 2),
    column=(1, 2, 1, 2),
)


def swinging(x: float, y: float, *, reach: float, period_s: float) -> Path:
    return lambda t: (x + reach * np.sin(2 * np.pi * t / period_s), y)


def away(path: Path, *, from_s: float, until_s: float) -> Path:
    return lambda t: None if from_s <= t < until_s else path(t)


def owners(followed: list[tuple[float, dict[str, str]]]) -> dict[str, set[str]]:
    """Return all faces that each participant was ever on."""
    result: dict[str, set[str]] = {}
    for _, seen in followed:
        for participant, name in seen.items():
            result.setdefault(participant, set()).add(name)
    return result


def test_tracker_ids_stay_with_faces_that_move(monkeypatch: pytest.MonkeyPatch) -> None:
    faces = DrawnFaces(
        {
            "right": swinging(450, 240, reach=80, period_s=4),
            "left": swinging(180, 250, reach=80, period_s=3),
        }
    )
    followed = follow(faces, monkeypatch, until_s=8)
    assert owners(followed) == {"P1": {"left"}, "P2": {"right"}}
    assert all(len(seen) == 2 for _, seen in followed)


def test_tracker_follows_a_face_as_fast_as_a_head_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    fast = swinging(300, 240, reach=120, period_s=1.6)  # .3 face widths a frame at most
    followed = follow(DrawnFaces({"fast": fast}), monkeypatch, until_s=5)
    assert owners(followed) == {"P1": {"fast"}}
    assert np.mean([len(seen) for _, seen in followed]) > 0.95


def test_tracker_numbers_participants_in_reading_order_of_a_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    faces = DrawnFaces(
        {"c": still(500, 100), "a": still(100, 300), "b": still(300, 200)},
        confidence={"c": 0.9, "a": 0.7, "b": 0.8},
    )
    _, seen = follow(faces, monkeypatch, until_s=0.1)[0]
    assert seen == {"P1": "a", "P2": "b", "P3": "c"}


@pytest.mark.parametrize("gone_s", [0.3, 3.0])
def test_tracker_face_that_comes_back_keeps_its_id(
    monkeypatch: pytest.MonkeyPatch, gone_s: float
) -> None:
    def moved(t: float) -> tuple[float, float]:
        return (300.0, 240.0) if t < 2.1 else (300.0 + FACE_PX, 240.0)

    faces = DrawnFaces(
        {"leaves": away(moved, from_s=2, until_s=2 + gone_s), "stays": still(100, 200)}
    )
    followed = follow(faces, monkeypatch, until_s=8)
    assert owners(followed) == {"P1": {"stays"}, "P2": {"leaves"}}
    for time_s, seen in followed:
        assert ("P2" in seen) == (not 2 <= time_s < 2 + gone_s) or time_s < 2 + gone_s + 0.25
        assert "P1" in seen


def test_tracker_face_that_comes_far_away_is_someone_new(monkeypatch: pytest.MonkeyPatch) -> None:
    faces = DrawnFaces(
        {
            "leaves": away(still(60, 100), from_s=1, until_s=99),
            "comes": away(still(580, 420), from_s=0, until_s=2),
        }
    )
    assert owners(follow(faces, monkeypatch, until_s=4)) == {"P1": {"leaves"}, "P2": {"comes"}}


def test_tracker_two_faces_never_share_an_id_when_both_come_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    faces = DrawnFaces(
        {
            "a": away(still(260, 240), from_s=1, until_s=2),
            "b": away(still(360, 240), from_s=1, until_s=2),
        }
    )
    followed = follow(faces, monkeypatch, until_s=4)
    assert owners(followed) == {"P1": {"a"}, "P2": {"b"}}


def test_tracker_faces_that_pass_each_other_are_never_one_participant_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    faces = DrawnFaces(
        {
            "to_right": lambda t: (100 + 60 * t, 240),
            "to_left": lambda t: (500 - 60 * t, 252),
        },
    )
    followed = follow(faces, monkeypatch, until_s=6)
    assert set(owners(followed)) == {"P1", "P2"}
    for _, seen in followed:
        assert len(set(seen.values())) == len(seen)


def test_tracker_unsure_detection_of_one_frame_makes_no_participant(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    faces = DrawnFaces(
        {"face": still(100, 200), "lamp": still(500, 100)},
        confidence={"lamp": 0.5},
        hidden=lambda name, time_s: name == "lamp" and time_s > 0,
    )
    followed = follow(faces, monkeypatch, until_s=4)
    assert owners(followed) == {"P1": {"face"}}


def test_tracker_unsure_detection_that_stays_is_a_participant_from_the_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    faces = DrawnFaces({"dim": still(300, 200)}, confidence={"dim": 0.5})
    followed = follow(faces, monkeypatch, until_s=2)
    assert all(seen == {"P1": "dim"} for _, seen in followed)


def test_tracker_no_face_by_the_landmark_network_makes_no_participant(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    faces = DrawnFaces({"poster": still(300, 200)}, probability={"poster": 0.3})
    assert owners(follow(faces, monkeypatch, until_s=2)) == {}


def test_tracker_face_that_detections_overlook_is_lost_until_one_finds_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    faces = DrawnFaces({"face": still(300, 200)}, hidden=lambda _, time_s: 1.5 < time_s < 5.0)
    followed = follow(faces, monkeypatch, until_s=7)
    seen_s = np.array([time_s for time_s, seen in followed if seen])
    assert not ((seen_s > 2.5) & (seen_s < 5.0)).any()
    assert (seen_s > 5.0).sum() > 40
    assert owners(followed) == {"P1": {"face"}}


def test_tracker_crop_that_looks_different_is_no_longer_the_face_until_detected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    faces = DrawnFaces(
        {"face": still(300, 200)},
        looks=lambda _, time_s: time_s < 1.5,
        hidden=lambda _, time_s: 1.4 < time_s < 3.0,
    )
    followed = follow(faces, monkeypatch, until_s=5)
    seen_s = np.array([time_s for time_s, seen in followed if seen])
    assert ((seen_s < 1.5).sum(), ((seen_s > 1.5) & (seen_s < 3)).sum()) == (38, 0)
    assert (seen_s > 3.3).sum() == sum(time_s > 3.3 for time_s, _ in followed)
    assert owners(followed) == {"P1": {"face"}}


def test_tracker_detects_once_a_second_while_all_is_calm(monkeypatch: pytest.MonkeyPatch) -> None:
    faces = DrawnFaces({"face": still(300, 200)})
    follow(faces, monkeypatch, until_s=5)
    calm = [t for t in faces.detected_s if t > 1]  # when the participant has a name
    np.testing.assert_allclose(np.diff(calm), 1.0, atol=0.05)


def test_tracker_detects_more_often_while_a_face_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    faces = DrawnFaces({"face": away(still(300, 200), from_s=2, until_s=3)})
    follow(faces, monkeypatch, until_s=4)
    while_lost = [t for t in faces.detected_s if 2.0 <= t < 3.0]
    np.testing.assert_allclose(np.diff(while_lost), 0.2, atol=0.05)


def test_tracker_later_start_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def faces() -> DrawnFaces:
        path = swinging(300, 240, reach=150, period_s=3)
        return DrawnFaces({"a": away(path, from_s=2, until_s=3), "b": still(100, 100)})

    now = follow(faces(), monkeypatch, until_s=5)
    later = follow(faces(), monkeypatch, until_s=5, first_s=1024.0)
    assert now == later


def test_tracker_order_of_detections_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def faces(confidence: dict[str, float]) -> DrawnFaces:
        paths = {"a": still(100, 200), "b": swinging(320, 200, reach=60, period_s=2)}
        return DrawnFaces(paths, confidence=confidence)

    there = follow(faces({"a": 0.9, "b": 0.8}), monkeypatch, until_s=3)
    assert there == follow(faces({"a": 0.8, "b": 0.9}), monkeypatch, until_s=3)


def test_tracker_in_a_call_each_tile_keeps_its_participant(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    faces = DrawnFaces(
        {
            "bottom_right": away(still(480, 360), from_s=1, until_s=3),
            "bottom_left": swinging(160, 360, reach=90, period_s=2),
            "top_right": still(500, 120),
            "top_left": still(160, 120),
        }
    )
    followed = follow(faces, monkeypatch, until_s=5, layout=CALL)
    assert owners(followed) == {
        "P1": {"top_left"},
        "P2": {"top_right"},
        "P3": {"bottom_left"},
        "P4": {"bottom_right"},
    }


def test_tracker_in_a_call_numbers_who_comes_later_after_those_who_are_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    faces = DrawnFaces(
        {
            "top_left": away(still(160, 120), from_s=0, until_s=2),
            "top_right": still(480, 120),
            "bottom_right": still(480, 360),
        },
        confidence={"top_right": 0.7},
    )
    followed = follow(faces, monkeypatch, until_s=5, layout=CALL)
    assert owners(followed) == {"P1": {"top_right"}, "P2": {"bottom_right"}, "P3": {"top_left"}}


def test_tracker_two_in_one_tile_are_two_participants(monkeypatch: pytest.MonkeyPatch) -> None:
    faces = DrawnFaces({"a": still(80, 120), "b": still(240, 120), "c": still(480, 360)})
    followed = follow(faces, monkeypatch, until_s=3, layout=CALL)
    assert owners(followed) == {"P1": {"a"}, "P2": {"b"}, "P3": {"c"}}


def test_tracker_photograph_is_no_participant(monkeypatch: pytest.MonkeyPatch) -> None:
    faces = DrawnFaces(
        {"member": still(100, 120), "picture": still(480, 360)},
        photographs=frozenset({"picture"}),
    )
    assert owners(follow(faces, monkeypatch, until_s=4)) == {"P1": {"member"}}


def test_tracker_picture_of_one_frame_has_its_participants(monkeypatch: pytest.MonkeyPatch) -> None:
    faces = DrawnFaces({"a": still(100, 120), "lamp": still(480, 360)}, confidence={"lamp": 0.5})
    assert follow(faces, monkeypatch, until_s=0.04) == [(0.0, {"P1": "a"})]


def test_tracker_who_comes_back_elsewhere_after_long_is_known_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def path(t: float) -> tuple[float, float] | None:
        return (60.0, 100.0) if t < 2 else None if t < 10 else (580.0, 420.0)

    faces = DrawnFaces({"wanders": path, "stays": still(300, 100)})
    followed = follow(faces, monkeypatch, until_s=13)
    assert owners(followed) == {"P1": {"wanders"}, "P2": {"stays"}}
    assert all("P1" in seen for time_s, seen in followed if time_s > 11.1)


def test_tracker_stranger_where_one_left_long_ago_is_someone_new(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = still(300, 200)
    faces = DrawnFaces(
        {
            "leaves": away(place, from_s=2, until_s=99),
            "comes": away(place, from_s=0, until_s=9),
        }
    )
    followed = follow(faces, monkeypatch, until_s=12)
    assert owners(followed) == {"P1": {"leaves"}, "P2": {"comes"}}


@pytest.mark.parametrize("layout", [None, CALL], ids=["not-seen-as-a-call", "call"])
def test_tracker_faces_whose_tiles_change_places_keep_their_ids(
    monkeypatch: pytest.MonkeyPatch, layout: Layout | None
) -> None:
    def swaps(first: tuple[float, float], second: tuple[float, float]) -> Path:
        return lambda t: first if t < 3 else second

    places = [(160.0, 120.0), (480.0, 120.0), (160.0, 360.0), (480.0, 360.0)]
    faces = DrawnFaces(
        {f"n{k}": swaps(places[k], places[(k + 1) % 4]) for k in range(4)},
    )
    followed = follow(faces, monkeypatch, until_s=6, layout=layout)
    assert owners(followed) == {f"P{k + 1}": {f"n{k}"} for k in range(4)}
    assert all(len(seen) == 4 for _, seen in followed)


def test_tracker_stranger_in_the_tile_of_one_who_left_is_someone_new(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    faces = DrawnFaces(
        {
            "stays": still(160, 120),
            "leaves": away(still(480, 120), from_s=3, until_s=99),
            "comes": away(still(480, 120), from_s=0, until_s=3),
        },
        wall_px=(300, 220),
    )
    followed = follow(faces, monkeypatch, until_s=6, layout=CALL)
    assert owners(followed) == {"P1": {"stays"}, "P2": {"leaves"}, "P3": {"comes"}}


def test_tracker_face_in_other_light_after_a_cut_is_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    faces = DrawnFaces({"face": still(300, 200)})
    paint = faces.picture

    def darker(index: int, time_s: float) -> Frame:
        frame = paint(index, time_s)
        if time_s < 2:
            return frame
        return Frame(
            index, time_s, frame.grey // 3, lambda w, h: (frame.rgb(w, h) // 3).astype(np.uint8)
        )

    monkeypatch.setattr(faces, "picture", darker)
    followed = follow(faces, monkeypatch, until_s=4)
    assert owners(followed) == {"P1": {"face"}}
    assert all(seen for _, seen in followed)


def test_tracker_in_a_call_does_not_follow_a_face_out_of_its_tile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    faces = DrawnFaces(
        {"slides": lambda t: (160 + 60 * t, 120), "stays": still(480, 360)},
        hidden=lambda name, time_s: name == "slides" and time_s > 2.5,
    )
    followed = follow(faces, monkeypatch, until_s=5, layout=CALL)
    last_s = max(time_s for time_s, seen in followed if "P1" in seen)
    assert last_s == pytest.approx(160 / 60, abs=0.1)  # its middle reaches the border


def test_tracker_without_faces_sees_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    assert owners(follow(DrawnFaces({}), monkeypatch, until_s=2)) == {}


@pytest.mark.parametrize(
    ("probability", "slid"),
    [
        pytest.param([0.9, 0.8, 0.7], [False, True, False], id="less-probable"),
        pytest.param([0.8, 0.9, 0.7], [True, False, False], id="order"),
        pytest.param([0.9, 0.9, 0.9], [False, True, False], id="alike"),
    ],
)
def testfollows_anothers_face_is_one_of_two_on_the_same_face(
    probability: list[float], slid: list[bool]
) -> None:
    boxes = np.array([[0.0, 0, 50, 60], [2, 1, 52, 61], [40, 0, 90, 60]])
    assert follows_anothers_face(boxes, np.array(probability)).tolist() == slid


@pytest.mark.parametrize(
    ("scale", "step", "plausible"),
    [
        pytest.param(1.0, 0.0, True, id="still"),
        pytest.param(1.0, 0.4, True, id="quick"),
        pytest.param(1.0, 0.6, False, id="jump"),
        pytest.param(1.4, 0.0, True, id="nearer"),
        pytest.param(1.6, 0.0, False, id="swells"),
        pytest.param(0.6, 0.0, False, id="shrinks"),
    ],
)
def test_moved_plausibly_is_less_than_half_a_face_and_a_third_of_its_size(
    scale: float, step: float, plausible: bool
) -> None:
    before = FACE_PX * REFERENCE_SHAPE_XY[None] + 200.0
    side = (np.ptp(before[..., 0]) + np.ptp(before[..., 1])) / 2
    middle = before.mean(axis=1, keepdims=True)
    after = scale * (before - middle) + middle + [step * side, 0.0]
    assert moved_plausibly(before, after).tolist() == [plausible]


def test_assign_equals_trying_every_order(rng: np.random.Generator) -> None:
    for _ in range(20):
        worth = rng.random((4, 4)) + 1e-3
        best = max(permutations(range(4)), key=lambda o: sum(worth[k, o[k]] for k in range(4)))
        assert assign(worth) == dict(enumerate(best))


def test_assign_makes_no_pair_that_is_worth_nothing() -> None:
    assert assign(np.array([[0.9, 0.0], [0.2, 0.0]])) == {0: 0}


def test_landmark_boxes_hold_the_points_and_a_forehead(rng: np.random.Generator) -> None:
    shapes = rng.normal(0, 20, (5, 68, 2))
    for shape, (left, top, right, bottom) in zip(shapes, landmark_boxes(shapes), strict=True):
        x, y = shape.T
        assert (left, right, bottom) == (x.min(), x.max(), y.max())
        assert top == pytest.approx(y.min() - 0.3 * (y.max() - y.min()))
