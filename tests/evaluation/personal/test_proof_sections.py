"""Sections of other studies stand on the page where their figures are there, and only there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from groupaffect.evaluation.personal.proof_figure import draw_proofs
from groupaffect.evaluation.personal.proof_sections import (
    PROOF_FILES,
    WAY_TITLES,
    load_proofs,
    write_sections,
)

GAIN = {"mean": 0.051, "interval": [0.02, 0.08], "worst_decile": -0.013, "n": 4}
EACH = {"macro_f1": GAIN}


def made_rendered() -> dict[str, Any]:
    def kind(n: int) -> dict[str, Any]:
        way = {"refused": 0.25, "decided": EACH, "anyway": EACH, "adaptive": EACH}
        with_control = way | {"wrong_group": EACH}
        ways = {name: with_control if name in ("offset", "head") else way for name in WAY_TITLES}
        people = [{"anyway": dict.fromkeys(WAY_TITLES, 0.1)}] * n
        return {"n": n, "before": {"macro_f1": 0.5}, "ways": ways, "people": people}

    about = {"n_casts": 2, "n_unread": 0, "learn_s": 320, "later_s": 300, "resting_strength": 0.5}
    return about | {"kinds": {"biased": kind(2), "usual": kind(6)}}


def made_real() -> dict[str, Any]:
    r = {"n": 57, "r": 0.72, "interval": [0.66, 0.78], "chance": 0.11, "p": 0.0005}
    both = {"same": r, "other_expression": r | {"r": 0.26, "n": 39}, "halves": [[0.1, 0.2]] * 3}
    row = {"labels": "group", "adapter": "offset", "refused": 0.5}
    row |= dict.fromkeys(("decided", "anyway", "someone_else"), EACH)
    row |= {"own_over_someone_else": GAIN, "misread": {"decided": GAIN, "anyway": GAIN}}
    profiles = {"n_people": 37, "n_misread": 12, "n_test": 20.4, "before": 0.6, "rows": [row]}
    about = {"n_people": 57, "n_photographs": 2102, "n_scenes": 2063, "n_with_profiles": 37}
    about |= {"labels": {"happy": 765, "fear": 0}, "n_with_profiles_points_unseen": 5}
    about |= {"accuracy_points_trained": 0.6, "accuracy_points_unseen": 0.54}
    return {
        "photographs": about,
        "lasting": {"image": both, "landmark": both},
        "profiles": {"photographs": profiles | {"before_misread": 0.4}},
    }


def made_speed() -> dict[str, Any]:
    took = {"wall_s": 3.94, "cpu_s": 4.0, "peak_memory_mb": 700.2}
    about = {"minutes": 30, "n_people": 4, "rate_hz": 25}
    machine = {"processor": "x", "n_cores": 2, "matrix_product_2048_ms": 88.9}
    return about | {"machine": machine, "personalize": {"offset": took, "head": took}}


def test_each_section_shows_its_figures(tmp_path: Path) -> None:
    row = {"manner": "biased", "group": "apart", "before": {"macro_f1": 0.57}}
    row["teachers"] = {"online": {"refused": 0.1, "macro_f1": GAIN}}
    rest = {"neutral stretch": {"refused": 0.0, "macro_f1": GAIN}}
    kinds = [
        row | {"group": "together", "manner": m, "teachers": rest} for m in ("usual", "biased")
    ]
    made = {
        "teachers": {"rows": [row, *kinds]},
        "rendered": made_rendered(),
        "real": made_real(),
        "speed": made_speed(),
    }
    for name, result in made.items():
        (tmp_path / PROOF_FILES[name]).write_text(json.dumps(result))
    teachers, rendered, real, speed = write_sections(load_proofs(tmp_path))
    assert "| biased | apart | 57.0 | online | 10 % | +5.1 (+2.0 to +8.0) | -1.3 |" in teachers
    assert "5 minutes: **not reached** from rest (+5.1 (+2.0 to +8.0))" in teachers
    assert (
        "1 point on average: **reached** from rest (+5.1; the worst kind, usual: +5.1" in teachers
    )
    cells = "| +5.1 (+2.0 to +8.0) | -1.3 | +5.1 (+2.0 to +8.0) |"
    assert f"| biased | 50.0 | offset, online | 25 % {cells}  | +5.1 (" in rendered
    assert "320 s to learn from" in rendered
    assert "5 minutes later on" in rendered
    assert "| image | all expressions | 57 | 0.72 (0.66 to 0.78) | 0.11 | 0.0005 |" in real
    assert "| landmark | neutral against happy | 39 | 0.26 (" in real
    assert "| photographs | the others' | offset | 50 % |" in real
    assert "(happy 765)" not in real
    assert "rater: happy 765)" in real
    assert "| head | 3.9 s | 4.0 s | 700 MB |" in speed


def test_sections_without_figures_are_left_out(tmp_path: Path) -> None:
    assert write_sections(load_proofs(tmp_path)) == []
    assert draw_proofs({}) is None
    (tmp_path / PROOF_FILES["speed"]).write_text(json.dumps(made_speed()))
    assert [text[:20] for text in write_sections(load_proofs(tmp_path))] == ["## How long it takes"]


def test_drawing_has_a_panel_for_each_kind_of_people() -> None:
    figure = draw_proofs({"rendered": made_rendered(), "real": made_real()})
    assert figure is not None
    left, right = figure.axes
    assert [text.get_text() for text in left.get_yticklabels()] == list(WAY_TITLES.values())
    assert len(right.get_legend().get_texts()) == 2
