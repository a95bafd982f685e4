"""The figures of a model's card, from ``evaluation.classification``."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float, Int

from groupaffect.evaluation.classification import score_readings
from groupaffect.types import EMOTIONS


def measure_classifier(
    probability: Float[np.ndarray, "n 7"], label: Int[np.ndarray, " n"]
) -> dict[str, Any]:
    """Return accuracy, macro F1, recall and precision by class, confusion and ECE, rounded."""
    scores = score_readings(probability, label)
    return {
        "n": scores.n,
        "accuracy": round(scores.accuracy, 4),
        "macro_f1": round(scores.macro_f1, 4),
        "recall": dict(zip(EMOTIONS, scores.recall.round(4).tolist(), strict=True)),
        "precision": dict(zip(EMOTIONS, scores.precision.round(4).tolist(), strict=True)),
        "confusion_rows_are_labels": scores.confusion.tolist(),
        "ece": round(scores.ece, 4),
    }
