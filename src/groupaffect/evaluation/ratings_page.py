"""The block of ``docs/ratings.md`` that is a result, and its figure: ``make example-ratings``.

``made_ratings`` makes the ratings, and this keeps what ``groupaffect agree`` printed of them.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from groupaffect.evaluation.page_tables import fill_tables

PAGE = Path("docs/ratings.md")
FIGURE = Path("docs/figures/truth.png")
KEPT = Path("benchmarks/example_ratings.json")
COMMAND = "groupaffect agree ratings --output agreement"


def fill_page(page: str, kept: Mapping[str, Any]) -> str:
    """Return the page with what was printed."""
    return fill_tables(
        page, {"agreement": lambda: ["```", f"$ {COMMAND}", *kept["printed"], "```"]}
    )


def main() -> None:
    """Keep what was printed and write the page's block anew."""
    parser = argparse.ArgumentParser(prog="python -m groupaffect.evaluation.ratings_page")
    parser.add_argument("--study", type=Path, required=True, help="Folder of the example.")
    folder = parser.parse_args().study
    printed = (folder / "printed.txt").read_text(encoding="utf-8").splitlines()
    kept = {"printed": [line.rstrip() for line in printed]}
    KEPT.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text(fill_page(PAGE.read_text(encoding="utf-8"), kept), encoding="utf-8")
    shutil.copyfile(folder / "agreement" / "truth.png", FIGURE)


if __name__ == "__main__":
    main()
