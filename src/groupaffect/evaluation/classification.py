"""Score readings of stills against their labels: the figures of cards and of ``evaluate``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from groupaffect.evaluation.intervals import bootstrap_interval, wilson_interval
from groupaffect.evaluation.reliability import sort_by_confidence
from groupaffect.types import EMOTIONS

N = len(EMOTIONS)


@dataclass(frozen=True, slots=True)
class Scores:
    """How well labels were read. A face that was not read counts as wrong.

    Attributes
    ----------
    n : rows. n_no_face : rows without a reading.
    accuracy : share of all rows; chance : the share of the most frequent label.
    accuracy_interval : Wilson, 95 %. macro_f1_interval : bootstrap over rows, 95 %.
    macro_f1 : mean over the emotions that occur as a label.
    recall : (7,) NaN where an emotion has no row. precision : (7,) 0 where it was never read.
    confusion : (7, 7) rows are labels, columns readings; rows without a reading are in none.
    n_by_label, n_no_face_by_label : (7,) rows.
    ece : expected calibration error of the readings that there are, see
        ``Reliability.calibration_error``; NaN where there are none.
    """

    n: int
    n_no_face: int
    accuracy: float
    accuracy_interval: tuple[float, float]
    chance: float
    macro_f1: float
    macro_f1_interval: tuple[float, float]
    recall: Float[np.ndarray, " 7"]
    precision: Float[np.ndarray, " 7"]
    confusion: Int[np.ndarray, "7 7"]
    n_by_label: Int[np.ndarray, " 7"]
    n_no_face_by_label: Int[np.ndarray, " 7"]
    ece: float


def score_readings(probability: Float[np.ndarray, "n 7"], label: Int[np.ndarray, " n"]) -> Scores:
    """Score the likeliest emotion of each row.

    Parameters
    ----------
    probability : (n, 7) rows sum to 1, or are NaN where no face was read. n >= 1.
    label : (n,) positions in ``EMOTIONS``.

    Examples
    --------
    >>> readings = np.eye(7)[[3, 3, 4]]; readings[2] = np.nan
    >>> scores = score_readings(readings, np.array([3, 4, 4]))
    >>> round(scores.accuracy, 3), scores.n_no_face, scores.recall[[3, 4]].tolist()
    (0.333, 1, [1.0, 0.0])
    """
    read = ~np.isnan(probability).any(axis=1)
    predicted = np.full(len(label), N)
    predicted[read] = probability[read].argmax(axis=1)
    counts = np.zeros((N, N + 1), dtype=np.int64)  # last column: no face
    np.add.at(counts, (label, predicted), 1)
    hits, n_by_label = np.diag(counts).astype(np.float64), counts.sum(axis=1)
    n_hits = int(hits.sum())
    return Scores(
        n=len(label),
        n_no_face=int(counts[:, N].sum()),
        accuracy=n_hits / len(label),
        accuracy_interval=wilson_interval(n_hits, len(label)),
        chance=float(n_by_label.max() / len(label)),
        macro_f1=float(macro_f1_score(counts)),
        macro_f1_interval=bootstrap_interval(counts, score=macro_f1_score),
        recall=np.where(n_by_label > 0, hits / np.maximum(n_by_label, 1), np.nan),
        precision=hits / np.maximum(counts[:, :N].sum(axis=0), 1),
        confusion=counts[:, :N],
        n_by_label=n_by_label,
        n_no_face_by_label=counts[:, N],
        ece=sort_by_confidence(probability[read], predicted[read] == label[read]).calibration_error,
    )


def macro_f1_score(counts: Int[np.ndarray, "*draws 7 read"]) -> Float[np.ndarray, "*draws"]:
    """Return the mean F1 over the labels that occur, 2 hits / (labelled + read) each.

    Parameters
    ----------
    counts : (..., 7, 7 or 8) rows are labels, columns readings; an eighth one is no reading.

    Examples
    --------
    >>> counts = np.zeros((7, 8), dtype=int); counts[3, 3] = counts[4, 3] = 1
    >>> float(macro_f1_score(counts).round(3))  # happy 2/3, sad 0, no other occurs
    0.333
    """
    hits = np.diagonal(counts, axis1=-2, axis2=-1)
    n_by_label = counts.sum(axis=-1)
    f1 = 2 * hits / np.maximum(n_by_label + counts[..., :N].sum(axis=-2), 1)
    occurs = n_by_label > 0
    return np.asarray((f1 * occurs).sum(axis=-1) / np.maximum(occurs.sum(axis=-1), 1))
