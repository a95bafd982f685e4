"""Where each person of a script is in the picture."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Float32, UInt8

from groupaffect.synthetic.script import Script

GAP_PX = 2  # between tiles, as call software leaves it
BACKGROUND_GREY = 24  # of gaps, and of tiles without a person, as of cameras that are off
ROOM_OVERLAP_SHARE = 0.25  # of a place's width, in which neighbours' backgrounds melt (ours)
MAX_ROOM_HEIGHT = 1.1  # of a person's picture in its widths: heads in a row stay apart (ours)


@dataclass(frozen=True, slots=True)
class PersonPlace:
    """Where one person is drawn.

    Attributes
    ----------
    left_px, top_px, width_px, height_px : of the person's own picture.
    row, column : of the tile, from 1; None in a room.
    """

    left_px: int
    top_px: int
    width_px: int
    height_px: int
    row: int | None = None
    column: int | None = None


def place_people(script: Script) -> tuple[PersonPlace, ...]:
    """Return everybody's place, in reading order.

    Examples
    --------
    >>> from groupaffect.synthetic.script import ScriptedPerson
    >>> people = (ScriptedPerson("Ada", 1), ScriptedPerson("Ben", 2))
    >>> script = Script("", 2.0, "1x2", people, width_px=640, height_px=360)
    >>> [(p.left_px, p.width_px, p.column) for p in place_people(script)]
    [(0, 320, 1), (320, 320, 2)]
    """
    if script.layout == "room":
        return _side_by_side(script)
    rows, columns = (int(side) for side in script.layout.split("x"))
    x_px, y_px = _edges(script.width_px, columns), _edges(script.height_px, rows)
    grid = [(row, column) for row in range(rows) for column in range(columns)]
    return tuple(
        PersonPlace(
            x_px[column],
            y_px[row],
            x_px[column + 1] - x_px[column],
            y_px[row + 1] - y_px[row],
            row + 1,
            column + 1,
        )
        for row, column in grid[: len(script.people)]
    )


def compose(
    script: Script, pictures: list[UInt8[np.ndarray, "_ _ 3"]]
) -> UInt8[np.ndarray, "height width 3"]:
    """Return one picture of everybody's own."""
    places = place_people(script)
    if script.layout == "room":
        return _melt(script, places, pictures)
    whole = np.full((script.height_px, script.width_px, 3), BACKGROUND_GREY, dtype=np.uint8)
    for place, picture in zip(places, pictures, strict=True):
        bottom, right = place.top_px + place.height_px, place.left_px + place.width_px
        whole[place.top_px : bottom, place.left_px : right] = picture
        # half of the gap at each side that is not the picture's own
        for edge_px, axis in ((place.left_px, 1), (place.top_px, 0)):
            if edge_px > 0:
                gap = slice(edge_px - GAP_PX // 2, edge_px + GAP_PX // 2)
                whole[(slice(None), gap) if axis else (gap, slice(None))] = BACKGROUND_GREY
    return whole


def _edges(side_px: int, n: int) -> list[int]:
    return [round(k * side_px / n) for k in range(n + 1)]


def _side_by_side(script: Script) -> tuple[PersonPlace, ...]:
    """Return places that overlap a little, at the bottom of the picture."""
    x_px = _edges(script.width_px, len(script.people))
    reach = round(ROOM_OVERLAP_SHARE * script.width_px / len(script.people) / 2)
    places = []
    for left, right in pairwise(x_px):
        left_px, right_px = max(0, left - reach), min(script.width_px, right + reach)
        width_px = right_px - left_px
        height_px = min(script.height_px, round(MAX_ROOM_HEIGHT * width_px))
        places.append(PersonPlace(left_px, script.height_px - height_px, width_px, height_px))
    return tuple(places)


def _melt(
    script: Script,
    places: tuple[PersonPlace, ...],
    pictures: list[UInt8[np.ndarray, "_ _ 3"]],
) -> UInt8[np.ndarray, "height width 3"]:
    """Join pictures before one background: each fades into the next, walls go on upwards."""
    whole = np.zeros((script.height_px, script.width_px, 3), dtype=np.float32)
    total = np.zeros(script.width_px, dtype=np.float32)
    for place, picture in zip(places, pictures, strict=True):
        columns = slice(place.left_px, place.left_px + place.width_px)
        share = _fade(script, place)
        wall = np.pad(picture, ((place.top_px, 0), (0, 0), (0, 0)), mode="edge")
        whole[:, columns] += wall * share[:, None]
        total[columns] += share
    return np.asarray(whole / total[:, None] + 0.5, dtype=np.uint8)


def _fade(script: Script, place: PersonPlace) -> Float32[np.ndarray, " width"]:
    """Return how much of a person's picture is seen in each column, before neighbours share."""
    reach = 2 * round(ROOM_OVERLAP_SHARE * script.width_px / len(script.people) / 2)
    x = np.arange(place.width_px, dtype=np.float32) + 0.5
    share = np.ones(place.width_px, dtype=np.float32)
    if place.left_px > 0:
        share = np.minimum(share, x / max(reach, 1))
    if place.left_px + place.width_px < script.width_px:
        share = np.minimum(share, (place.width_px - x) / max(reach, 1))
    return np.asarray(share, dtype=np.float32)
