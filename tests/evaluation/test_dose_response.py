from __future__ import annotations

import numpy as np
import pytest

from groupaffect.evaluation import dose_response
from groupaffect.evaluation.dose_response import (
    SHOWN,
    Doses,
    read_doses,
    summarise_doses,
    table_lines,
)
from groupaffect.evaluation.dose_response_figure import draw_dose_response
from groupaffect.settings import preset
from groupaffect.types import MODELS

STRENGTHS = (0.0, 0.5, 1.0)


def rising_doses(n_people: int) -> Doses:
    """Return readings that name what is shown at full strength only, neutral before."""
    probability = np.full((n_people, 6, 3, 7), 0.05)
    probability[:, :, :2, 6] = 0.7
    for k in range(6):
        probability[:, k, 1, k] = 0.1
        probability[:, k, 2, k] = 0.7
    return Doses(STRENGTHS, {model: probability.copy() for model in MODELS})


def test_summary_counts_who_is_recognised() -> None:
    doses = rising_doses(4)
    doses.probability["image"][0, 0, 2] = np.nan  # angry at full strength: not found
    doses.probability["image"][1, 0, 2] = doses.probability["image"][1, 3, 2]  # read as happy
    result = summarise_doses(doses)
    angry, happy = (result["models"]["image"][name] for name in ("angry", "happy"))
    assert angry["recognised"] == [0.0, 0.0, 0.5]
    assert happy["recognised"] == [0.0, 0.0, 1.0]
    assert happy["mean_probability"] == pytest.approx([0.05, 0.1, 0.7])
    assert happy["rises"]
    assert result["models"]["image"]["all"] == {
        "recognised_at_full_strength": pytest.approx(22 / 24),
        "neutral_at_rest": 1.0,
    }
    assert result["faces_found"] == pytest.approx(1 - 1 / 72)


def test_more_that_is_read_as_less_does_not_rise() -> None:
    doses = rising_doses(2)
    doses.probability["landmark"][:, 4, 2, 4] = 0.01
    models = summarise_doses(doses)["models"]
    assert [models["landmark"][name]["rises"] for name in SHOWN] == [True] * 4 + [False, True]


def test_figure_has_a_panel_for_each_emotion_and_a_line_for_each_model() -> None:
    result = summarise_doses(rising_doses(3))
    panels = draw_dose_response(result).axes
    assert [panel.get_title() for panel in panels] == list(SHOWN)
    for panel in panels:
        chance, *lines = panel.get_lines()
        assert list(chance.get_ydata()) == [1 / 7, 1 / 7]
        assert [list(line.get_ydata()) for line in lines] == [[0.0, 0.0, 1.0]] * 2
    assert len(table_lines(result)) == 2 + 2 * 7


def test_everything_is_read_where_a_face_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rest is one still for all emotions; who is not found is NaN."""
    asked: list[tuple[str | None, float]] = []

    def show(person: object, emotion: str | None, strength: float, settings: object) -> None:
        asked.append((emotion, strength))

    monkeypatch.setattr(dose_response, "_show", show)
    doses = read_doses([1, 2], strengths=STRENGTHS, settings=preset())
    wanted = [(None, 0.0), *((emotion, s) for emotion in SHOWN for s in (0.5, 1.0))]
    assert asked == wanted * 2
    assert all(np.isnan(values).all() for values in doses.probability.values())
