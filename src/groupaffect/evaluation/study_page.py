"""The blocks of ``docs/study.md`` that are results: ``make example-study``.

``made_study`` makes the sessions, ``groupaffect study`` studies them, and this keeps what came out
in ``benchmarks/`` and puts it into the page, so that the page cannot say what nobody saw.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from groupaffect.evaluation.page_tables import fill_tables, table_rows
from groupaffect.evaluation.plain_values import to_plain

PAGE = Path("docs/study.md")
FIGURE = Path("docs/figures/study.png")
KEPT = Path("benchmarks/example_study.json")
COMMAND = "groupaffect study sessions --covariates covariates.csv --output result"
# What is true of the made groups: covariate, level, measure, and why.
TRUE = (
    ("task", "between sessions", "positive", "groups at play are scripted to be happier"),
    ("expressiveness", "within sessions", "agreement_beyond_chance", "all share one script"),
    ("expressiveness", "within sessions", "positive", "they show more of what is scripted"),
)
BY_CHANCE = "age"
LARGEST = 0.05  # p and q that count as found (usual)


def read_study(folder: Path) -> dict[str, Any]:
    """Return what is kept of a made study: its figures, its printed table, and its networks.

    Parameters
    ----------
    folder : with ``sessions``, ``printed.txt`` and ``result/study.json``.
    """
    study = json.loads((folder / "result" / "study.json").read_text(encoding="utf-8"))
    record = json.loads(next(folder.glob("sessions/*/session.json")).read_text(encoding="utf-8"))
    printed = (folder / "printed.txt").read_text(encoding="utf-8").splitlines()
    kept = {name: study[name] for name in ("n_sessions", "n_participants", "associations")}
    hashes = record["model_hashes"]
    return {**kept, "networks": hashes, "printed": [line.rstrip() for line in printed]}


def fill_page(page: str, kept: Mapping[str, Any]) -> str:
    """Return the page with its blocks as the study has them."""
    return fill_tables(page, {name: partial(made, kept) for name, made in BLOCKS.items()})


def _printed(kept: Mapping[str, Any]) -> Iterable[str]:
    return ["```", f"$ {COMMAND}", *kept["printed"], "```"]


def _found(kept: Mapping[str, Any]) -> Iterable[str]:
    """Yield for each true effect whether it was found, and how often chance alone passed."""
    rows = []
    for covariate, level, measure, why in TRUE:
        (one,) = (
            row
            for row in kept["associations"]
            if (row["covariate"], row["level"], row["measure"]) == (covariate, level, measure)
        )
        rows.append([f"{covariate} and {measure}, {level}: {why}", *_cells(one)])
    tested = [row for row in kept["associations"] if row["p"] is not None]
    chance = [row for row in tested if row["covariate"] == BY_CHANCE]
    n_p, n_q = (sum(row[key] <= LARGEST for row in chance) for key in ("p", "q"))
    n = len(chance)
    rows.append([f"{BY_CHANCE}, which has to do with nothing: {n} tests", "", f"{n_p} of {n}"])
    rows[-1] += [f"{n_q} of {n}", "of none that is true"]
    return table_rows(["what is true", "r [95 %]", "p (at most .05)", "q", "found"], rows)


def _cells(one: Mapping[str, Any]) -> list[str]:
    if one["p"] is None:
        return ["-", "-", "-", f"insufficient data ({one['why_not']})"]
    found = "yes" if one["q"] <= LARGEST else "no: not beyond chance once corrected"
    return [
        f"{one['r']:.2f} [{one['low']:.2f}, {one['high']:.2f}]",
        f"{one['p']:.4f}",
        f"{one['q']:.4f}",  # as the JSON has it: no rounding of what was rounded
        found if one["p"] <= LARGEST else "no",
    ]


def _networks(kept: Mapping[str, Any]) -> Iterable[str]:
    named = " and ".join(
        f"the {model} network {kept['networks'][f'expression/{model}_model.onnx'][:8]}"
        for model in ("image", "landmark")
    )
    return [
        f"The output above is of {named} (first digits of their hashes; `session.json` has them)."
    ]


BLOCKS = {"printed": _printed, "found": _found, "networks": _networks}


def main() -> None:
    """Keep a study's figures and write the page's blocks anew."""
    parser = argparse.ArgumentParser(prog="python -m groupaffect.evaluation.study_page")
    parser.add_argument("--study", type=Path, required=True, help="What `made_study` wrote.")
    folder = parser.parse_args().study
    kept = to_plain(read_study(folder))
    KEPT.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text(fill_page(PAGE.read_text(encoding="utf-8"), kept), encoding="utf-8")
    shutil.copyfile(folder / "result" / "effects.png", FIGURE)


if __name__ == "__main__":
    main()
