from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from groupaffect.report.canvas import drawable_label
from groupaffect.report.drawable import caution_names
from groupaffect.report.overlay.captions import image_weight, read_captions, shown_name, strongest
from groupaffect.types import EmotionSignal, FusionTrace, ParticipantFacts
from reference.random_session import make_analysis, write_session


def signal(start_s: float) -> EmotionSignal:
    probability = np.array(
        [
            [0.1, 0.0, 0.0, 0.5, 0.3, 0.0, 0.1],
            [np.nan] * 7,
            [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
        ]
    )
    return EmotionSignal("P1", "fused", start_s, probability, np.ones(3), np.ones(3))


@pytest.mark.parametrize("start_s", [0.0, 40.0, 40.5])
def test_strongest_are_those_of_the_second(start_s: float) -> None:
    first_s = float(int(start_s))
    wanted = (("happy", 0.5), ("sad", 0.3), ("angry", 0.1))
    assert strongest(signal(start_s), time_s=first_s + 0.96) == wanted
    assert strongest(signal(start_s), time_s=first_s + 1.0) == ()  # not readable
    assert strongest(signal(start_s), time_s=first_s + 2.5)[0] == ("neutral", 1.0)
    assert strongest(signal(start_s), time_s=first_s + 3.0) == ()  # past the end


def test_image_weight_is_that_of_the_window() -> None:
    weight = np.array([[[0.5, 0.5], [0.25, 0.75]], [[0.6, 0.4], [np.nan, np.nan]]])
    trace = FusionTrace(
        participants=("P1", "P2"),
        window_start_s=np.array([0.0, 10.0]),
        window_end_s=np.array([10.0, 15.0]),
        weight=weight,
        n_changes=np.zeros((2, 2), dtype=np.int64),
        group_n_changes=np.zeros(2),
        reason=np.full((2, 2), "kept"),
    )
    times = (0.0, 9.99, 10.0, 14.9, 15.0)
    assert [image_weight(trace, "P1", time_s=t) for t in times] == [0.5, 0.5, 0.6, 0.6, None]
    assert [image_weight(trace, "P2", time_s=t) for t in (5.0, 12.0)] == [0.25, None]
    assert image_weight(trace, "P3", time_s=5.0) is None


def test_captions_of_a_session_name_everybody_in_colours_of_their_own(tmp_path: Path) -> None:
    session = write_session(tmp_path / "s", make_analysis())
    captions = read_captions(session)
    assert captions.names == {"P1": "Ada <b>", "P2": "P2", "P3": "P3", "P4": "P4"}
    assert len(set(captions.colours.values())) == 4
    said = captions.at("P2", time_s=3.2)
    fused = session.analysis().signal("P2", "fused").probability[3]
    assert said.expressions[0][1] == pytest.approx(fused.max(), abs=1e-3)
    assert said.image_weight == pytest.approx(session.fusion.weight[0, 1, 0], abs=1e-3)


def test_name_in_letters_that_the_font_lacks_is_the_id_in_overlay_and_figures_alike() -> None:
    person = ParticipantFacts("P4", "\u540d\u524d \U0001f642", None, None, 0.0, 1.0, 1.0)
    assert shown_name(person) == drawable_label("P4", person.name) == "P4"
    assert "\u540d" not in "".join(caution_names([person]))
    cleft = replace(person, name="Ada \U0001f9b7")  # a sign, no letter
    assert (shown_name(cleft), drawable_label("P4", cleft.name)) == ("Ada", "P4 (Ada)")
    assert caution_names([cleft]) == []
