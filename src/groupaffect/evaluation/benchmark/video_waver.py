"""How per-second readings of one face waver: the figures that real and simulated seconds share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

FLOOR = 1e-6  # below, a probability counts as this


@dataclass(frozen=True, slots=True)
class Waver:
    """Of the image and of the landmark model, over some stretches of one face each.

    Attributes
    ----------
    flips_per_min : changes of the likeliest emotion.
    lag_1 : correlation of the readings with those a second before.
    variance : of the readings, summed over the emotions.
    confidence : mean probability of the likeliest emotion.
    cross : correlation of the two models' readings. agreement : seconds in which both name the
        same emotion. n_seconds, n_stretches : what the figures rest on.

    Readings are centred log ratios (Aitchison 1986), less their mean over the stretch.
    """

    flips_per_min: tuple[float, float]
    lag_1: tuple[float, float]
    variance: tuple[float, float]
    confidence: tuple[float, float]
    cross: float
    agreement: float
    n_seconds: int
    n_stretches: int


def measure_waver(stretches: Sequence[Float[np.ndarray, "_ 2 7"]]) -> Waver:
    """Return how readings waver; seconds that are not seen are left out, and close up.

    Parameters
    ----------
    stretches : (t, 2, 7) by model, each of one face.

    Examples
    --------
    >>> still = np.full((10, 2, 7), 1 / 7)
    >>> measure_waver([still]).flips_per_min
    (0.0, 0.0)
    """
    sums = np.zeros((5, 2))  # flips, lagged products, squares, squares but the last, confidence
    cross, n_agree, n_seconds, n_steps = 0.0, 0, 0, 0
    for stretch in stretches:
        seen = stretch[np.isfinite(stretch).all(axis=(1, 2))]
        moved = centred_log_ratio(seen)
        moved -= moved.mean(axis=0)
        likeliest = seen.argmax(axis=2)
        square = (moved**2).sum(axis=(0, 2))
        sums[0] += (np.diff(likeliest, axis=0) != 0).sum(axis=0)
        sums[1] += (moved[1:] * moved[:-1]).sum(axis=(0, 2))
        sums[2] += square
        sums[3] += square * (len(seen) - 1) / len(seen)
        sums[4] += seen.max(axis=2).sum(axis=0)
        cross += float((moved[:, 0] * moved[:, 1]).sum())
        n_agree += int((likeliest[:, 0] == likeliest[:, 1]).sum())
        n_seconds, n_steps = n_seconds + len(seen), n_steps + len(seen) - 1
    lag = sums[1] / np.maximum(sums[3], FLOOR)
    return Waver(
        flips_per_min=_pair(60 * sums[0] / n_steps),
        lag_1=_pair(lag),
        variance=_pair(sums[2] / n_seconds),
        confidence=_pair(sums[4] / n_seconds),
        cross=cross / max(float(np.sqrt(sums[2].prod())), FLOOR),
        agreement=n_agree / n_seconds,
        n_seconds=n_seconds,
        n_stretches=len(stretches),
    )


def centred_log_ratio(probability: Float[np.ndarray, "*shape 7"]) -> Float[np.ndarray, "*shape 7"]:
    """Return log probabilities less their mean."""
    log = np.log(probability.clip(FLOOR))
    return np.asarray(log - log.mean(axis=-1, keepdims=True))


def _pair(values: np.ndarray) -> tuple[float, float]:
    return float(values[0]), float(values[1])
