from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from groupaffect.faces.layout import cut_at_seams, find_layout, room, tile_of

Tile = tuple[int, int, int, int]

# Grey levels of the walls behind nine people; no neighbours have the same.
LEVELS = (70, 150, 110, 190, 90, 170, 110, 160, 60)


def grid_tiles(rows: int, columns: int, *, width: int, height: int, border: int = 0) -> list[Tile]:
    """Return the tiles of a call in reading order, with so wide a border around each."""
    across = (width - border * (columns + 1)) // columns
    down = (height - border * (rows + 1)) // rows
    lefts = [border + k * (across + border) for k in range(columns)]
    tops = [border + k * (down + border) for k in range(rows)]
    return [(x, y, x + across, y + down) for y in tops for x in lefts]


def scene(
    rng: np.random.Generator, width: int, height: int, *, level: float, n: int = 4
) -> np.ndarray:
    """Return n noisy pictures of one background of soft blobs and texture, as of a room."""
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    grey = np.full((height, width), float(level))
    for _ in range(4):
        place_x, place_y, size = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(30, 90)
        tone = rng.uniform(-40, 40)
        grey += tone * np.exp(-((x - place_x) ** 2 + (y - place_y) ** 2) / (2 * size**2))
    grey += gaussian_filter(rng.normal(0, 25, (height, width)), 1.5)
    noise = rng.normal(0, 2, (n, height, width))
    return np.clip(grey + noise, 0, 255).astype(np.uint8)


def call(
    rng: np.random.Generator,
    tiles: list[Tile],
    *,
    size: tuple[int, int],
    black: tuple[int, ...] = (),
) -> list[np.ndarray]:
    """Return pictures (height, width) of a call; black tiles have the camera off."""
    pictures = np.full((4, size[1], size[0]), 16, dtype=np.uint8)
    for k, (left, top, right, bottom) in enumerate(tiles):
        if k not in black:
            pictures[:, top:bottom, left:right] = scene(
                rng, right - left, bottom - top, level=LEVELS[k]
            )
    return list(pictures)


def faces_in(tiles: list[Tile]) -> np.ndarray:
    """Return an invented face box in the middle of each tile."""
    boxes = []
    for left, top, right, bottom in tiles:
        width, height = (right - left) / 5, (bottom - top) / 3
        x, y = (left + right) / 2, (top + bottom) / 2
        boxes.append([x - width / 2, y - height / 2, x + width / 2, y + height / 2])
    return np.array(boxes)


@pytest.mark.parametrize("border", [0, 12])
@pytest.mark.parametrize(("rows", "columns"), [(1, 2), (2, 1), (2, 2), (3, 3)])
def test_find_layout_finds_each_tile_in_reading_order(
    rng: np.random.Generator, rows: int, columns: int, border: int
) -> None:
    tiles = grid_tiles(rows, columns, width=480, height=360, border=border)
    layout = find_layout(call(rng, tiles, size=(480, 360)), faces_in(tiles)[::-1])
    assert layout.kind == "grid"
    np.testing.assert_allclose(layout.tiles_xyxy_px, np.array(tiles, float), atol=2)
    assert list(zip(layout.row, layout.column, strict=True)) == [
        (row, column) for row in range(1, rows + 1) for column in range(1, columns + 1)
    ]
    assert layout.n_columns == columns


def test_find_layout_of_a_centred_last_row_reads_row_by_row(rng: np.random.Generator) -> None:
    tiles = [(0, 0, 240, 180), (240, 0, 480, 180), (120, 180, 360, 360)]
    layout = find_layout(call(rng, tiles, size=(480, 360)), faces_in(tiles))
    assert layout.kind == "grid"
    np.testing.assert_allclose(layout.tiles_xyxy_px, np.array(tiles, float), atol=2)
    assert list(zip(layout.row, layout.column, strict=True)) == [(1, 1), (1, 2), (2, 1)]


@pytest.mark.parametrize("black", [(0,), (3,), (1, 2)])
def test_find_layout_with_cameras_off_finds_the_other_tiles(
    rng: np.random.Generator, black: tuple[int, ...]
) -> None:
    tiles = grid_tiles(2, 2, width=480, height=360)
    seen = [tile for k, tile in enumerate(tiles) if k not in black]
    layout = find_layout(call(rng, tiles, size=(480, 360), black=black), faces_in(seen))
    assert layout.kind == "grid"
    home = tile_of(layout.tiles_xyxy_px, faces_in(seen))
    np.testing.assert_allclose(layout.tiles_xyxy_px[home], np.array(seen, float), atol=2)


def room_scene(rng: np.random.Generator) -> list[np.ndarray]:
    """Return a smooth room with an upright door edge that ends below the ceiling."""
    pictures = scene(rng, 480, 360, level=120)
    pictures[:, 150:, 250:] = np.clip(pictures[:, 150:, 250:].astype(int) + 50, 0, 255)
    return list(pictures)


