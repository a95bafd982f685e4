from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics

from groupaffect.training.figures_of_merit import measure_classifier
from groupaffect.types import EMOTIONS


def readings(rng: np.random.Generator, n: int = 400) -> tuple[np.ndarray, np.ndarray]:
    label = rng.integers(0, 7, n)
    probability = rng.dirichlet(np.ones(7), n) + 0.4 * np.eye(7)[label]
    return probability / probability.sum(axis=1, keepdims=True), label


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
