from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from groupaffect.evaluation.made_study import COLUMNS
from groupaffect.evaluation.study_page import BLOCKS, COMMAND, KEPT, TRUE, fill_page, read_study

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def page() -> str:
    return (ROOT / "docs" / "study.md").read_text(encoding="utf-8")


def test_page_says_what_was_kept(page: str) -> None:
    kept = ROOT / KEPT
    if not kept.exists():
        pytest.skip(f"no {KEPT}: run `make example-study`")
    assert page == fill_page(page, json.loads(kept.read_text(encoding="utf-8")))


def test_every_block_stands_on_the_page_and_names_its_file(page: str) -> None:
    named = re.findall(rf"<!-- from {KEPT}[^\n]+ -->\n<!-- table: (\w+) -->", page)
    assert sorted(named) == sorted(BLOCKS)
    assert COMMAND in page


def association(
    covariate: str, level: str, measure: str, *, p: float | None, q: float | None
) -> Any:  # noqa: ANN401
    numbers = {"r": 0.5, "low": 0.1, "high": 0.75} if p is not None else {}
    said = {"why_not": "" if p is not None else "the measure does not vary"}
    where = {"covariate": covariate, "level": level, "measure": measure}
    return {**where, "p": p, "q": q, **numbers, **said}


def test_a_study_fills_the_page_with_what_it_found(page: str, tmp_path: Path) -> None:
    first, second, third = (row[:3] for row in TRUE)
    found = [
        association(*first, p=0.002, q=0.03),
        association(*second, p=None, q=None),
        association(*third, p=0.03, q=0.2),
        association("age", "between sessions", "positive", p=0.04, q=0.3),
        association("age", "between sessions", "neutral", p=0.9, q=0.95),
        association("age", "between sessions", "synchrony", p=None, q=None),
    ]
    study = {"n_sessions": 12, "n_participants": 48, "associations": found, "sessions": []}
    (tmp_path / "result").mkdir()
    (tmp_path / "result/study.json").write_text(json.dumps(study))
    (tmp_path / "printed.txt").write_text("12 sessions, 48 participants  \n age   0.2\n")
    (tmp_path / "sessions/group_01").mkdir(parents=True)
    hashes = {f"expression/{m}_model.onnx": f"{m[0]}1234567ff" for m in ("image", "landmark")}
    (tmp_path / "sessions/group_01/session.json").write_text(json.dumps({"model_hashes": hashes}))
    filled = fill_page(page, read_study(tmp_path))
    assert (
        f"```\n$ {COMMAND}\n12 sessions, 48 participants\n age   0.2\n```\n<!-- end -->" in filled
    )
    assert "| 0.50 [0.10, 0.75] | 0.0020 | 0.0300 | yes |" in filled
    assert "| - | - | - | insufficient data (the measure does not vary) |" in filled
    assert "| 0.0300 | 0.2000 | no: not beyond chance once corrected |" in filled
    assert "2 tests | | 1 of 2 | 0 of 2 | of none that is true |" in filled.replace("|  |", "| |")
    assert "the image network i1234567 and the landmark network l1234567" in filled
    assert fill_page(filled, read_study(tmp_path)) == filled


def test_what_is_true_is_what_was_made() -> None:
    assert {covariate for covariate, *_ in TRUE} < {*COLUMNS}
