from __future__ import annotations

import numpy as np
import pytest

from groupaffect.report.overlay.blur import CELLS, hide_regions


def test_hidden_region_keeps_a_few_means_and_the_rest_is_untouched(
    rng: np.random.Generator,
) -> None:
    rgb = rng.integers(0, 256, (120, 160, 3), dtype=np.uint8)
    before = rgb.copy()
    hidden = hide_regions(rgb, np.array([[40.0, 20.0, 100.0, 80.0]]))
    inside = np.zeros((120, 160), dtype=bool)
    inside[20:80, 40:100] = True
    np.testing.assert_array_equal(rgb, before)
    np.testing.assert_array_equal(hidden[~inside], rgb[~inside])
    # Means of 10 x 10 pixels: the standard deviation falls to a tenth, and no edge is left.
    assert rgb[inside].std() > 70
    assert hidden[inside].std() < 9
    part = hidden[20:80, 40:100].astype(int)
    assert np.abs(np.diff(part, axis=0)).max() < 8


def test_hidden_region_is_a_function_of_its_cells(rng: np.random.Generator) -> None:
    """Two pictures whose cells have equal means cannot be told apart: nothing else is left."""
    side = CELLS * 10
    cells = rng.integers(60, 190, (CELLS, CELLS, 3))
    region = np.array([[0.0, 0.0, side, side]])
    pictures = []
    for _ in range(2):
        noise = rng.integers(-50, 51, (side // 2, side, 3))
        paired = np.stack([noise, -noise], axis=1).reshape(side, side, 3)  # sums to 0 in a cell
        pictures.append((np.kron(cells, np.ones((10, 10, 1))) + paired).astype(np.uint8))
    assert np.abs(pictures[0].astype(int) - pictures[1]).max() > 50
    first, second = (hide_regions(picture, region) for picture in pictures)
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize(
    "region",
    [
        pytest.param([-30.0, -30.0, 10.0, 10.0], id="across the corner"),
        pytest.param([-30.0, -30.0, 300.0, 300.0], id="more than the picture"),
        pytest.param([10.2, 10.2, 10.4, 10.4], id="less than a pixel"),
        pytest.param([70.0, 10.0, 90.0, 30.0], id="outside"),
    ],
)
def test_any_region_can_be_hidden(region: list[float], rng: np.random.Generator) -> None:
    rgb = rng.integers(0, 256, (48, 64, 3), dtype=np.uint8)
    hidden = hide_regions(rgb, np.array([region]))
    assert hidden.shape == rgb.shape
    left, top, right, bottom = (int(edge) for edge in np.clip(region, 0, 64))
    if right - left > 5:
        assert hidden[top:bottom, left:right].std() < 40


def test_head_at_the_margin_is_not_cut_into_finer_cells(rng: np.random.Generator) -> None:
    rgb = rng.integers(0, 256, (60, 60, 3), dtype=np.uint8)
    hidden = hide_regions(rgb, np.array([[-54.0, 0.0, 6.0, 60.0]]))[:, :6]
    assert len(np.unique(hidden.astype(int).mean(axis=2).round().std(axis=1) > 2)) == 1
