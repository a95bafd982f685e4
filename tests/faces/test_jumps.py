from __future__ import annotations

import numpy as np

from groupaffect.faces.jumps import Glance, notice_jump

WHOLE = np.array([[0.0, 0, 640, 360]])
FOUR = np.array([[x, y, x + 320, y + 180] for y in (0.0, 180.0) for x in (0.0, 320.0)])


def jumps_of(pictures: list[np.ndarray], tiles: np.ndarray = WHOLE) -> list[bool]:
    glance: Glance | None = None
    jumps = []
    for picture in pictures:
        glance, jumped = notice_jump(glance, picture, tiles_xyxy_px=tiles)
        jumps.append(jumped)
    return jumps


def texture(seed: int) -> np.ndarray:
    small = np.random.default_rng(seed).integers(0, 256, (18, 32), dtype=np.uint8)
    return small.repeat(20, axis=0).repeat(20, axis=1)


def test_notice_jump_at_a_cut_and_only_there() -> None:
    noise = np.random.default_rng(0).integers(-5, 6, (8, 360, 640))
    shots = [np.clip(texture(k // 4) + noise[k], 0, 255).astype(np.uint8) for k in range(8)]
    assert jumps_of(shots) == [False] * 4 + [True] + [False] * 3


def test_notice_jump_not_in_a_swinging_camera() -> None:
    wide = np.tile(texture(1), (1, 2))
    assert not any(jumps_of([wide[:, 12 * k : 12 * k + 640] for k in range(20)])[3:])


def test_notice_jump_not_at_every_second_frame_of_a_moving_picture_shown_twice() -> None:
    wide = np.tile(texture(1), (1, 2))
    twice = [wide[:, 12 * (k // 2) : 12 * (k // 2) + 640] for k in range(20)]
    assert not any(jumps_of(twice)[5:])


def test_notice_jump_soon_after_another_but_not_after_two() -> None:
    shots = [texture(k) for k in (0, 0, 1, 1, 1, 2, 2, 3)]
    wanted = [False, False, True, False, False, True, False, False]
    assert jumps_of(shots) == wanted


def test_notice_jump_in_one_tile_that_is_small_in_the_whole() -> None:
    before = np.full((360, 640), 90, dtype=np.uint8)
    after = before.copy()
    after[20:140, 20:100] = 200  # 4 % of the picture, a sixth of the tile
    assert jumps_of([before, before, after], FOUR) == [False, False, False]
    after[20:160, 20:160] = 200  # a third of the tile
    assert jumps_of([before, before, after], FOUR) == [False, False, True]


def test_notice_jump_of_another_size_is_a_jump() -> None:
    assert jumps_of([texture(1), texture(1)[:180]]) == [False, True]
