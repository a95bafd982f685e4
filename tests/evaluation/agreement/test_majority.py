"""Two of three: its truth, its chance, and how it saturates."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from groupaffect.errors import UsageError
from groupaffect.evaluation.agreement.coefficients import krippendorff_alpha
from groupaffect.evaluation.agreement.majority import (
    chance_of_majority,
    check_k,
    find_truth,
)
from groupaffect.evaluation.agreement.tallies import tally
from reference.simulated_raters import share_of_neutral, simulate_ratings, simulate_truth


def slow_chance(emotion: np.ndarray, *, k: int, n_labels: int) -> float:
    """Return the chance by going through all that raters could say."""
    chances = []
    for row in emotion:
        present = [column for column in range(emotion.shape[1]) if row[column] >= 0]
        if len(present) < k:
            continue
        chance = 0.0
        for said in product(range(n_labels), repeat=len(present)):
            if max(said.count(label) for label in said) >= k:
                shares = [
                    (emotion[:, c] == label).sum() / (emotion[:, c] >= 0).sum()
                    for c, label in zip(present, said, strict=True)
                ]
                chance += float(np.prod(shares))
        chances.append(chance)
    return float(np.mean(chances))


def test_find_truth_needs_k_equal_ratings() -> None:
    emotion = np.array([[0, 0, 1], [0, 1, 2], [5, -1, 5], [5, -1, -1], [4, 4, 4]])
    assert find_truth(emotion, k=2, n_labels=7).tolist() == [0, -1, 5, -1, 4]
    assert find_truth(emotion, k=3, n_labels=7).tolist() == [-1, -1, -1, -1, 4]


def test_chance_of_majority_equals_slow_twin(rng: np.random.Generator) -> None:
    emotion = rng.choice(3, size=(15, 4), p=[0.6, 0.3, 0.1])
    emotion[rng.random(emotion.shape) < 0.2] = -1
    assert chance_of_majority(emotion, k=3, n_labels=3) == pytest.approx(
        slow_chance(emotion, k=3, n_labels=3)
    )


def test_chance_of_majority_without_enough_ratings_is_missing() -> None:
    assert np.isnan(chance_of_majority(np.array([[1, -1, -1]]), k=2, n_labels=7))


@pytest.mark.parametrize(
    ("neutral", "reads", "chance"),
    [
        pytest.param(1 / 7, 0.86, 0.39, id="a seventh"),
        pytest.param(0.80, 0.99, 0.91, id="80 percent"),
        pytest.param(0.95, 0.997, 0.99, id="95 percent"),
    ],
)
def test_two_of_three_saturates_and_alpha_does_not(
    rng: np.random.Generator, neutral: float, reads: float, chance: float
) -> None:
    """METHODS 3, for raters who see the truth in 70 % of seconds; their alpha is .49 in all."""
    habit = share_of_neutral(neutral)
    truth = simulate_truth(rng, habit=habit, n_s=60_000, dwell_s=1.0)
    said = simulate_ratings(rng, truth, habit=habit, sees=0.7)
    found = tally(said, n_labels=7, k=2).total()
    assert found.n_decided[0] / found.n_decidable[0] == pytest.approx(reads, abs=0.01)
    assert chance_of_majority(said, k=2, n_labels=7) == pytest.approx(chance, abs=0.01)
    assert krippendorff_alpha(found.coincidence)[0] == pytest.approx(0.49, abs=0.02)


@pytest.mark.parametrize(("k", "n_raters"), [(1, 3), (4, 3), (2, 4)])
def test_check_k_refuses_what_is_no_majority(k: int, n_raters: int) -> None:
    with pytest.raises(UsageError, match=f"of {n_raters} raters at least"):
        check_k(k, n_raters=n_raters)
