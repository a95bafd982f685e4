"""Score per-second signals against truth, with intervals that respect repeated clips.

Seconds are not independent: one acted clip that is played again gives the same answer again.
Intervals therefore resample (participant, emotion) clips, never seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from groupaffect.errors import InsufficientDataError, sentence
from groupaffect.types import EMOTIONS


@dataclass(frozen=True, slots=True)
class Score:
    """How often a source is right.

    Attributes
    ----------
    accuracy, macro_recall : 0..1; a second without a value counts as wrong.
    accuracy_interval, macro_recall_interval : 95 % by resampling clips.
    recall : by emotion that occurs in the truth. n_seconds, n_clips : what was scored.
    """

    accuracy: float
    accuracy_interval: tuple[float, float]
    macro_recall: float
    macro_recall_interval: tuple[float, float]
    recall: dict[str, float]
    n_seconds: int
    n_clips: int


def score_seconds(
    probability: dict[str, Float[np.ndarray, "_ 7"]],
    truth: dict[str, Int[np.ndarray, " _"]],
    *,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Score:
    """Score the dominant emotion of every second whose truth is known.

    Parameters
    ----------
    probability : (t, 7) by participant; NaN and lacking rows count as wrong.
    truth : (t,) by participant, positions in ``EMOTIONS``, -1 unknown.

    Raises
    ------
    InsufficientDataError : no second's truth is known.
    """
    counts = _count_clips(probability, truth)  # (n_clips, 3): emotion, seconds, hits
    if not len(counts):
        message = sentence(
            wanted="scoring needs at least one second of known truth",
            got="none",
            remedy="check that the truth uses the words of the seven emotions",
        )
        raise InsufficientDataError(message)
    accuracy, macro, recall = _figures(counts)
    rng = np.random.default_rng(seed)
    draws = np.array([_figures(_resample(counts, rng))[:2] for _ in range(n_resamples)])
    low, high = np.nanquantile(draws, [0.025, 0.975], axis=0)
    return Score(
        accuracy=accuracy,
        accuracy_interval=(float(low[0]), float(high[0])),
        macro_recall=macro,
        macro_recall_interval=(float(low[1]), float(high[1])),
        recall={EMOTIONS[k]: value for k, value in recall.items()},
        n_seconds=int(counts[:, 1].sum()),
        n_clips=len(counts),
    )


def _count_clips(
    probability: dict[str, np.ndarray], truth: dict[str, np.ndarray]
) -> Int[np.ndarray, "n 3"]:
    rows = []
    for participant, label in truth.items():
        values = probability.get(participant, np.empty((0, 7)))[: len(label)]
        found = np.full(len(label), -2)
        seen = ~np.isnan(values).any(axis=1)
        found[: len(values)][seen] = values[seen].argmax(axis=1)
        for emotion in np.unique(label[label >= 0]):
            here = label == emotion
            rows.append((int(emotion), int(here.sum()), int((found[here] == emotion).sum())))
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def _resample(counts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw clips with replacement within each emotion, so that every emotion stays."""
    drawn = [
        rng.choice(np.flatnonzero(counts[:, 0] == emotion), int((counts[:, 0] == emotion).sum()))
        for emotion in np.unique(counts[:, 0])
    ]
    return np.asarray(counts[np.concatenate(drawn)])


def _figures(counts: np.ndarray) -> tuple[float, float, dict[int, float]]:
    recall = {
        int(k): float(counts[counts[:, 0] == k, 2].sum() / counts[counts[:, 0] == k, 1].sum())
        for k in np.unique(counts[:, 0])
    }
    accuracy = float(counts[:, 2].sum() / counts[:, 1].sum())
    return accuracy, float(np.mean(list(recall.values()))), recall
