from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from groupaffect.evaluation.pair_page import BLOCKS, COMMAND, KEPT, NETWORKS, fill_page, read_pair
from groupaffect.evaluation.plain_values import to_plain
from groupaffect.types import EMOTIONS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def page() -> str:
    return (ROOT / "docs" / "compare.md").read_text(encoding="utf-8")


def test_page_says_what_was_kept(page: str) -> None:
    kept = json.loads((ROOT / KEPT).read_text(encoding="utf-8"))
    assert page == fill_page(page, kept), "run `make deepfake-pair`"


def test_every_block_stands_on_the_page_and_names_its_file(page: str) -> None:
    named = re.findall(rf"<!-- from {KEPT}[^\n]+ -->\n<!-- table: (\w+) -->", page)
    assert sorted(named) == sorted(BLOCKS)


def diagonal(verdicts: list[str], p: list[float | None], below: list[bool]) -> dict[str, Any]:
    return {
        emotion: {"verdict": verdict, "p_adjusted": value, "below_control": is_below}
        for emotion, verdict, value, is_below in zip(EMOTIONS, verdicts, p, below, strict=True)
    }


def test_comparisons_fill_the_page(page: str, tmp_path: Path) -> None:
    image = diagonal(["kept"] * 2 + ["lost"] * 5, [0.02] * 6 + [0.5], [True] * 3 + [False] * 4)
    still = diagonal(["constant"] * 7, [None] * 7, [False] * 7)
    models = {"image": {"diagonal": image}, "landmark": {"diagonal": still}}
    found = {"participants": {"P1": {"models": models}}, "figures": ["a/b.pdf"]}
    for networks in NETWORKS:
        (tmp_path / f"{networks}.json").write_text(json.dumps(found))
        (tmp_path / f"{networks}.txt").write_text(f"{networks} against \n")
    kept = to_plain(read_pair(tmp_path))
    assert "figures" not in kept["paper"]
    filled = fill_page(page, kept)
    assert f"```\n$ {COMMAND}\ndefault against\n```\n<!-- end -->" in filled
    assert "| paper | image | 2 | 0 | 5 | 0.020 | 3 of 7 |" in filled
    assert "| default | landmark | 0 | 0 | 0 | - | 0 of 7 |" in filled
