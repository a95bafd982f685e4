"""The committed figures of fusing: ``make benchmark DATA=...``.

The public suite, the acted recording and rendered ones apart, the table of noise reduction, and
the drawings. Writes ``benchmarks/fusion.json``, ``docs/fusion.md`` and
``docs/figures/fusion_*.png``.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from groupaffect.evaluation.benchmark.drawings import (
    draw_convergence,
    draw_participant,
    draw_summary,
)
from groupaffect.evaluation.benchmark.examples import example_session, mean_weights
from groupaffect.evaluation.benchmark.flicker import video_facts
from groupaffect.evaluation.benchmark.noise_study import study_noise
from groupaffect.evaluation.benchmark.pools import pools_card
from groupaffect.evaluation.benchmark.recorded import read_acted, read_rendered
from groupaffect.evaluation.benchmark.study_page import write_page
from groupaffect.evaluation.benchmark.suites import run_suite, score_sessions
from groupaffect.evaluation.plain_values import to_plain

DPI = 110


def study_fusion(data: Path, *, seed: int) -> dict[str, Any]:
    """Return every figure of the page.

    Parameters
    ----------
    data : the folder that holds ``clips/``.
    """
    public = run_suite("public", seed=seed)
    result: dict[str, Any] = to_plain(
        {
            "public": public,
            "acted_2x2_dev": score_sessions([read_acted(data / "clips/groups")], seed=seed),
            "rendered": score_sessions(read_rendered(), seed=seed),
            "noise": study_noise(public["static_weight"]),
            "pools": pools_card(),
            "video": video_facts(),
        }
    )
    return result


def draw_all(result: dict[str, Any], folder: Path) -> None:
    """Write the drawings of the page."""
    session, ways = example_session()
    drawings = {
        "fusion_summary": draw_summary(result["public"]),
        "fusion_weights": draw_convergence(mean_weights()),
        "fusion_participant": draw_participant(session, ways, place=0),
    }
    for name, figure in drawings.items():
        figure.savefig(folder / f"{name}.png", dpi=DPI)


def main() -> None:
    """Write figures, tables and drawings."""
    parser = argparse.ArgumentParser(prog="python -m groupaffect.evaluation.benchmark.study")
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds clips/")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, default=Path("benchmarks/fusion.json"))
    parser.add_argument("--page", type=Path, default=Path("docs/fusion.md"))
    parser.add_argument("--figures", type=Path, default=Path("docs/figures"))
    arguments = parser.parse_args()
    result = study_fusion(arguments.data, seed=arguments.seed)
    arguments.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    arguments.page.write_text(write_page(result), encoding="utf-8")
    draw_all(result, arguments.figures)


if __name__ == "__main__":
    main()
