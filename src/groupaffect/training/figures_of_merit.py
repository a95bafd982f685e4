"""Measure a model on labelled faces: what the cards say."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from groupaffect.types import EMOTIONS


def measure_classifier(
    probability: Float[np.ndarray, "n 7"], label: Int[np.ndarray, " n"]
) -> dict[str, Any]:
    """Return accuracy, macro F1, recall and precision by class, confusion and ECE.

    The expected calibration error has 15 equal-width bins of the top probability.
    """
    predicted = probability.argmax(axis=1)
    confusion = np.zeros((7, 7), dtype=np.int64)
    np.add.at(confusion, (label, predicted), 1)
    hits = np.diag(confusion).astype(np.float64)
    recall = hits / np.maximum(confusion.sum(axis=1), 1)
    precision = hits / np.maximum(confusion.sum(axis=0), 1)
    f1 = 2 * recall * precision / np.maximum(recall + precision, 1e-12)
    return {
        "n": len(label),
        "accuracy": round(float(hits.sum() / len(label)), 4),
        "macro_f1": round(float(f1.mean()), 4),
        "recall": dict(zip(EMOTIONS, recall.round(4).tolist(), strict=True)),
        "precision": dict(zip(EMOTIONS, precision.round(4).tolist(), strict=True)),
        "confusion_rows_are_labels": confusion.tolist(),
        "ece": round(calibration_error(probability, predicted == label), 4),
    }


def calibration_error(
    probability: Float[np.ndarray, "n 7"], right: Bool[np.ndarray, " n"], *, n_bins: int = 15
) -> float:
    """Return the mean gap between confidence and accuracy over bins, weighted by size."""
    confidence = probability.max(axis=1)
    bins = np.minimum((confidence * n_bins).astype(int), n_bins - 1)
    gaps = [
        abs(confidence[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean()
        for b in range(n_bins)
        if (bins == b).any()
    ]
    return float(sum(gaps))
