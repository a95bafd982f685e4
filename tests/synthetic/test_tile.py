from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from groupaffect.faces.detector import detect_faces
from groupaffect.settings import preset
from groupaffect.synthetic.appearance import load_appearance
from groupaffect.synthetic.face import face_shape
from groupaffect.synthetic.mouth import bared_teeth
from groupaffect.synthetic.performance import FaceState
from groupaffect.synthetic.person import HAIR_STYLES, draw_person
from groupaffect.synthetic.tile import RenderedTile, render_tile
from groupaffect.types import EMOTIONS

REST = FaceState(np.zeros(7))


def showing(emotion: str, strength: float = 1.0) -> FaceState:
    strengths = np.zeros(7)
    strengths[[*EMOTIONS].index(emotion)] = strength  # type: ignore[arg-type]
    return FaceState(strengths)


def test_tiles_are_the_same_every_time() -> None:
    first = render_tile(draw_person(4), showing("happy"), width_px=320, height_px=180)
    again = render_tile(draw_person(4), showing("happy"), width_px=320, height_px=180)
    assert np.array_equal(first.rgb, again.rgb)
    assert np.array_equal(first.landmark_xy_px, again.landmark_xy_px)
    assert first.rgb.shape == (180, 320, 3)


def test_neutral_at_any_strength_is_a_resting_face() -> None:
    rest = render_tile(draw_person(5), REST, width_px=160, height_px=120)
    neutral = render_tile(draw_person(5), showing("neutral", 3.0), width_px=160, height_px=120)
    assert np.array_equal(rest.rgb, neutral.rgb)


def test_two_seeds_are_two_people() -> None:
    one = render_tile(draw_person(1), REST, width_px=160, height_px=120).rgb.astype(int)
    other = render_tile(draw_person(2), REST, width_px=160, height_px=120).rgb
    assert np.abs(one - other).mean() > 5


def measure(shape: np.ndarray, first: int, second: int) -> float:
    return float(np.linalg.norm(shape[first] - shape[second]))


@pytest.mark.parametrize("seed", [0, 2, 7, 31, 100])
@pytest.mark.parametrize(
    ("emotion", "first", "second", "sign"),
    [
        pytest.param("happy", 48, 54, 1, id="a smile widens the mouth"),
        pytest.param("surprise", 62, 66, 1, id="surprise opens the mouth"),
        pytest.param("surprise", 19, 37, 1, id="surprise raises the brows"),
        pytest.param("surprise", 37, 41, 1, id="surprise opens the eyes"),
        pytest.param("angry", 21, 39, -1, id="anger lowers the brows"),
    ],
)
def test_expressions_grow_with_their_strength(
    seed: int, emotion: str, first: int, second: int, sign: int
) -> None:
    shapes = [face_shape(draw_person(seed), showing(emotion, s)) for s in (0, 0.25, 0.5, 1, 1.3)]
    change = [
        sign * (measure(s, first, second) - measure(shapes[0], first, second)) for s in shapes
    ]
    assert change == sorted(change)
    assert change[3] > 0.01


def test_strengths_of_nothing_change_nothing() -> None:
    model = load_appearance()
    for seed in (0, 5, 300):
        person = draw_person(seed)
        rest, _ = model.neutral_face(person.identity)
        np.testing.assert_array_equal(face_shape(person, REST), rest)


def test_eyes_close_and_mouths_open() -> None:
    person = draw_person(7)
    rest = face_shape(person, REST)
    blink = face_shape(person, dataclasses.replace(REST, eyes_closed=1.0))
    speech = face_shape(person, dataclasses.replace(REST, mouth_open=1.0))
    height = {name: s[41, 1] - s[37, 1] for name, s in (("rest", rest), ("blink", blink))}
    assert height["blink"] < 0.2 * height["rest"]
    assert speech[66, 1] - speech[62, 1] > rest[66, 1] - rest[62, 1] + 0.05
    unmoved = [*range(17, 48)]
    np.testing.assert_allclose(speech[unmoved], rest[unmoved])


def test_open_mouth_is_dark_inside_and_nothing_else_but_the_jaw_changes() -> None:
    person = draw_person(7)
    speech = render_tile(
        person, dataclasses.replace(REST, mouth_open=1.0), width_px=480, height_px=360
    )
    closed = render_tile(person, REST, width_px=480, height_px=360)
    x, y = speech.landmark_xy_px[[62, 66]].mean(axis=0).round().astype(int)
    assert speech.rgb[y + 4, x].sum() < 0.7 * closed.rgb[y + 4, x].sum()
    above = int(closed.landmark_xy_px[33, 1])
    np.testing.assert_array_equal(speech.rgb[:above], closed.rgb[:above])


