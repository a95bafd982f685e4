"""Stretches of ratings that are drawn again for intervals: blocks of time, or whole sessions.

Seconds are not independent (METHODS 2 and 3). With 20 sessions or more, sessions are drawn; else
blocks of at least ten autocorrelation times of what is told about, the raters' agreement or what
they saw, with everybody in them; and where fewer than 20 such blocks fit, there is no interval.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float, Int

from groupaffect.evaluation.autocorrelation import autocorrelation_time
from groupaffect.evaluation.blocks import MIN_BLOCKS, TIMES_PER_BLOCK
from groupaffect.evaluation.ratings.seconds import RatedSeconds

N_DRAWS = 2000


@dataclass(frozen=True, slots=True)
class Stretches:
    """Which stretch each rated second is in.

    Attributes
    ----------
    kind : what a stretch is. stretch : (u,) its number, from 0.
    n : stretches. block_s : length of a block; None for sessions.
    autocorrelation_s : integrated autocorrelation time of what is told about, in seconds.
    """

    kind: Literal["session", "block"]
    stretch: Int[np.ndarray, " u"]
    n: int
    block_s: int | None
    autocorrelation_s: float

    @property
    def are_enough(self) -> bool:
        """Return whether intervals can be told."""
        return self.n >= MIN_BLOCKS

    def draw(self, *, seed: int = 0) -> Float[np.ndarray, "draws n"]:
        """Return how often each stretch is drawn in each bootstrap draw.

        References
        ----------
        Künsch 1989, 10.1214/aos/1176347265 (blocks).
        """
        rng = np.random.default_rng(seed)
        return rng.multinomial(self.n, np.full(self.n, 1 / self.n), size=N_DRAWS).astype(float)


def cut_stretches(rated: RatedSeconds, value: Float[np.ndarray, "u m"]) -> Stretches:
    """Return the stretches that a study's seconds fall into.

    Parameters
    ----------
    value : (u, m) what is told about, such as whether raters agree; NaN where unknown.
    """
    time_s = max(_autocorrelation_s(rated, column) for column in value.T)
    sessions, session = np.unique(rated.session, return_inverse=True)
    if len(sessions) >= MIN_BLOCKS:
        return Stretches("session", session, len(sessions), None, time_s)
    block_s = math.ceil(TIMES_PER_BLOCK * time_s)
    stretch = np.zeros(len(rated), dtype=np.int64)
    n = 0
    for number in range(len(sessions)):
        here = session == number
        block = _cut_evenly(rated.second[here], block_s=block_s)
        stretch[here] = n + block
        n += int(block.max(initial=-1)) + 1
    return Stretches("block", stretch, n, block_s, time_s)


def _cut_evenly(second: Int[np.ndarray, " u"], *, block_s: int) -> Int[np.ndarray, " u"]:
    """Return the block of each second; those that anybody rated are cut, into equal parts."""
    rated, position = np.unique(second, return_inverse=True)
    n_blocks = max(1, len(rated) // block_s)
    return np.asarray(position * n_blocks // len(rated))


def _autocorrelation_s(rated: RatedSeconds, value: Float[np.ndarray, " u"]) -> float:
    """Return the autocorrelation time of everybody's series together.

    Each session's mean is taken off: what differs between recordings is no memory within one.
    """
    series = []
    for session in np.unique(rated.session):
        mean = _mean_of_known(value[rated.session == session])
        for participant in np.unique(rated.participant[rated.session == session]):
            here = (rated.session == session) & (rated.participant == participant)
            series.append(_as_series(rated.second[here], value[here] - mean))
    longest = max((len(each) for each in series), default=0)
    # Gaps as long as the series keep lags from reaching from one into the next.
    gap = np.full(longest, np.nan)
    return autocorrelation_time(np.concatenate([*(p for s in series for p in (s, gap)), gap]))


def _mean_of_known(value: Float[np.ndarray, " n"]) -> float:
    known = value[~np.isnan(value)]
    return float(known.mean()) if len(known) else 0.0


def _as_series(
    second: Int[np.ndarray, " n"], value: Float[np.ndarray, " n"]
) -> Float[np.ndarray, " t"]:
    start = int(second.min())
    series = np.full(int(second.max()) - start + 1, np.nan)
    series[second - start] = value
    return series
