from __future__ import annotations

import numpy as np
import pytest

from groupaffect.evaluation.classification import macro_f1_score, score_readings


def readings(rng: np.random.Generator, n: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Return probabilities that lean to the labels; every ninth face was not found."""
    label = rng.integers(0, 7, n)
    probability = rng.dirichlet(np.ones(7), n) + 0.4 * np.eye(7)[label]
    probability /= probability.sum(axis=1, keepdims=True)
    probability[::9] = np.nan
    return probability, label


def slow_figures(probability: np.ndarray, label: np.ndarray) -> dict[str, object]:
    """Count one row at a time."""
    words = [-1 if np.isnan(row).any() else int(row.argmax()) for row in probability]
    recall, precision, f1 = [], [], []
    for k in range(7):
        hits = sum(w == k and t == k for w, t in zip(words, label, strict=True))
        missed = sum(w != k and t == k for w, t in zip(words, label, strict=True))
        false = sum(w == k and t != k for w, t in zip(words, label, strict=True))
        recall.append(hits / (hits + missed))
        precision.append(hits / (hits + false))
        f1.append(2 * hits / (2 * hits + false + missed))
    n_right = sum(w == t for w, t in zip(words, label, strict=True))
    return {
        "n_no_face": words.count(-1),
        "accuracy": n_right / len(label),
        "recall": recall,
        "precision": precision,
        "macro_f1": sum(f1) / 7,
        "confusion": [
            [sum(w == k and t == row for w, t in zip(words, label, strict=True)) for k in range(7)]
            for row in range(7)
        ],
    }


def slow_calibration_error(probability: np.ndarray, label: np.ndarray, n_bins: int) -> float:
    total, n_read = 0.0, int((~np.isnan(probability[:, 0])).sum())
    for b in range(n_bins):
        confidences, hits = [], []
        for row, truth in zip(probability, label, strict=True):
            top = row.max()  # NaN lies in no bin
            if b / n_bins <= top < (b + 1) / n_bins or (b == n_bins - 1 and top == 1.0):
                confidences.append(top)
                hits.append(row.argmax() == truth)
        if hits:
            total += len(hits) / n_read * abs(np.mean(confidences) - np.mean(hits))
    return float(total)


def test_scores_equal_slow_twin(rng: np.random.Generator) -> None:
    probability, label = readings(rng)
    scores, slow = score_readings(probability, label), slow_figures(probability, label)
    assert scores.n == 400
    for name, wanted in slow.items():
        np.testing.assert_allclose(getattr(scores, name), wanted, err_msg=name)
    assert scores.ece == pytest.approx(slow_calibration_error(probability, label, 15))
    assert scores.n_by_label.sum() == 400
    assert scores.confusion.sum() + scores.n_no_face_by_label.sum() == 400


def test_scores_of_missing_faces_are_wrong_but_not_miscalibrated() -> None:
    probability = np.eye(7)[[3, 3, 4, 4]]
    whole = score_readings(probability, np.array([3, 3, 4, 4]))
    assert (whole.accuracy, whole.macro_f1, whole.ece, whole.n_no_face) == (1.0, 1.0, 0.0, 0)
    probability[0] = np.nan
    one_lost = score_readings(probability, np.array([3, 3, 4, 4]))
    assert (one_lost.n, one_lost.n_no_face, one_lost.ece) == (4, 1, 0.0)
    assert one_lost.accuracy == 0.75
    assert one_lost.recall[3] == 0.5
    assert one_lost.precision[3] == 1.0  # what was said was right
    assert one_lost.macro_f1 == pytest.approx((2 / 3 + 1) / 2)


def test_scores_leave_emotions_out_that_no_label_has() -> None:
    scores = score_readings(np.eye(7)[[3, 0]], np.array([3, 4]))
    assert np.isnan(scores.recall[[0, 1, 2, 5, 6]]).all()
    assert scores.recall[[3, 4]].tolist() == [1.0, 0.0]
    assert scores.macro_f1 == 0.5
    assert scores.precision[0] == 0.0


def test_scores_when_nothing_was_read() -> None:
    scores = score_readings(np.full((3, 7), np.nan), np.array([0, 0, 1]))
    assert (scores.accuracy, scores.macro_f1, scores.n_no_face) == (0.0, 0.0, 3)
    assert np.isnan(scores.ece)
    assert scores.chance == pytest.approx(2 / 3)


def test_scores_do_not_depend_on_the_names_of_the_classes(rng: np.random.Generator) -> None:
    probability, label = readings(rng)
    order = rng.permutation(7)
    scores = score_readings(probability, label)
    renamed = score_readings(probability[:, order], np.argsort(order)[label])
    assert renamed.accuracy == scores.accuracy
    assert renamed.macro_f1 == pytest.approx(scores.macro_f1)
    np.testing.assert_allclose(renamed.recall, scores.recall[order])


def test_macro_f1_interval_holds_the_figure_and_equals_a_bootstrap_over_rows(
    rng: np.random.Generator,
) -> None:
    probability, label = readings(rng, 150)
    scores = score_readings(probability, label)
    low, high = scores.macro_f1_interval
    assert low < scores.macro_f1 < high
    draws = [
        score_rows(probability[rows], label[rows])
        for rows in rng.integers(0, 150, (1000, 150))  # the obvious bootstrap, a row at a time
    ]
    np.testing.assert_allclose([low, high], np.quantile(draws, [0.025, 0.975]), atol=0.015)


def score_rows(probability: np.ndarray, label: np.ndarray) -> float:
    counts = np.zeros((7, 8), dtype=np.int64)
    for row, truth in zip(probability, label, strict=True):
        counts[truth, 7 if np.isnan(row).any() else row.argmax()] += 1
    return float(macro_f1_score(counts))