def test_smile_bares_teeth_as_far_as_lips_part_and_surprise_hardly() -> None:
    assert bared_teeth(showing("happy")) > 3 * bared_teeth(showing("surprise"))
    assert bared_teeth(REST) == 0.0
    assert bared_teeth(dataclasses.replace(REST, mouth_open=2.0)) < 1.0


def test_smile_shows_bright_teeth_between_the_lips() -> None:
    tile = render_tile(draw_person(2), showing("happy"), width_px=480, height_px=360)
    rest = render_tile(draw_person(2), REST, width_px=480, height_px=360)

    def brightest(shown: RenderedTile) -> int:
        x, y = shown.landmark_xy_px[[61, 62, 63, 67, 66, 65]].mean(axis=0).round().astype(int)
        return int(shown.rgb[y - 5 : y + 6, x - 5 : x + 6].min(axis=2).max())

    assert brightest(tile) > 190 > 1.5 * brightest(rest)


@pytest.mark.parametrize("seed", [0, 2, 4, 7])
def test_eyes_are_white_beside_a_dark_pupil_until_they_close(seed: int) -> None:
    shown = render_tile(draw_person(seed), showing("surprise"), width_px=640, height_px=480)
    eye = shown.landmark_xy_px[36:42]
    (left, top), (right, bottom) = eye.min(0).astype(int), eye.max(0).astype(int)
    blue = shown.rgb[top:bottom, left:right, 2]
    assert blue.max() > 170
    assert blue[:, blue.shape[1] // 3 : -blue.shape[1] // 3].min() < 40
    closed = dataclasses.replace(REST, eyes_closed=1.0)
    shut = render_tile(draw_person(seed), closed, width_px=640, height_px=480)
    assert shut.rgb[top:bottom, left:right, 2].max() < blue.max() - 20


def test_turning_moves_the_nose_to_the_right_and_rolling_turns_about_the_origin() -> None:
    person = draw_person(9)
    rest = render_tile(person, REST, width_px=320, height_px=240).landmark_xy_px
    turned = render_tile(
        person, dataclasses.replace(REST, turn_deg=12.0), width_px=320, height_px=240
    ).landmark_xy_px
    assert turned[30, 0] - rest[30, 0] > 5
    assert abs(turned[0, 0] - rest[0, 0]) < 5
    rolled = render_tile(
        person, dataclasses.replace(REST, roll_deg=10.0), width_px=320, height_px=240
    ).landmark_xy_px
    eyes = rolled[42:48].mean(axis=0) - rolled[36:42].mean(axis=0)
    before = rest[42:48].mean(axis=0) - rest[36:42].mean(axis=0)
    angle = np.rad2deg(np.arctan2(eyes[1], eyes[0]) - np.arctan2(before[1], before[0]))
    assert angle == pytest.approx(10.0, abs=0.01)


def test_shift_moves_every_point_alike() -> None:
    rest = render_tile(draw_person(9), REST, width_px=320, height_px=240)
    moved = render_tile(
        draw_person(9),
        dataclasses.replace(REST, shift_xy=(0.1, -0.05)),
        width_px=320,
        height_px=240,
    )
    np.testing.assert_allclose(moved.landmark_xy_px - rest.landmark_xy_px, [[24.0, -12.0]] * 68)
    assert moved.box_xyxy_px[0] == moved.landmark_xy_px[:, 0].min()


def test_face_that_leaves_the_tile_is_cut_off() -> None:
    away = dataclasses.replace(REST, shift_xy=(2.0, 0.3))
    tile = render_tile(draw_person(9), away, width_px=160, height_px=120)
    assert tile.rgb.shape == (120, 160, 3)
    assert tile.box_xyxy_px[0] > 160


def test_seeds_show_every_hair_style() -> None:
    assert {draw_person(seed).hair_style for seed in range(40)} == {*HAIR_STYLES}


@pytest.mark.parametrize(("seed", "emotion"), [*zip(range(14), [*EMOTIONS] * 2, strict=True)])
def test_detector_finds_the_face_where_it_is(seed: int, emotion: str) -> None:
    tile = render_tile(draw_person(seed), showing(emotion), width_px=320, height_px=256)
    threshold = preset("default").faces.detector_threshold
    found = detect_faces(tile.rgb, picture_size_px=(320, 256), threshold=threshold)
    assert len(found) == 1
    five = tile.landmark_xy_px
    wanted = np.stack([five[36:42].mean(axis=0), five[42:48].mean(axis=0)])
    jaw_px = np.linalg.norm(five[16] - five[0])
    assert np.abs(found.five_point_xy_px[0, :2] - wanted).max() < 0.1 * jaw_px
