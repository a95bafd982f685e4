from __future__ import annotations

import json
from pathlib import Path

import pytest

from groupaffect.evaluation.personal.fine_tuned import write_page
from groupaffect.synthetic.script_reading import read_script

ROOT = Path(__file__).resolve().parents[3]


def made_row(**other: object) -> dict[str, object]:
    row: dict[str, object] = {
        "participant": "P3",
        "name": "Rosa",
        "adapter": "fine-tune",
        "objections": [],
        "evidence": {"image": {"gain": 0.05, "error": 0.01, "pull": 0.1, "n_blocks": 12}},
        "macro_f1": {"adaptive": 0.5, "personal": 0.62, "wrong group": 0.49},
        "interval": [0.08, 0.16],
        "n_seconds": 300,
        "labels_right": 0.75,
        "profile_bytes": 1_440_000,
    }
    return row | other


def test_page_tells_gain_control_and_verdict() -> None:
    rows = [made_row(), made_row(adapter="head", objections=["why"], interval=None)]
    page = write_page({"command": "make x", "minutes": 12.0, "rows": rows})
    gain, control = "+12.0 (+8.0 to +16.0) | -1.0", "image +5.0 ± 1.0"
    assert f"| Rosa | fine-tune | 50.0 | 62.0 | {gain} | {control} | kept |" in page
    assert (
        f"| Rosa | head | 50.0 | 62.0 | +12.0 (+nan to +nan) | -1.0 | {control} | refused" in page
    )
    assert "about 1.4 MB" in page
    assert "the truth in 75 % of the seconds" in page


def test_committed_page_is_made_of_the_committed_figures() -> None:
    source = ROOT / "benchmarks" / "fine_tuning.json"
    if not source.exists():
        pytest.skip("the committed figures are not there")
    page = write_page(json.loads(source.read_text(encoding="utf-8")))
    assert page == (ROOT / "docs" / "fine_tuning.md").read_text(encoding="utf-8")


def test_rendered_group_has_one_who_looks_sad_at_rest() -> None:
    script = read_script(ROOT / "benchmarks" / "resting_face.toml")
    strengths = [person.resting_strength for person in script.people]
    assert [bool(strength) for strength in strengths] == [False, False, True, False]
    halves = {entry.emotion for entry in script.timeline if entry.start_s < script.duration_s / 2}
    assert len(halves) == 6
