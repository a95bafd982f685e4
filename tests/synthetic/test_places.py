from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from groupaffect.synthetic.places import compose, place_people
from groupaffect.synthetic.script import Script, ScriptedPerson


def seat(layout: str, n: int, *, width_px: int = 640, height_px: int = 360) -> Script:
    who = tuple(ScriptedPerson(f"Person {k}", k) for k in range(n))
    size = {"width_px": width_px, "height_px": height_px}
    return Script("seated", 1.0, layout, who, **size)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("layout", "n", "corners"),
    [
        ("1x2", 2, [(0, 0), (320, 0)]),
        ("2x2", 3, [(0, 0), (320, 0), (0, 180)]),
        ("3x3", 9, [(x, y) for y in (0, 120, 240) for x in (0, 213, 427)]),
    ],
)
def test_tiles_are_numbered_in_reading_order(
    layout: str, n: int, corners: list[tuple[int, int]]
) -> None:
    places = place_people(seat(layout, n))
    assert [(place.left_px, place.top_px) for place in places] == corners
    n_columns = int(layout[-1])
    order = [(1 + k // n_columns, 1 + k % n_columns) for k in range(n)]
    assert [(place.row, place.column) for place in places] == order


@pytest.mark.parametrize("layout", ["1x2", "2x2", "3x3"])
def test_full_grid_covers_every_pixel_once(layout: str) -> None:
    n = int(layout[0]) * int(layout[2])
    script = seat(layout, n, width_px=634, height_px=362)
    covered = np.zeros((362, 634), dtype=int)
    for p in place_people(script):
        covered[p.top_px : p.top_px + p.height_px, p.left_px : p.left_px + p.width_px] += 1
    assert (covered == 1).all()


def flat_pictures(script: Script) -> list[np.ndarray]:
    return [
        np.full((place.height_px, place.width_px, 3), 40 + 50 * k, dtype=np.uint8)
        for k, place in enumerate(place_people(script))
    ]


def test_composed_grid_shows_each_picture_in_its_place_and_dark_where_nobody_is() -> None:
    script = seat("2x2", 3)
    whole = compose(script, flat_pictures(script))
    assert [whole[y, x, 0] for y, x in ((9, 9), (9, 400), (300, 9), (300, 400))] == [
        40,
        90,
        140,
        24,
    ]


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_room_has_no_seam_between_people_and_covers_the_picture(n: int) -> None:
    script = seat("room", n)
    assert all(place.row is None and place.column is None for place in place_people(script))
    lefts = [place.left_px for place in place_people(script)]
    assert all(a < b for a, b in pairwise(lefts))
    whole = compose(script, flat_pictures(script)).astype(int)
    assert whole.shape == (360, 640, 3)
    assert np.abs(np.diff(whole, axis=1)).max() <= 5
    assert whole[:, 5, 0] == pytest.approx(40)
    assert whole[:, -5, 0] == pytest.approx(40 + 50 * (n - 1))
