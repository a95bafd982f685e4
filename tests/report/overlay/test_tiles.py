from __future__ import annotations

import numpy as np
import pytest

from groupaffect.report.overlay.tiles import find_tiles, read_grid
from groupaffect.types import ParticipantFacts

SIZE = (640, 360)


def person(row: int | None, column: int | None) -> ParticipantFacts:
    return ParticipantFacts("P1", "P1", row, column, 0.0, 1.0, 1.0)


def test_grid_is_as_large_as_its_last_row_and_column() -> None:
    assert read_grid([person(1, 3), person(2, 1)]) == (2, 3)
    assert read_grid([person(None, None)]) is None
    assert read_grid([person(1, 1)]) is None
    assert read_grid([]) is None


def test_faces_have_the_tiles_that_they_are_in_now() -> None:
    boxes = np.array([[400.0, 200, 480, 300], [100.0, 20, 180, 120]])
    tiles = find_tiles(boxes, (2, 2), picture_size_px=SIZE)
    assert tiles is not None
    assert tiles.tolist() == [[320, 180, 640, 360], [0, 0, 320, 180]]


@pytest.mark.parametrize(
    "boxes",
    [
        [[10.0, 10, 50, 60], [100, 20, 180, 120]],  # two in one
        [[280.0, 10, 370, 100]],  # in two of them
        [],
    ],
    ids=["shared", "across", "nobody"],
)
def test_faces_that_do_not_fit_a_plain_grid_have_no_tiles(boxes: list[list[float]]) -> None:
    found = find_tiles(np.array(boxes).reshape(-1, 4), (2, 2), picture_size_px=SIZE)
    assert found is None
