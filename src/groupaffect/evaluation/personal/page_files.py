"""Write ``docs/personal.md`` and its drawings from what the studies wrote into ``benchmarks/``."""

from __future__ import annotations

import json
from pathlib import Path

from groupaffect.evaluation.personal.personal_page import draw_sweeps, write_page
from groupaffect.evaluation.personal.proof_figure import draw_proofs
from groupaffect.evaluation.personal.proof_sections import FIGURE_FILE, load_proofs

DPI = 110
MAIN_FILE = "personal.json"


def write_files(*, benchmarks: Path = Path("benchmarks"), docs: Path = Path("docs")) -> None:
    """Write the page and what it shows.

    Parameters
    ----------
    benchmarks : folder of the figures. docs : gets ``personal.md``, and drawings in ``figures``.
    """
    result = json.loads((benchmarks / MAIN_FILE).read_text(encoding="utf-8"))
    proofs = load_proofs(benchmarks)
    (docs / "personal.md").write_text(write_page(result, proofs), encoding="utf-8")
    draw_sweeps(result).savefig(docs / "figures" / "personal.png", dpi=DPI)
    drawn = draw_proofs(proofs)
    if drawn is not None:
        drawn.savefig(docs / "figures" / FIGURE_FILE, dpi=DPI)


if __name__ == "__main__":
    write_files()
