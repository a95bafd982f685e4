from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics

from groupaffect.training.figures_of_merit import calibration_error, measure_classifier
from groupaffect.types import EMOTIONS


def readings(rng: np.random.Generator, n: int = 400) -> tuple[np.ndarray, np.ndarray]:
    label = rng.integers(0, 7, n)
    probability = rng.dirichlet(np.ones(7), n) + 0.4 * np.eye(7)[label]
    return probability / probability.sum(axis=1, keepdims=True), label


def slow_calibration_error(probability: np.ndarray, label: np.ndarray, n_bins: int) -> float:
    total = 0.0
    for b in range(n_bins):
        confidences, hits = [], []
        for row, truth in zip(probability, label, strict=True):
            top = row.max()
            if b / n_bins <= top < (b + 1) / n_bins or (b == n_bins - 1 and top == 1.0):
                confidences.append(top)
                hits.append(row.argmax() == truth)
        if hits:
            total += len(hits) / len(label) * abs(np.mean(confidences) - np.mean(hits))
    return total


def test_measure_classifier_equals_scikit_learn(rng: np.random.Generator) -> None:
    probability, label = readings(rng)
    predicted = probability.argmax(axis=1)
    figures = measure_classifier(probability, label)
    assert figures["n"] == 400
    assert figures["accuracy"] == pytest.approx(metrics.accuracy_score(label, predicted), abs=1e-4)
    macro_f1 = metrics.f1_score(label, predicted, average="macro")
    assert figures["macro_f1"] == pytest.approx(macro_f1, abs=1e-4)
    recall = metrics.recall_score(label, predicted, average=None)
    precision = metrics.precision_score(label, predicted, average=None)
    assert [*figures["recall"].values()] == pytest.approx(recall.tolist(), abs=1e-4)
    assert [*figures["precision"].values()] == pytest.approx(precision.tolist(), abs=1e-4)
    confusion = metrics.confusion_matrix(label, predicted)
    assert figures["confusion_rows_are_labels"] == confusion.tolist()
    assert [*figures["recall"]] == [*EMOTIONS]


def test_measure_classifier_of_classes_that_never_occur_is_zero_not_missing() -> None:
    figures = measure_classifier(np.eye(7)[[3, 3]], np.array([3, 4]))
    assert figures["accuracy"] == 0.5
    assert figures["recall"]["angry"] == 0.0
    assert figures["macro_f1"] == pytest.approx(2 / 3 / 7, abs=1e-4)


@pytest.mark.parametrize("n_bins", [5, 15])
def test_calibration_error_equals_slow_twin(rng: np.random.Generator, n_bins: int) -> None:
    probability, label = readings(rng)
    right = probability.argmax(axis=1) == label
    error = calibration_error(probability, right, n_bins=n_bins)
    assert error == pytest.approx(slow_calibration_error(probability, label, n_bins))


def test_calibration_error_of_certain_and_right_is_zero() -> None:
    assert calibration_error(np.eye(7), np.ones(7, dtype=bool)) == 0.0
    assert calibration_error(np.eye(7), np.zeros(7, dtype=bool)) == 1.0
