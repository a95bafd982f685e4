from __future__ import annotations

import math

import numpy as np
import pytest

from groupaffect.group.chance import Finding, adjust_p, compare_with_chance, correct_findings


@pytest.mark.parametrize(("n_above", "p"), [(0, 0.01), (4, 0.05), (99, 1.0)])
def test_p_counts_the_observed_value_itself(n_above: int, p: float) -> None:
    null = np.where(np.arange(99) < n_above, 1.0, -1.0)
    assert compare_with_chance(0.0, null, n_windows=30).p == pytest.approx(p)


def test_values_equal_but_for_rounding_count_as_reached() -> None:
    null = np.where(np.arange(99) < 50, 0.3 - 1e-15, 0.0)
    assert compare_with_chance(0.3, null, n_windows=30).p == pytest.approx(0.51)


@pytest.mark.parametrize("n_null", [19, 20, 38, 39, 53, 260, 999])
def test_lower_bound_is_above_zero_just_when_p_is_small(
    rng: np.random.Generator, n_null: int
) -> None:
    null = rng.normal(size=n_null)
    for observed in np.linspace(0.5, 3.5, 60):
        found = compare_with_chance(float(observed), null, n_windows=30)
        assert (found.p <= 0.05) == (found.low > 0)


def test_too_few_shifts_give_a_reason_and_no_p() -> None:
    found = compare_with_chance(0.9, np.array([*np.arange(18.0), np.nan]), n_windows=30)
    assert np.isnan([found.effect, found.low, found.high, found.p]).all()
    assert found.why_not == "only 18 distinct shifts, of 19 needed"


def test_constant_measure_gives_a_reason_and_no_p() -> None:
    for observed, null in [(float("nan"), np.arange(99.0)), (0.5, np.full(99, 0.5))]:
        found = compare_with_chance(observed, null, n_windows=30)
        assert (found.why_not, np.isnan(found.p)) == ("nothing varies", True)


def test_corrected_p_of_a_worked_example() -> None:
    # Benjamini & Hochberg 1995, table in section 4.1: 4 of these 15 stand at .05
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    p += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]
    found = correct_findings([Finding(p=value) for value in p])
    assert sum(one.p <= 0.05 for one in found) == 4


def test_nothing_tested_is_left_as_it_is() -> None:
    assert correct_findings([]) == ()
    assert correct_findings([Finding(why_not="one second")])[0].why_not == "one second"


def test_adjust_p_equals_slow_twin(rng: np.random.Generator) -> None:
    p = [*rng.random(12) ** 2, math.nan]
    known = sorted(value for value in p if not math.isnan(value))
    for value, got in zip(p, adjust_p(p), strict=True):
        later = [q * 12 / (1 + place) for place, q in enumerate(known) if q >= value]
        assert math.isnan(got) if math.isnan(value) else got == pytest.approx(min(later))
