"""Intervals for figures of seconds, which are not independent: blocks, and only where many fit.

With errors autocorrelated at .8 / .95 a test that takes seconds for independent is wrong in
45 / 71 % of cases instead of 5 %. So long blocks are drawn again, each with everybody in it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from groupaffect.evaluation.autocorrelation import autocorrelation_time

MIN_BLOCKS = 20  # fewer are too few to draw from (METHODS 2)
TIMES_PER_BLOCK = 10  # autocorrelation times in a block (METHODS 2)


@dataclass(frozen=True, slots=True)
class Blocks:
    """How a recording falls into blocks of time.

    Attributes
    ----------
    autocorrelation_time : in steps; the longest among the series.
    block_steps : length of a block. n_blocks : whole blocks that fit.
    """

    autocorrelation_time: float
    block_steps: int
    n_blocks: int

    @property
    def are_enough(self) -> bool:
        """Return whether intervals can be told."""
        return self.n_blocks >= MIN_BLOCKS

    @property
    def status(self) -> str:
        """Return "ok" or "insufficient data"."""
        return "ok" if self.are_enough else "insufficient data"


def find_blocks(series: Float[np.ndarray, "k t"]) -> Blocks:
    """Return the blocks that series of equal length need, such as everybody's hits and misses.

    Parameters
    ----------
    series : (k, t); NaN where unknown. Steps in which all are unknown fill no block.
    """
    longest = max((autocorrelation_time(row) for row in series), default=1.0)
    block = math.ceil(TIMES_PER_BLOCK * longest)
    n_known = int(np.isfinite(series).any(axis=0).sum())
    return Blocks(longest, block, n_known // block)


def block_intervals(
    blocks: Blocks,
    known: np.ndarray,
    *,
    figure: Callable[[Int[np.ndarray, " chosen"]], Float[np.ndarray, " figures"]],
    n_draws: int = 2000,
    seed: int = 0,
) -> Float[np.ndarray, "figures 2"] | None:
    """Return 95 % percentile intervals from drawing blocks again; None with too few blocks.

    Parameters
    ----------
    known : (t,) which steps are known to anybody; blocks are cut from these.
    figure : takes the drawn steps (positions, with repeats) and returns its figures.

    References
    ----------
    Künsch 1989, 10.1214/aos/1176347265 (moving blocks).
    """
    if not blocks.are_enough:
        return None
    steps = np.flatnonzero(known)
    rng = np.random.default_rng(seed)
    start = rng.integers(0, len(steps) - blocks.block_steps + 1, (n_draws, blocks.n_blocks))
    within = np.arange(blocks.block_steps)
    draws = np.array([figure(steps[(row[:, None] + within).ravel()]) for row in start])
    return np.asarray(np.nanquantile(draws, [0.025, 0.975], axis=0).T)