def test_find_layout_of_a_room_with_a_door_is_a_room(rng: np.random.Generator) -> None:
    faces = np.array([[80.0, 120, 140, 200], [330, 110, 390, 190]])
    layout = find_layout(room_scene(rng), faces)
    assert layout.kind == "room"
    assert layout.tiles_xyxy_px.tolist() == [[0, 0, 480, 360]]


def test_find_layout_with_faces_in_one_tile_only_is_a_room(rng: np.random.Generator) -> None:
    tiles = grid_tiles(1, 2, width=480, height=360)
    faces = faces_in(tiles[:1])
    assert find_layout(call(rng, tiles, size=(480, 360)), faces).kind == "room"


def test_find_layout_with_a_face_across_the_seam_is_a_room(rng: np.random.Generator) -> None:
    tiles = grid_tiles(1, 2, width=480, height=360)
    faces = np.concatenate([faces_in(tiles), [[200.0, 100, 280, 200]]])
    assert find_layout(call(rng, tiles, size=(480, 360)), faces).kind == "room"


def test_find_layout_without_faces_is_a_room(rng: np.random.Generator) -> None:
    tiles = grid_tiles(2, 2, width=480, height=360)
    layout = find_layout(call(rng, tiles, size=(480, 360)), np.empty((0, 4)))
    assert layout.kind == "room"


def test_find_layout_of_a_picture_cut_into_slivers_is_a_room(rng: np.random.Generator) -> None:
    level = rng.integers(0, 256, (1, 40), dtype=np.uint8)  # a seam every 12 pixels
    picture = np.broadcast_to(level.repeat(12, axis=1), (360, 480)).copy()
    assert cut_at_seams([picture]) == []
    layout = find_layout([picture], np.array([[10.0, 10, 60, 80]]))
    assert (layout.kind, layout.tiles_xyxy_px.tolist()) == ("room", [[0, 0, 480, 360]])


def test_cut_at_seams_of_the_mirrored_picture_is_mirrored(rng: np.random.Generator) -> None:
    tiles = [(0, 0, 150, 360), (150, 0, 480, 140), (150, 140, 480, 360)]
    pictures = call(rng, tiles, size=(480, 360))
    found = {(480 - right, top, 480 - left, bottom) for left, top, right, bottom in tiles}
    assert set(cut_at_seams(pictures)) == set(tiles)
    assert set(cut_at_seams([picture[:, ::-1] for picture in pictures])) == found


def test_cut_at_seams_of_the_transposed_picture_is_transposed(rng: np.random.Generator) -> None:
    tiles = grid_tiles(2, 3, width=480, height=360)
    pictures = call(rng, tiles, size=(480, 360))
    turned = {(top, left, bottom, right) for left, top, right, bottom in tiles}
    assert set(cut_at_seams([picture.T for picture in pictures])) == turned


def test_cut_at_seams_of_a_black_or_tiny_picture_is_one_region() -> None:
    assert cut_at_seams(list(np.zeros((2, 200, 300), dtype=np.uint8))) == [(0, 0, 300, 200)]
    assert cut_at_seams(list(np.zeros((2, 4, 4), dtype=np.uint8))) == [(0, 0, 4, 4)]


def test_cut_at_seams_of_many_pictures_copies_no_more_than_of_few(
    rng: np.random.Generator,
) -> None:
    pictures = call(rng, grid_tiles(2, 2, width=480, height=360), size=(480, 360))

    def peak_bytes(few: list[np.ndarray]) -> int:
        tracemalloc.start()
        cut_at_seams(few)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    peak_bytes(pictures)  # what is loaded and kept at the first call
    more = peak_bytes(pictures * 8) - peak_bytes(pictures)
    assert more < pictures[0].nbytes


def test_tile_of_equals_looking_at_each_tile(rng: np.random.Generator) -> None:
    tiles = np.array(grid_tiles(2, 3, width=300, height=200, border=10), float)
    corner = rng.uniform(-20, 300, (200, 2))
    boxes = np.concatenate([corner, corner + rng.uniform(1, 40, (200, 2))], axis=1)
    wanted = []
    for left, top, right, bottom in boxes:
        x, y = (left + right) / 2, (top + bottom) / 2
        homes = [k for k, t in enumerate(tiles) if t[0] <= x < t[2] and t[1] <= y < t[3]]
        wanted.append(homes[0] if homes else -1)
    assert -1 in wanted
    assert tile_of(tiles, boxes).tolist() == wanted


def test_room_is_one_tile_as_large_as_the_picture() -> None:
    layout = room(640, 480)
    assert (layout.kind, layout.row, layout.column, layout.n_columns) == ("room", (1,), (1,), 1)
    assert layout.tiles_xyxy_px.tolist() == [[0, 0, 640, 480]]
