"""What is fitted is what a slow, obvious descent finds, and what theory says."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import softmax

from groupaffect.person_profile import shift_probability
from groupaffect.personal.fitting import fit_head, fit_offset


def made(rng: np.random.Generator, n: int = 80) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    probability = softmax(rng.normal(0, 1, (n, 7)), axis=1)
    target = softmax(rng.normal(0, 1, (n, 7)) + [0, 0, 0, 1.5, 0, 0, 1], axis=1)
    return probability, target, rng.uniform(0.2, 1.0, n)


def slow_descent(
    probability: np.ndarray,
    feature: np.ndarray,
    target: np.ndarray,
    weight: np.ndarray,
    *,
    pull: float,
) -> np.ndarray:
    """Return (7, 1 + d) by many small steps down numeric slopes' closed form, row by row."""
    moved = np.zeros((7, 1 + feature.shape[1]))
    for _ in range(3000):
        slope = pull * moved
        for p, x, t, w in zip(probability, feature, target, weight, strict=True):
            column = np.concatenate([[1.0], x])
            now = softmax(np.log(p) + moved @ column)
            slope = slope + w / weight.sum() * np.outer(now - t, column)
        moved = moved - 0.8 * slope
    return moved


def test_fit_offset_equals_slow_descent(rng: np.random.Generator) -> None:
    probability, target, weight = made(rng, 20)
    slow = slow_descent(probability, np.zeros((20, 0)), target, weight, pull=0.2)
    fitted = fit_offset(probability, target, weight, pull=0.2)
    np.testing.assert_allclose(fitted.bias, slow[:, 0], atol=1e-4)


def test_fit_head_equals_slow_descent(rng: np.random.Generator) -> None:
    probability, target, weight = made(rng, 20)
    embedding = rng.normal(3.0, 2.0, (20, 3))
    share = weight / weight.sum()
    centred = embedding - share @ embedding
    length = np.sqrt(share @ (centred**2).sum(axis=1))
    slow = slow_descent(probability, centred / length, target, weight, pull=0.2)
    fitted = fit_head(probability, embedding, target, weight, pull=0.2)
    np.testing.assert_allclose(fitted.bias, slow[:, 0], atol=1e-4)
    np.testing.assert_allclose(fitted.weight * length, slow[:, 1:], atol=1e-4)


def test_fit_offset_without_a_pull_makes_the_means_agree(rng: np.random.Generator) -> None:
    probability, target, weight = made(rng)
    moved = shift_probability(probability, fit_offset(probability, target, weight, pull=0.0))
    means = (np.average(each, axis=0, weights=weight) for each in (moved, target))
    np.testing.assert_allclose(*means, atol=1e-4)


def test_fit_recovers_an_offset_that_was_added(rng: np.random.Generator) -> None:
    probability, _, weight = made(rng, 400)
    added = np.array([0.0, 0, 0, 0, 1.5, 0, 0])
    read = softmax(np.log(probability) + added, axis=1)
    found = fit_offset(read, probability, weight, pull=0.0).bias
    np.testing.assert_allclose(found, -(added - added.mean()), atol=0.02)


def test_fit_head_recovers_a_moved_last_layer(rng: np.random.Generator) -> None:
    embedding = rng.normal(0, 1, (600, 4))
    shared, own = rng.normal(0, 1, (2, 7, 4))
    read, true = (softmax(embedding @ head.T, axis=1) for head in (shared, own))
    fitted = fit_head(read, embedding, true, np.ones(600), pull=1e-6)
    assert np.abs(shift_probability(read, fitted, embedding) - true).max() < 0.02


@pytest.mark.parametrize("pull", [1e3, 1e5])
def test_a_strong_pull_leaves_the_shared_model(rng: np.random.Generator, pull: float) -> None:
    probability, target, weight = made(rng)
    embedding = rng.normal(0, 1, (len(weight), 3))
    fitted = fit_head(probability, embedding, target, weight, pull=pull)
    moved = shift_probability(probability, fitted, embedding)
    assert np.abs(moved - probability).max() < 2 / pull


def test_labels_that_are_what_is_read_change_nothing(rng: np.random.Generator) -> None:
    probability, _, weight = made(rng)
    assert np.abs(fit_offset(probability, probability, weight, pull=0.0).bias).max() < 1e-5


def test_permuting_the_emotions_permutes_the_offset(rng: np.random.Generator) -> None:
    probability, target, weight = made(rng)
    order = rng.permutation(7)
    one = fit_offset(probability, target, weight, pull=0.1).bias
    other = fit_offset(probability[:, order], target[:, order], weight, pull=0.1).bias
    np.testing.assert_allclose(other, one[order], atol=1e-4)
