"""What one model's reading of a performance keeps and loses from one recording to another."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Literal

import numpy as np
from jaxtyping import Float

from groupaffect.evaluation.series_correlation import (
    SeriesCorrelation,
    correlate_pair,
    pearson_matrix,
)
from groupaffect.evaluation.valence import compare_shares
from groupaffect.group.chance import adjust_p
from groupaffect.types import EMOTIONS, Model

Verdict = Literal["kept", "lost", "undetermined", "constant", "insufficient data"]
Series = Float[np.ndarray, "n 7"]

ALPHA = 0.05
LOST_BELOW = 0.5  # r whose square says that less than a quarter of the movement is shared (ours)


def compare_readings(
    original: Mapping[Model, Series], other: Mapping[Model, Series]
) -> dict[Model, dict[str, Any]]:
    """Return by model: the 7x7 correlations, their diagonal with a verdict each, and shares.

    The p of all diagonals together are corrected for their number.

    Parameters
    ----------
    original, other : by model, (n, 7) in the same steps.
    """
    diagonals = {
        model: [correlate_pair(original[model][:, k], other[model][:, k]) for k in range(7)]
        for model in original
    }
    pairs = [pair for diagonal in diagonals.values() for pair in diagonal]
    adjusted = iter(adjust_p([pair.p for pair in pairs]))
    return {
        model: {
            **_summary(original[model], other[model]),
            "diagonal": {
                emotion: _row(pair, next(adjusted))
                for emotion, pair in zip(EMOTIONS, diagonal, strict=True)
            },
        }
        for model, diagonal in diagonals.items()
    }


def _summary(original: Series, other: Series) -> dict[str, Any]:
    both = np.isfinite(original).all(axis=1) & np.isfinite(other).all(axis=1)
    a, b = original[both], other[both]
    matrix = pearson_matrix(original, other)
    diagonal = np.diagonal(matrix)
    told = diagonal[np.isfinite(diagonal)]
    n = len(a)
    return {
        "n_steps": n,
        "correlation": matrix.tolist(),
        "mean_diagonal": float(told.mean()) if len(told) else math.nan,
        "same_dominant": float((a.argmax(axis=1) == b.argmax(axis=1)).mean()) if n else math.nan,
        # Half the summed difference: 0 the same, 1 nothing in common.
        "mean_distance": float(np.abs(a - b).sum(axis=1).mean() / 2) if n else math.nan,
        "n_likeliest": {
            name: dict(
                zip(EMOTIONS, np.bincount(value.argmax(axis=1), minlength=7).tolist(), strict=True)
            )
            for name, value in (("original", a), ("other", b))
        },
        "mean_probability": {
            name: dict(zip(EMOTIONS, value.mean(axis=0).tolist(), strict=True)) if n else {}
            for name, value in (("original", a), ("other", b))
        },
        "shares": compare_shares(original, other),
    }


def _row(pair: SeriesCorrelation, p_adjusted: float) -> dict[str, Any]:
    return {**asdict(pair), "p_adjusted": p_adjusted, "verdict": judge(pair, p_adjusted)}


def judge(pair: SeriesCorrelation, p_adjusted: float) -> Verdict:
    """Return whether an emotion's course is kept.

    kept: it goes together beyond chance; lost: the interval ends below .5 and it is not kept;
    undetermined: neither can be said; constant: one of the series does not move.
    """
    if math.isnan(pair.r):
        return "constant"
    if not pair.is_enough:
        return "insufficient data"
    if p_adjusted <= ALPHA and pair.interval[0] > 0:
        return "kept"
    return "lost" if pair.interval[1] < LOST_BELOW else "undetermined"
