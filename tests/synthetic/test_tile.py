from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from groupaffect.faces.detector import detect_faces
from groupaffect.settings import preset
from groupaffect.synthetic.face import face_shape, face_texture
from groupaffect.synthetic.performance import FaceState
from groupaffect.synthetic.person import HAIR_STYLES, draw_person
from groupaffect.synthetic.tile import render_tile
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


def test_smile_grows_with_its_strength() -> None:
    shapes = [face_shape(draw_person(7), showing("happy", s)) for s in (0.0, 0.5, 1.0, 1.3)]
    widths = [float(np.linalg.norm(s[48] - s[54])) for s in shapes]
    assert widths == sorted(widths)
    assert widths[2] > 1.08 * widths[0]


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


def test_open_mouth_is_dark_inside() -> None:
    person = draw_person(7)
    closed = face_texture(person, REST)
    speech = face_texture(person, dataclasses.replace(REST, mouth_open=1.0))
    darker = closed[..., :3].sum(axis=2) - speech[..., :3].sum(axis=2)
    assert darker.max() > 100
    assert (np.abs(darker) > 1).mean() < 0.05  # and nothing else changes


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


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 8, 13])
def test_detector_finds_the_face_where_it_is(seed: int) -> None:
    tile = render_tile(draw_person(seed), showing("happy"), width_px=320, height_px=256)
    threshold = preset("default").faces.detector_threshold
    found = detect_faces(tile.rgb, picture_size_px=(320, 256), threshold=threshold)
    assert len(found) == 1
    five = tile.landmark_xy_px
    wanted = np.stack([five[36:42].mean(axis=0), five[42:48].mean(axis=0)])
    jaw_px = np.linalg.norm(five[16] - five[0])
    assert np.abs(found.five_point_xy_px[0, :2] - wanted).max() < 0.1 * jaw_px
