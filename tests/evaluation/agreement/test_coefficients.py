"""Coefficients against published examples, slow twins, and another implementation."""

from __future__ import annotations

from itertools import combinations, permutations

import krippendorff
import numpy as np
import pytest

from evaluation.agreement.published import FLEISS_1971, KRIPPENDORFF_2011, counts_to_ratings
from groupaffect.evaluation.agreement.coefficients import (
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
)
from groupaffect.evaluation.agreement.tallies import Tallies, tally


def total_of(emotion: np.ndarray, *, n_labels: int = 5) -> Tallies:
    return tally(emotion, n_labels=n_labels, k=emotion.shape[1]).total()


def random_ratings(rng: np.random.Generator, *, n_labels: int = 4) -> np.ndarray:
    truth = rng.integers(0, n_labels, (40, 1))
    said = np.where(rng.random((40, 4)) < 0.6, truth, rng.integers(0, n_labels, (40, 4)))
    return np.where(rng.random((40, 4)) < 0.2, -1, said)


def slow_alpha(emotion: np.ndarray) -> float:
    """Return alpha as one minus observed over expected disagreement, pair by pair."""
    units = [[v for v in row if v >= 0] for row in emotion.tolist()]
    units = [unit for unit in units if len(unit) > 1]
    values = [v for unit in units for v in unit]
    observed = sum(
        sum(a != b for a, b in permutations(unit, 2)) / (len(unit) - 1) for unit in units
    ) / len(values)
    apart = [a != b for a, b in permutations(values, 2)]
    return 1 - observed / (sum(apart) / len(apart))


def test_alpha_of_krippendorffs_example_is_as_published() -> None:
    alpha = krippendorff_alpha(total_of(KRIPPENDORFF_2011).coincidence)
    assert alpha[0] == pytest.approx(0.743, abs=5e-4)


def test_alpha_equals_slow_twin_and_the_package(rng: np.random.Generator) -> None:
    for _ in range(5):
        emotion = random_ratings(rng)
        alpha = krippendorff_alpha(total_of(emotion, n_labels=4).coincidence)[0]
        with_nan = np.where(emotion < 0, np.nan, emotion).T
        other = krippendorff.alpha(reliability_data=with_nan, level_of_measurement="nominal")
        assert alpha == pytest.approx(slow_alpha(emotion))
        assert alpha == pytest.approx(other)


def test_ac1_of_gwets_example_is_as_published() -> None:
    # The same data in Gwet 2014 and in the R package irrCAC: AC1 .77544.
    counts = total_of(KRIPPENDORFF_2011)
    ac1 = gwet_ac1(counts.agreement, counts.n_pairable, counts.prevalence)
    assert ac1[0] == pytest.approx(0.77544, abs=5e-6)


def test_ac1_does_not_fall_where_one_label_is_common() -> None:
    # Gwet 2008, table 1 (after Feinstein & Cicchetti): 118 both yes, 5 and 2 apart, none both no.
    counts = np.array([[118.0, 5.0], [2.0, 0.0]])
    pairs = [(a, b) for a in (0, 1) for b in (0, 1) for _ in range(int(counts[a, b]))]
    found = total_of(np.array(pairs), n_labels=2)
    assert gwet_ac1(found.agreement, found.n_pairable, found.prevalence)[0] == pytest.approx(
        0.941, abs=5e-4
    )
    assert cohen_kappa(counts) == pytest.approx(-0.023, abs=5e-4)


def test_fleiss_kappa_of_his_example_is_as_published() -> None:
    assert FLEISS_1971.sum(axis=0).tolist() == [26, 26, 30, 55, 43]
    counts = total_of(counts_to_ratings(FLEISS_1971))
    kappa = fleiss_kappa(counts.complete_agreement, counts.n_complete, counts.complete_total)
    assert kappa[0] == pytest.approx(0.430, abs=5e-4)


def test_fleiss_kappa_leaves_incomplete_units_out() -> None:
    ratings = counts_to_ratings(FLEISS_1971)
    half = ratings.copy()
    half[15:, 0] = -1
    counts, first = total_of(half), total_of(ratings[:15])
    assert counts.n_complete[0] == 15
    assert counts.complete_total.tolist() == first.complete_total.tolist()
    assert counts.complete_agreement == pytest.approx(first.complete_agreement)


def test_cohen_kappa_equals_slow_twin(rng: np.random.Generator) -> None:
    emotion = random_ratings(rng)
    found = cohen_kappa(total_of(emotion, n_labels=4).confusion[0])
    for number, (a, b) in enumerate(combinations(range(4), 2)):
        pairs = [(x, y) for x, y in emotion[:, [a, b]].tolist() if x >= 0 and y >= 0]
        observed = sum(x == y for x, y in pairs) / len(pairs)
        expected = sum(x == y for x, _ in pairs for _, y in pairs) / len(pairs) ** 2
        assert found[number] == pytest.approx((observed - expected) / (1 - expected))


def test_coefficients_do_not_depend_on_names_of_labels_or_order_of_raters(
    rng: np.random.Generator,
) -> None:
    emotion = random_ratings(rng)
    renamed = np.where(emotion < 0, -1, np.array([2, 0, 3, 1])[emotion])[:, [3, 1, 0, 2]]
    one, other = total_of(emotion, n_labels=4), total_of(renamed, n_labels=4)
    assert krippendorff_alpha(one.coincidence) == pytest.approx(
        krippendorff_alpha(other.coincidence)
    )
    assert gwet_ac1(one.agreement, one.n_pairable, one.prevalence) == pytest.approx(
        gwet_ac1(other.agreement, other.n_pairable, other.prevalence)
    )


def test_coefficients_without_variation_are_undefined_but_for_ac1() -> None:
    counts = total_of(np.full((10, 3), 2))
    assert np.isnan(krippendorff_alpha(counts.coincidence)[0])
    assert np.isnan(cohen_kappa(counts.confusion[0])).all()
    assert np.isnan(
        fleiss_kappa(counts.complete_agreement, counts.n_complete, counts.complete_total)[0]
    )
    assert gwet_ac1(counts.agreement, counts.n_pairable, counts.prevalence)[0] == 1


def test_coefficients_of_equal_raters_who_vary_are_one() -> None:
    counts = total_of(np.repeat(np.arange(10)[:, None] % 5, 3, axis=1))
    assert krippendorff_alpha(counts.coincidence)[0] == pytest.approx(1)
    assert cohen_kappa(counts.confusion[0]) == pytest.approx(1)


def test_tallies_of_blocks_add_up(rng: np.random.Generator) -> None:
    emotion, block = random_ratings(rng), rng.integers(0, 6, 40)
    parts = tally(emotion, n_labels=4, k=3, block=block)
    whole = tally(emotion, n_labels=4, k=3)
    weight = np.zeros((1, len(parts.n_units)))
    weight[0, 2] = 2.0
    assert parts.total().coincidence == pytest.approx(whole.coincidence)
    twice = np.concatenate([emotion[block == 2]] * 2)
    assert parts.drawn(weight).confusion == pytest.approx(tally(twice, n_labels=4, k=3).confusion)
