"""The face swap of ``docs/compare.md``, by three pairs of networks: ``make deepfake-pair``.

``groupaffect compare`` compares; this keeps what came out in ``benchmarks/``, for this page and for
``docs/numbers.md``, and writes the page's blocks.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from groupaffect.evaluation.page_tables import fill_tables, table_rows
from groupaffect.evaluation.plain_values import to_plain
from groupaffect.types import EMOTIONS, MODELS

PAGE = Path("docs/compare.md")
KEPT = Path("benchmarks/deepfake_pair.json")
# Both presets, and the default with points of shape alone.
NETWORKS = ("default", "paper", "shape")
COMMAND = "groupaffect compare 634_original.mp4 634_faceswap.mp4"


def read_pair(folder: Path) -> dict[str, Any]:
    """Return what ``compare`` found and printed with each pair of networks.

    Parameters
    ----------
    folder : with ``NETWORKS.json`` and ``NETWORKS.txt``, what was printed.
    """
    kept = {}
    for networks in NETWORKS:
        found = json.loads((folder / f"{networks}.json").read_text(encoding="utf-8"))
        del found["figures"]  # where they lie
        printed = (folder / f"{networks}.txt").read_text(encoding="utf-8").splitlines()
        kept[networks] = {**found, "printed": [line.rstrip() for line in printed]}
    return kept


def fill_page(page: str, kept: Mapping[str, Any]) -> str:
    """Return the page with its blocks as the comparison has them."""
    return fill_tables(page, {name: partial(made, kept) for name, made in BLOCKS.items()})


def _printed(kept: Mapping[str, Any]) -> Iterable[str]:
    return ["```", f"$ {COMMAND}", *kept["default"]["printed"], "```"]


def _verdicts(kept: Mapping[str, Any]) -> Iterable[str]:
    """Yield for each pair of networks and model how many of the emotions' courses survive."""
    rows = []
    for networks, found in kept.items():
        (person,) = found["participants"].values()
        for model in MODELS:
            cells = [*person["models"][model]["diagonal"].values()]
            said = [cell["verdict"] for cell in cells]
            known = [cell["p_adjusted"] for cell in cells if cell["p_adjusted"] is not None]
            least = min(known, default=None)
            below = sum(cell.get("below_control", False) for cell in cells)
            counts = [str(said.count(word)) for word in ("kept", "undetermined", "lost")]
            rows.append([networks, model, *counts, _three(least), f"{below} of {len(EMOTIONS)}"])
    heads = ["networks", "model", "kept", "undetermined", "lost", "smallest p (corrected)"]
    return table_rows([*heads, "below the control"], rows)


def _three(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


BLOCKS = {"pair": _printed, "verdicts": _verdicts}


def main() -> None:
    """Keep a comparison's figures and write the page's blocks anew."""
    parser = argparse.ArgumentParser(prog="python -m groupaffect.evaluation.pair_page")
    parser.add_argument("--study", type=Path, required=True, help="Folder of the comparisons.")
    kept = to_plain(read_pair(parser.parse_args().study))
    KEPT.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text(fill_page(PAGE.read_text(encoding="utf-8"), kept), encoding="utf-8")


if __name__ == "__main__":
    main()
