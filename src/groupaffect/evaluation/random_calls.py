"""Draw calls in which people come, go and change tiles and layouts at random, often at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from groupaffect.evaluation.composed_calls import Call, Scene, Tile, grid, speaker_view, tile

DURATION_S, LAST_CHANGE_S = 14.0, 12.0
SCENE_LENGTHS_S = 0.5, 0.8, 1.0, 1.3, 2.0, 3.0, 5.0
COMES_SHARE, GOES_SHARE, SPEAKER_SHARE = 0.35, 0.15, 1 / 3  # of the changes
SIZES_PX = (640, 360), (960, 540), (1280, 720)
RATES_HZ = 10, 10, 25


def random_call(rng: np.random.Generator, people: Sequence[str]) -> Call:
    """Return a call of three to five of the people.

    Parameters
    ----------
    people : names of clips, at least five.
    """
    cast = [str(name) for name in rng.choice(people, size=rng.integers(3, 6), replace=False)]
    here = cast[: rng.integers(2, len(cast) + 1)]
    scenes, time_s = list[Scene](), 0.0
    while time_s < LAST_CHANGE_S:
        scenes.append(Scene(round(time_s, 2), _random_layout(rng, here)))
        time_s += float(rng.choice(SCENE_LENGTHS_S))
        away = [name for name in cast if name not in here]
        change = rng.random()
        if change < COMES_SHARE and away:
            here = [*here, str(rng.choice(away))]
        elif change > 1 - GOES_SHARE and len(here) > 2:
            goes = str(rng.choice(here))
            here = [name for name in here if name != goes]
    size_px = SIZES_PX[rng.integers(len(SIZES_PX))]
    rate_hz = int(rng.choice(RATES_HZ))
    return Call(tuple(scenes), DURATION_S, size_px=size_px, rate_hz=rate_hz)


def _random_layout(rng: np.random.Generator, people: Sequence[str]) -> tuple[Tile, ...]:
    order = [str(name) for name in rng.permutation(people)]
    if len(order) > 2 and rng.random() < SPEAKER_SHARE:
        return speaker_view(*order)
    tiles = [tile(name) for name in order]
    if len(order) == 2:
        return grid(1, 2, tiles)
    if len(order) == 3:
        return (*grid(2, 2, tiles[:2]), Tile((0.25, 0.5, 0.75, 1.0), tiles[2].people))
    rows_columns = (2, 2) if len(order) == 4 else (2, 3)
    empty = [tile(show="black")] * (rows_columns[0] * rows_columns[1] - len(tiles))
    return grid(*rows_columns, [*tiles, *empty])
