from __future__ import annotations

import numpy as np
import pytest

from groupaffect.faces.portrait import (
    BOTTOM,
    CHIN,
    LEFT,
    MAX_PORTRAITS,
    N_COLUMNS,
    N_ROWS,
    NEW_VIEW_GREY,
    PART_WEIGHTS,
    RIGHT,
    TEXTURE_GREY,
    TOP,
    Portrait,
    add_to_album,
    album_distance,
    portrait_distance,
    take_portraits,
)
from groupaffect.reference_shape import REFERENCE_SHAPE_XY

FACE_PX = 60.0
CROP = np.arange(48 * 48, dtype=np.uint16).reshape(1, 48, 48).astype(np.uint8)


def flat(level: float) -> Portrait:
    texture = np.zeros((48, 48), dtype=np.float32)
    texture[0, 0] = 1.0
    return Portrait(np.full((N_ROWS, N_COLUMNS, 3), level, dtype=np.float32), texture)


def take(
    rgb: np.ndarray,
    middle: tuple[float, float],
    tile: tuple[float, float, float, float] = (0, 0, 400, 400),
) -> Portrait:
    points = FACE_PX * REFERENCE_SHAPE_XY[None] + np.array(middle)
    (portrait,) = take_portraits(rgb, points, CROP, tile_xyxy_px=np.array([tile], dtype=float))
    return portrait


def test_take_portraits_cells_equal_means_taken_one_by_one(rng: np.random.Generator) -> None:
    rgb = rng.integers(0, 256, (400, 400, 3), dtype=np.uint8)
    portrait = take(rgb, (200.0, 180.0))
    left, top = round(200 + FACE_PX * LEFT), round(180 + FACE_PX * TOP)
    step_x = FACE_PX * (RIGHT - LEFT) / N_COLUMNS
    step_y = FACE_PX * (BOTTOM - TOP) / N_ROWS
    assert (step_x, step_y) == (15.0, 15.0)
    for row in range(N_ROWS):
        for column in range(N_COLUMNS):
            y, x = top + 15 * row, left + 15 * column
            wanted = rgb[y : y + 15, x : x + 15].reshape(-1, 3).mean(axis=0)
            np.testing.assert_allclose(portrait.rgb[row, column], wanted, atol=1)


def test_take_portraits_cells_outside_the_tile_are_missing(rng: np.random.Generator) -> None:
    rgb = rng.integers(0, 256, (400, 400, 3), dtype=np.uint8)
    whole, part = take(rgb, (200.0, 180.0)), take(rgb, (200.0, 180.0), (150, 0, 400, 240))
    missing = np.isnan(part.rgb[..., 0])
    assert not np.isnan(whole.rgb).any()
    assert missing[:, :2].all()
    assert missing[-1].all()
    np.testing.assert_array_equal(part.rgb[~missing], whole.rgb[~missing])


def test_take_portraits_only_heads_while_tiles_are_unknown(rng: np.random.Generator) -> None:
    rgb = rng.integers(0, 256, (400, 400, 3), dtype=np.uint8)
    points = FACE_PX * REFERENCE_SHAPE_XY[None] + np.array([200.0, 180.0])
    (head,) = take_portraits(rgb, points, CROP, tile_xyxy_px=None)
    n_rows = round((CHIN - TOP) / (BOTTOM - TOP) * N_ROWS)
    assert np.isnan(head.rgb[n_rows:]).all()
    np.testing.assert_array_equal(head.rgb[:n_rows], take(rgb, (200.0, 180.0)).rgb[:n_rows])


def test_take_portraits_at_the_edge_of_the_picture_lacks_what_is_outside() -> None:
    portrait = take(np.full((400, 400, 3), 90, dtype=np.uint8), (20.0, 390.0))
    seen = portrait.rgb[~np.isnan(portrait.rgb)]
    assert 0 < len(seen) < portrait.rgb.size
    assert (seen == 90).all()


def test_portrait_distance_equals_its_definition_cell_by_cell(rng: np.random.Generator) -> None:
    def random_portrait() -> Portrait:
        rgb = rng.uniform(0, 255, (N_ROWS, N_COLUMNS, 3)).astype(np.float32)
        rgb[rng.random((N_ROWS, N_COLUMNS)) < 0.2] = np.nan
        texture = rng.normal(0, 1, (48, 48)).astype(np.float32)
        return Portrait(rgb, texture / np.linalg.norm(texture))

    for _ in range(5):
        a, b = random_portrait(), random_portrait()
        total, weights = 0.0, 0.0
        for row in range(N_ROWS):
            for column in range(N_COLUMNS):
                apart = np.abs(a.rgb[row, column] - b.rgb[row, column]).mean()
                if not np.isnan(apart):
                    total += PART_WEIGHTS[row, column] * apart
                    weights += PART_WEIGHTS[row, column]
        unlike = 1 - sum(x * y for x, y in zip(a.texture.ravel(), b.texture.ravel(), strict=True))
        wanted = total / weights + TEXTURE_GREY * unlike
        assert portrait_distance(a, b) == pytest.approx(wanted, abs=1e-3)
        assert portrait_distance(a, b) == pytest.approx(portrait_distance(b, a), abs=1e-4)


def test_portrait_distance_of_portraits_without_a_common_cell_is_unknown() -> None:
    upper, lower = flat(10), flat(20)
    upper.rgb[7:] = np.nan
    lower.rgb[:7] = np.nan
    assert np.isnan(portrait_distance(upper, lower))


def test_album_distance_is_to_the_nearest_and_unknown_for_an_empty_album() -> None:
    album = (flat(10), flat(50))
    assert album_distance(album, flat(44)) == pytest.approx(6)
    assert np.isnan(album_distance((), flat(44)))


def test_add_to_album_keeps_new_views_only_and_stays_small() -> None:
    album = add_to_album((), flat(100))
    assert add_to_album(album, flat(100 + NEW_VIEW_GREY - 1)) == album
    for level in range(0, 250, 20):
        album = add_to_album(album, flat(level))
    assert len(album) == MAX_PORTRAITS
    assert album_distance(album, flat(240)) == 0  # the latest view took a like one's place


def test_add_to_album_a_portrait_takes_the_place_of_a_like_one_that_knows_less() -> None:
    head, whole = flat(100), flat(104)
    head.rgb[-3:] = np.nan
    for album in (add_to_album((head,), whole), add_to_album((whole,), head)):
        assert len(album) == 1
        assert album[0] is whole


def test_part_weights_leave_out_the_wall_beside_the_head() -> None:
    assert PART_WEIGHTS[0, 0] == PART_WEIGHTS[5, 0] == PART_WEIGHTS[5, -1] == 0
    assert PART_WEIGHTS[6, 5] > PART_WEIGHTS[-1, 5] > 0
    np.testing.assert_array_equal(PART_WEIGHTS, PART_WEIGHTS[:, ::-1])
