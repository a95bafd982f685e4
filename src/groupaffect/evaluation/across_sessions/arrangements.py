"""The ways in which a covariate could have fallen on the units, if it had nothing to do with them.

Values change places only within a block: among all sessions, or among the members of each session.
All ways are listed where they are few, else drawn.
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


def count_arrangements(x: Float[np.ndarray, " n"], block: Int[np.ndarray, " n"]) -> int:
    """Return in how many different ways the values can stand within their blocks.

    Examples
    --------
    >>> count_arrangements(np.array([0.0, 0, 1, 1]), np.zeros(4, dtype=int))
    6
    """
    ways = 1
    for number in np.unique(block):
        values = x[block == number].tolist()
        ways *= math.factorial(len(values))
        ways //= math.prod(math.factorial(n) for n in Counter(values).values())
    return ways


def arrange(
    x: Float[np.ndarray, " n"], block: Int[np.ndarray, " n"]
) -> tuple[Float[np.ndarray, "m n"], bool]:
    """Return arrangements of the values, and whether they are all there are.

    Of listed ones the given order is one; among drawn ones it need not be.
    """
    places = [np.flatnonzero(block == number) for number in np.unique(block)]
    if count_arrangements(x, block) <= MOST_LISTED:
        orders = itertools.product(*(distinct_orders(x[place].tolist()) for place in places))
        rows = np.array([[*itertools.chain(*order)] for order in orders])
        listed = np.empty_like(rows)
        listed[:, np.concatenate(places)] = rows
        return listed, True
    rng = np.random.default_rng(SEED)
    drawn = np.tile(x, (N_DRAWN, 1))
    for place in places:
        drawn[:, place] = rng.permuted(drawn[:, place], axis=1)
    return drawn, False


def distinct_orders(values: Sequence[float]) -> Iterator[tuple[float, ...]]:
    """Yield every different order of values that may repeat.

    Examples
    --------
    >>> [*distinct_orders([0.0, 0.0, 1.0])]
    [(0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0)]
    """
    if not values:
        yield ()
    for first in sorted(set(values)):
        rest = list(values)
        rest.remove(first)
        yield from ((first, *order) for order in distinct_orders(rest))
