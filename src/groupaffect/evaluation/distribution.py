"""How often each expression was the likeliest, by source and participant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from groupaffect.evaluation.blocks import Blocks, block_intervals, find_blocks


@dataclass(frozen=True, slots=True)
class Distribution:
    """Seconds by likeliest emotion.

    Attributes
    ----------
    count : by participant, (7,) seconds.
    blocks : how the recording falls into blocks. interval : (7, 2), 95 %, of everybody's shares
        together; None where too few blocks fit.
    """

    count: dict[str, Int[np.ndarray, " 7"]]
    blocks: Blocks
    interval: Float[np.ndarray, "7 2"] | None

    @property
    def total(self) -> Int[np.ndarray, " 7"]:
        """Seconds of everybody together."""
        return np.asarray(sum(self.count.values(), start=np.zeros(7, dtype=np.int64)))


def likeliest(probability: Float[np.ndarray, "t 7"]) -> Int[np.ndarray, " t"]:
    """Return the likeliest emotion of each second; -1 where nothing was read."""
    seen = np.isfinite(probability).all(axis=1)
    return np.where(seen, np.nan_to_num(probability).argmax(axis=1), -1)


def count_expressions(label: Mapping[str, Int[np.ndarray, " _"]]) -> Distribution:
    """Count emotions by participant, and say how surely everybody's shares are known.

    Parameters
    ----------
    label : by participant, positions in ``EMOTIONS``; -1 where unknown.

    Examples
    --------
    >>> found = count_expressions({"P1": np.array([3, 3, -1]), "P2": np.array([6])})
    >>> found.total.tolist(), found.blocks.status
    ([0, 0, 0, 2, 0, 0, 1], 'insufficient data')
    """
    n_seconds = max((len(values) for values in label.values()), default=0)
    rows = np.full((len(label), n_seconds), -1)
    for row, values in enumerate(label.values()):
        rows[row, : len(values)] = values
    known = rows >= 0
    # (7 p, t): each emotion's coming and going in each participant
    shown = np.where(known, rows == np.arange(7)[:, None, None], np.nan).reshape(-1, n_seconds)
    blocks = find_blocks(shown)

    def figure(step: Int[np.ndarray, " chosen"]) -> Float[np.ndarray, " figures"]:
        drawn = rows[:, step]
        count = np.bincount(drawn[drawn >= 0], minlength=7)
        return np.asarray(count / count.sum())

    return Distribution(
        count={
            name: np.bincount(values[values >= 0], minlength=7) for name, values in label.items()
        },
        blocks=blocks,
        interval=block_intervals(blocks, np.asarray(known.any(axis=0)), figure=figure),
    )
