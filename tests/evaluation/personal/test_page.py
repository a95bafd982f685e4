"""The committed page is what the committed figures say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from groupaffect.evaluation.personal.personal_page import draw_sweeps, write_page
from groupaffect.evaluation.personal.proof_sections import load_proofs

ROOT = Path(__file__).resolve().parents[3]


def test_committed_page_is_made_of_the_committed_figures() -> None:
    source = ROOT / "benchmarks" / "personal.json"
    if not source.exists():
        pytest.skip("the committed figures are not there")
    result = json.loads(source.read_text(encoding="utf-8"))
    proofs = load_proofs(ROOT / "benchmarks")
    assert write_page(result, proofs) == (ROOT / "docs" / "personal.md").read_text(encoding="utf-8")
    assert len(draw_sweeps(result).axes) == 4
    by_manner = {(row["manner"], row["looks"]): row for row in result["main"]}
    for (manner, _), row in by_manner.items():
        gain = row["adapters"]["offset"]["decided"]["macro_f1"]
        if manner == "usual":
            assert gain["mean"] > -0.01, "who is read well is left alone"
    apart = [row["adapters"]["offset"] for row in result["apart"]]
    for found in apart:
        low, high = found["anyway"]["group_pearson"]["interval"]
        assert low <= 0.01
        assert high >= -0.01
