from __future__ import annotations

import numpy as np
import pytest

from groupaffect.evaluation.portrait_study import Person, measure_likeness, measure_portraits
from groupaffect.faces.portrait import N_COLUMNS, N_ROWS, Portrait


def flat(level: float, *, place: int = 0) -> Portrait:
    """Return a portrait of one colour whose face correlates only with faces of its place."""
    texture = np.zeros((48, 48), dtype=np.float32)
    texture[0, place] = 1.0
    return Portrait(np.full((N_ROWS, N_COLUMNS, 3), level, dtype=np.float32), texture)


def test_measure_portraits_of_a_worked_example() -> None:
    ann = [flat(level) for level in (100, 101, 103, 120)]  # album: 100
    bob = [flat(level) for level in (150, 170, 151, 168)]  # album: 150, 170
    measured = measure_portraits([ann, bob])
    own, others = [3, 20, 1, 2], [150 - 103, 150 - 120, 51, 68]
    assert measured["own_quantile_95"] == pytest.approx(np.quantile(own, 0.95))
    assert measured["own_share_beyond_same_grey"] == 0.25
    assert measured["own_share_beyond_other_grey"] == 0
    assert measured["others_quantile_005"] == pytest.approx(np.quantile(others, 0.005))
    assert measured["others_share_within_same_grey"] == 0
    assert measured["others_share_within_other_grey"] == 0.25
    assert measured["others_closest"] == 30
    # every third portrait: 100 and 120 of ann, 150 and 168 of bob
    assert measured["others_closest_portraits"] == 30


def test_measure_likeness_compares_different_people_and_the_frames_of_one() -> None:
    alike, other = flat(0, place=1), flat(0, place=2)
    people = [
        Person((alike, alike), (), np.array([0.9, 1.0]), 2.0),
        Person((alike, other), (), np.array([0.8]), 2.0),
    ]
    measured = measure_likeness(people)
    pairs = [1.0, 1.0, 0.0, 0.0]
    assert measured["others_quantile_99"] == pytest.approx(np.quantile(pairs, 0.99))
    assert measured["frame_to_frame_least"] == 0.8
