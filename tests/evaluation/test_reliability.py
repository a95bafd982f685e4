from __future__ import annotations

import math

import numpy as np
import pytest

from groupaffect.evaluation.reliability import sort_by_confidence
from groupaffect.evaluation.reliability_figure import draw_reliability


def test_reliability_of_certain_readings_is_all_or_nothing() -> None:
    for right, error in ((True, 0.0), (False, 1.0)):
        found = sort_by_confidence(np.eye(7), np.full(7, right))
        assert found.calibration_error == error
        assert found.n.tolist() == [0] * 14 + [7]


def test_reliability_by_hand() -> None:
    # Two bins of fifteen: .5 (two rows, one right) and .9 (one row, wrong).
    probability = np.zeros((3, 7))
    probability[:, 0], probability[:, 1] = [0.5, 0.5, 0.9], [0.5, 0.5, 0.1]
    found = sort_by_confidence(probability, np.array([True, False, False]))
    assert found.n[[7, 13]].tolist() == [2, 1]
    assert found.accuracy[[7, 13]].tolist() == [0.5, 0.0]
    assert found.confidence[[7, 13]].tolist() == pytest.approx([0.5, 0.9])
    assert found.calibration_error == pytest.approx(0.9 / 3)


def test_reliability_without_readings_is_unknown() -> None:
    assert math.isnan(sort_by_confidence(np.empty((0, 7)), np.empty(0, bool)).calibration_error)


def test_reliability_figure_shows_each_model(rng: np.random.Generator) -> None:
    found = {
        name: sort_by_confidence(rng.dirichlet(np.ones(7), 50), rng.random(50) < 0.5)
        for name in ("image", "landmark")
    }
    figure = draw_reliability(found)
    titles = [axes.get_title() for axes in figure.axes]
    assert [title.split(":")[0] for title in titles if title] == ["image", "landmark"]
    drawn = figure.axes[0].lines[1].get_xydata()
    filled = found["image"].n > 0
    np.testing.assert_allclose(
        drawn, np.stack([found["image"].confidence, found["image"].accuracy], axis=1)[filled]
    )
