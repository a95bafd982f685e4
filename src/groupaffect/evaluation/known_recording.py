"""How often each source is right in a recording whose truth is known by second."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from groupaffect.evaluation.by_second import Score, score_seconds
from groupaffect.evaluation.source_signals import Signals, signals_of
from groupaffect.evaluation.truth import read_truth
from groupaffect.types import Analysis


@dataclass(frozen=True, slots=True)
class Recognition:
    """Recognition in one recording.

    Attributes
    ----------
    everybody : score of each source ("image", "landmark", "fixed", "fused") over everybody.
    by_person : accuracy of each source, by participant.
    most_frequent_share : accuracy of whoever always names the most frequent true emotion.
    chance_recall : macro recall of whoever always names one emotion.
    """

    everybody: dict[str, Score]
    by_person: dict[str, dict[str, float]]
    most_frequent_share: float
    chance_recall: float


def score_recording(analysis: Analysis, truth: Path) -> Recognition:
    """Score every source against the table of truth.

    Raises
    ------
    UsageError : the table names nobody of the recording, or no whole seconds.
    InsufficientDataError : it names no emotion.
    """
    labels = read_truth(truth, analysis.participants, ignore_others=True)
    signals = signals_of(analysis)
    everybody = {source: score_seconds(values, labels) for source, values in signals.items()}
    known = np.concatenate([label[label >= 0] for label in labels.values()])
    counts = np.unique(known, return_counts=True)[1]
    return Recognition(
        everybody,
        {source: _by_person(signals, labels, source) for source in signals},
        most_frequent_share=float(counts.max() / counts.sum()),
        chance_recall=1 / len(counts),
    )


def _by_person(signals: Signals, labels: dict[str, np.ndarray], source: str) -> dict[str, float]:
    return {
        person: score_seconds(signals[source], {person: label}, n_resamples=1).accuracy
        for person, label in labels.items()
        if (label >= 0).any()
    }
