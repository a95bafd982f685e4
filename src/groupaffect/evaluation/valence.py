"""How much of the time an expression is positive, neutral or negative."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from groupaffect.evaluation.blocks import block_intervals, find_blocks
from groupaffect.types import EMOTIONS, Emotion

# Surprise may be either, so it is told apart (ours; the paper names positive, neutral, negative).
VALENCES: dict[str, tuple[Emotion, ...]] = {
    "positive": ("happy",),
    "neutral": ("neutral",),
    "negative": ("angry", "disgust", "fear", "sad"),
    "surprise": ("surprise",),
}


def compare_shares(
    original: Float[np.ndarray, "n 7"], other: Float[np.ndarray, "n 7"]
) -> dict[str, Any]:
    """Return the share of steps by the valence of their dominant emotion, in both recordings.

    Only steps that both know count. The differences (other minus original) have intervals where
    enough blocks fit.

    Examples
    --------
    >>> happy, sad = np.tile(np.eye(7)[3], (4, 1)), np.tile(np.eye(7)[4], (4, 1))
    >>> found = compare_shares(happy, sad)
    >>> found["original"]["positive"], found["other"]["negative"], found["difference"]["positive"]
    (1.0, 1.0, -1.0)
    """
    both = np.isfinite(original).all(axis=1) & np.isfinite(other).all(axis=1)
    first, second = (_indicators(value, both) for value in (original, other))  # (4, n) each
    change = np.where(both, second.astype(np.float64) - first, np.nan)
    blocks = find_blocks(change)

    def figure(step: Int[np.ndarray, " chosen"]) -> Float[np.ndarray, " figures"]:
        return np.asarray(change[:, step].mean(axis=1))

    bounds = block_intervals(blocks, both, figure=figure)
    shares = [dict(zip(VALENCES, _means(rows[:, both]), strict=True)) for rows in (first, second)]
    return {
        "original": shares[0],
        "other": shares[1],
        "difference": {name: shares[1][name] - shares[0][name] for name in VALENCES},
        "difference_interval": None
        if bounds is None
        else {name: bounds[k].tolist() for k, name in enumerate(VALENCES)},
        "status": blocks.status,
        "n_blocks": blocks.n_blocks,
    }


def _indicators(value: Float[np.ndarray, "n 7"], both: np.ndarray) -> Bool[np.ndarray, "4 n"]:
    """Return for each valence in which of the steps it dominates."""
    dominant = np.where(both, np.nan_to_num(value).argmax(axis=1), -1)
    return np.array(
        [
            np.isin(dominant, [EMOTIONS.index(emotion) for emotion in emotions])
            for emotions in VALENCES.values()
        ]
    )


def _means(rows: Bool[np.ndarray, "4 n"]) -> list[float]:
    n = rows.shape[1]
    return [float(row.sum()) / n if n else math.nan for row in rows]
