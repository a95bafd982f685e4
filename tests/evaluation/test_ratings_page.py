from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from groupaffect.evaluation.agreement.study import study_agreement
from groupaffect.evaluation.made_ratings import COLUMNS, RATERS, SEES, write_made_ratings
from groupaffect.evaluation.ratings.opening import read_ratings
from groupaffect.evaluation.ratings.seconds import rate_seconds
from groupaffect.evaluation.ratings_page import KEPT, fill_page

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ratings")
    write_made_ratings(folder)
    return folder


def test_page_says_what_was_kept() -> None:
    page = (ROOT / "docs" / "ratings.md").read_text(encoding="utf-8")
    kept = json.loads((ROOT / KEPT).read_text(encoding="utf-8"))
    assert page == fill_page(page, kept), "run `make example-ratings`"
    assert f"{SEES:.0%}".replace("%", " %") in page


def test_page_s_alpha_is_that_of_the_made_ratings(folder: Path) -> None:
    kept = json.loads((ROOT / KEPT).read_text(encoding="utf-8"))
    study = study_agreement(rate_seconds(read_ratings([folder])))
    (line,) = [row for row in kept["printed"] if row.startswith("alpha")]
    assert f"alpha      {study.overall.alpha:.3f} [" in line


def test_made_ratings_are_sheets_with_gaps(folder: Path) -> None:
    assert sorted(path.stem for path in folder.iterdir()) == [*RATERS]
    with (folder / "anna.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 2 * 4 * 300
    assert 0.01 < sum(row["emotion"] == "" for row in rows) / len(rows) < 0.05
