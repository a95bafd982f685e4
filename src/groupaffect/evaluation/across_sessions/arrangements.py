"""The ways in which a covariate could have fallen on the units, if it had nothing to do with them.

Units change places only within their class: such as all sessions, or the members of one session. A
unit may have several rows, such as one person in each of their sessions, which go together. All
ways are listed where they are few, else drawn.

References
----------
Winkler et al. 2015, 10.1016/j.neuroimage.2015.05.092 (exchangeability blocks).
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Float, Int

MOST_LISTED = 5_000  # ways; of more, as many as N_DRAWN are drawn
N_DRAWN = 4_999  # p down to .0002
SEED = 20244

Class = Int[np.ndarray, "_ _"]  # (u, r) rows of each unit, in an order that units have in common


def count_arrangements(x: Float[np.ndarray, " n"], classes: Sequence[Class]) -> int:
    """Return in how many different ways the values can stand within their classes.

    Examples
    --------
    >>> count_arrangements(np.array([0.0, 0, 1, 1]), [np.arange(4)[:, None]])
    6
    >>> count_arrangements(np.array([0.0, 0, 1, 1]), [np.array([[0, 2], [1, 3]])])
    1
    """
    ways = 1
    for rows in classes:
        ways *= math.factorial(len(rows))
        ways //= math.prod(math.factorial(n) for n in Counter(_units(x, rows)).values())
    return ways


def arrange(
    x: Float[np.ndarray, " n"], classes: Sequence[Class]
) -> tuple[Float[np.ndarray, "m n"], bool]:
    """Return arrangements of the values, and whether they are all there are.

    Rows of no class stay. Of listed ones the given order is one; among drawn ones it need not be.
    """
    if count_arrangements(x, classes) <= MOST_LISTED:
        orders = [*itertools.product(*(distinct_orders(_units(x, rows)) for rows in classes))]
        listed = np.tile(x, (len(orders), 1))
        for place, rows in enumerate(classes):
            listed[:, rows] = np.array([order[place] for order in orders])
        return listed, True
    rng = np.random.default_rng(SEED)
    drawn = np.tile(x, (N_DRAWN, 1))
    for rows in classes:
        order = rng.permuted(np.tile(np.arange(len(rows)), (N_DRAWN, 1)), axis=1)
        drawn[:, rows] = x[rows][order]
    return drawn, False


def _units(x: Float[np.ndarray, " n"], rows: Class) -> list[tuple[float, ...]]:
    return [tuple(unit) for unit in x[rows].tolist()]


def distinct_orders(values: Sequence[tuple[float, ...]]) -> Iterator[tuple[tuple[float, ...], ...]]:
    """Yield every different order of values that may repeat.

    Examples
    --------
    >>> [*distinct_orders([(0.0,), (0.0,), (1.0,)])]
    [((0.0,), (0.0,), (1.0,)), ((0.0,), (1.0,), (0.0,)), ((1.0,), (0.0,), (0.0,))]
    """
    if not values:
        yield ()
    for first in sorted(set(values)):
        rest = list(values)
        rest.remove(first)
        yield from ((first, *order) for order in distinct_orders(rest))
