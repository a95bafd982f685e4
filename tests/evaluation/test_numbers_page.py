from __future__ import annotations

import re
from pathlib import Path

import pytest

from groupaffect.evaluation.numbers_page import TABLES, Figures, fill_page, read_figures

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def figures() -> Figures:
    return read_figures(ROOT / "benchmarks")


@pytest.fixture(scope="module")
def page() -> str:
    return (ROOT / "docs" / "numbers.md").read_text(encoding="utf-8")


def test_page_says_what_the_files_say(page: str, figures: Figures) -> None:
    assert page == fill_page(page, figures), "run `make numbers`"


def test_every_table_stands_on_the_page_and_names_its_file(page: str) -> None:
    named = re.findall(r"<!-- from [^\n]+ -->\n<!-- table: ([\w ]+) -->", page)
    assert sorted(named) == sorted(TABLES)


def test_cells_are_those_of_the_benchmark(page: str, figures: Figures) -> None:
    fused = figures.models["read_by"]["default"]["fused"]["without those in Training"]
    line = re.findall(r"^\| fused \| (.+) \|$", page, flags=re.MULTILINE)[0]
    cells = line.split(" | ")
    assert cells[0].startswith(f"{fused['accuracy']:.2f} [")
    assert cells[4] == f"{fused['recall']['happy']:.2f}"


def test_numbers_within_the_words_are_those_of_the_files(page: str, figures: Figures) -> None:
    fused = figures.models["read_by"]["default"]["fused"]["without those in Training"]
    report = page.split("## What to report")[1]
    percent = [round(100 * fused["recall"][name]) for name in ("happy", "fear")]
    assert f"[{round(100 * fused['accuracy'])}] %" in report, "the template's accuracy"
    assert f"[happy {percent[0]}, fear {percent[1]}] %" in report
    assert f"chance [{round(100 * fused['chance'])}] %" in report
    assert f"(above: {fused['chance']:.2f}".replace("0.", ".") in page


def test_page_keeps_its_words(page: str, figures: Figures) -> None:
    emptied = re.sub(r"(<!-- table: [\w ]+ -->\n).*?(<!-- end -->)", r"\1\2", page, flags=re.DOTALL)
    assert fill_page(emptied, figures) == page
