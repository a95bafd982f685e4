from __future__ import annotations

import math

import numpy as np
import pytest

from groupaffect.evaluation.complementarity import Complementarity, compare_hits


@pytest.mark.parametrize(
    ("counts", "of_union", "q"),
    [((12, 20, 16, 4), (0.42, 0.33), -0.739), ((8, 10, 6, 28), (0.42, 0.25), 0.577)],
    ids=["deepfake", "original"],
)
def test_complementarity_of_the_papers_videos(
    counts: tuple[int, int, int, int], of_union: tuple[float, float], q: float
) -> None:
    found = Complementarity(*counts)
    assert [round(share, 2) for share in found.exclusive_of_union] == list(of_union)
    assert round(found.q_statistic, 3) == q
    assert found.n == 52


def test_complementarity_worked_by_hand() -> None:
    found = Complementarity(n_both=4, n_first=2, n_second=1, n_neither=3)
    assert found.exclusive_of_own == pytest.approx((2 / 6, 1 / 5))
    assert found.disagreement == pytest.approx(0.3)
    assert found.double_fault == pytest.approx(0.3)
    assert found.oracle == pytest.approx(0.7)
    assert found.gain_captured(0.65) == pytest.approx(0.5)
    assert found.gain_captured(0.5) == pytest.approx(-1.0)


def test_complementarity_of_one_model_twice_leaves_nothing_to_gain() -> None:
    found = Complementarity(n_both=5, n_first=0, n_second=0, n_neither=5)
    assert found.q_statistic == 1.0
    assert math.isnan(found.gain_captured(0.5))
    assert math.isnan(Complementarity(0, 0, 0, 3).exclusive_of_own[0])


def test_gain_captured_is_missing_where_one_reader_is_never_right_alone() -> None:
    """The oracle is then the better reader; their accuracies differ by a rounding error only."""
    found = Complementarity(n_both=30, n_first=48, n_second=0, n_neither=28)
    assert found.oracle != max(found.accuracies)
    assert math.isnan(found.gain_captured(0.7))


def test_compare_hits_equals_slow_twin(rng: np.random.Generator) -> None:
    image, landmark = rng.random(40) < 0.6, rng.random(40) < 0.5
    pairs = list(zip(image.tolist(), landmark.tolist(), strict=True))
    wanted = [pairs.count(pair) for pair in [(True, True), (True, False), (False, True)]]
    assert compare_hits(image, landmark) == Complementarity(*wanted, pairs.count((False, False)))
