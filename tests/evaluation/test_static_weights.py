from __future__ import annotations

import numpy as np
import pytest
from scipy.special import softmax

from groupaffect.evaluation.static_weights import (
    Fit,
    fit_log_weights,
    fit_one_weight,
    fit_weight_by_emotion,
    read_by_folds,
)


def noisy_readings(rng: np.random.Generator, label: np.ndarray, strength: np.ndarray) -> np.ndarray:
    """Return (n, 7) probabilities that see each emotion as strongly as its entry says."""
    seen = np.eye(7)[label] * strength[label][:, None]
    return np.asarray(softmax(seen + rng.normal(0, 1, (len(label), 7)), axis=1))


@pytest.mark.parametrize("fit", [fit_one_weight, fit_weight_by_emotion, fit_log_weights])
def test_fusion_of_a_seeing_and_a_blind_model_trusts_the_seeing_one(
    rng: np.random.Generator, fit: Fit
) -> None:
    label = rng.integers(0, 7, 700)
    sees = noisy_readings(rng, label, np.full(7, 3.0))
    blind = noisy_readings(rng, label, np.zeros(7))
    own = (sees.argmax(axis=1) == label).mean()
    for image, landmark in ((sees, blind), (blind, sees)):
        fused = read_by_folds(image, landmark, label, fit=fit)
        assert (fused.argmax(axis=1) == label).mean() > own - 0.03
        np.testing.assert_allclose(fused.sum(axis=1), 1, atol=1e-9)


@pytest.mark.parametrize("fit", [fit_weight_by_emotion, fit_log_weights])
def test_fusion_by_emotion_gains_where_each_model_sees_other_emotions(
    rng: np.random.Generator, fit: Fit
) -> None:
    label = rng.integers(0, 7, 1400)
    first = np.array([4.0, 4, 4, 4, 0, 0, 0])
    image = noisy_readings(rng, label, first)
    landmark = noisy_readings(rng, label, 4 - first)
    fused = read_by_folds(image, landmark, label, fit=fit)
    best = max((one.argmax(axis=1) == label).mean() for one in (image, landmark))
    assert (fused.argmax(axis=1) == label).mean() > best + 0.1


def test_one_weight_equals_slow_twin(rng: np.random.Generator) -> None:
    label = rng.integers(0, 7, 60)
    image = noisy_readings(rng, label, np.full(7, 1.5))
    landmark = noisy_readings(rng, label, np.full(7, 1.0))
    best_hits, best_weight = -1, 0.0
    for weight in sorted(np.linspace(0, 1, 101).tolist(), key=lambda w: abs(w - 0.5)):
        hits = 0
        for i in range(60):
            fused = [
                weight * a + (1 - weight) * b for a, b in zip(image[i], landmark[i], strict=True)
            ]
            hits += int(np.argmax(fused) == label[i])
        if hits > best_hits:
            best_hits, best_weight = hits, weight
    fused = fit_one_weight(image, landmark, label)(image, landmark)
    np.testing.assert_allclose(fused, best_weight * image + (1 - best_weight) * landmark)


def test_folds_never_read_a_face_by_a_fusion_that_saw_its_label(rng: np.random.Generator) -> None:
    label = np.arange(50)
    rows = np.tile(np.arange(50.0)[:, None], (1, 7))  # a face's readings are its number
    known: list[set[int]] = []

    def fit(image: np.ndarray, landmark: np.ndarray, label: np.ndarray) -> object:
        known.append(set(label.tolist()))

        def read(image: np.ndarray, landmark: np.ndarray) -> np.ndarray:
            assert known[-1].isdisjoint(image[:, 0].astype(int).tolist())
            return image

        return read

    fused = read_by_folds(rows, rows, label, fit=fit)  # type: ignore[arg-type]
    np.testing.assert_array_equal(fused, rows)  # every face was read
    assert len(known) == 5
