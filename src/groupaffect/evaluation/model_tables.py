"""The page of the models' figures, from their JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from groupaffect.evaluation.table_cells import with_interval
from groupaffect.types import EMOTIONS

HEAD = """# What the two models read, and what they read together

Made by `make evaluate DATA=...`, from the shipped weights by the run-time code; the figures are in
`benchmarks/models.json`. FER-2013's PublicTest ({n} faces) was looked at while models were chosen.
{n_known} of its pictures are in Training too, to the pixel: the second figure is without them.
Chance is {chance:.3f}: always "happy". Intervals are 95 %: Wilson for accuracy, a bootstrap over
faces for macro F1.
"""


def write_tables(result: dict[str, Any]) -> str:
    """Return the page as Markdown."""
    chance = result["presets"]["default"]["image"]["all"]["chance"]
    parts = [
        HEAD.format(n=result["n"], n_known=result["n_known"], chance=chance),
        "## Accuracy\n",
        *_accuracy(result["presets"]),
        f"\nThe image model's second head names what most FER+ raters saw in "
        f"{result['votes']['accuracy']:.3f} of the {result['votes']['n']:,} faces with a clear "
        "majority.\n",
        "![Reliability diagrams](figures/reliability.png)\n",
        "## How far the two make up for each other\n",
        *_complementarity(result["complementarity"]),
        "\n## What weights that never change could make of them\n",
        *_static(result["static_weights"], result["presets"]["default"]),
        "\n## Landmarks\n",
        "Against the teacher's points, in distances between the eye centres.\n",
        *_landmarks(result["landmarks"]),
    ]
    return "\n".join(parts) + "\n"


def _accuracy(presets: dict[str, Any]) -> Iterable[str]:
    recalls = " | ".join(EMOTIONS)
    head = f"| preset | source | accuracy | not in Training | macro F1 | ECE | {recalls} |"
    rows = [head, _rule(head)]
    for preset, sources in presets.items():
        for source, figures in sources.items():
            every, new = figures["all"], figures["without those in Training"]
            recall = " | ".join(_two(every["recall"][emotion]) for emotion in EMOTIONS)
            rows.append(
                f"| {preset} | {source} | {_three(every, 'accuracy')} "
                f"| {new['accuracy']:.3f} | {_three(every, 'macro_f1')} "
                f"| {every['ece']:.3f} | {recall} |"
            )
    return rows


def _complementarity(rows: dict[str, Any]) -> Iterable[str]:
    head = (
        "| true emotion | both right | only image | only landmark | neither | Q | disagreement "
        "| double fault | oracle | gain captured | exclusive, of the union "
        "| exclusive, of their own |"
    )
    table = [head, _rule(head)]
    for name, row in rows.items():
        shares = (
            " / ".join(map(_two, row[kind])) for kind in ("exclusive_of_union", "exclusive_of_own")
        )
        table.append(
            f"| {name} | {row['n_both']} | {row['n_image']} | {row['n_landmark']} "
            f"| {row['n_neither']} | {_two(row['q_statistic'])} | {_two(row['disagreement'])} "
            f"| {_two(row['double_fault'])} | {_two(row['oracle'])} "
            f"| {_two(row['gain_captured'])} | {' | '.join(shares)} |"
        )
    return table


def _static(ways: dict[str, Any], default: dict[str, Any]) -> Iterable[str]:
    head = "| way | accuracy | macro F1 | ECE |"
    shown = {"image alone": default["image"]["all"], "landmark alone": default["landmark"]["all"]}
    shown |= {"fused, as shipped": default["fused"]["all"], **ways}
    return [
        head,
        _rule(head),
        *(
            f"| {name} | {_three(row, 'accuracy')} | {row['macro_f1']:.3f} | {row['ece']:.3f} |"
            for name, row in shown.items()
        ),
    ]


def _landmarks(sets: dict[str, Any]) -> Iterable[str]:
    head = "| set | faces | not found | median | mean | median, inner 51 | above 8 % |"
    return [
        head,
        _rule(head),
        *(
            f"| {name} | {row['n']} | {row['n_no_face']} | {row['median']:.4f} "
            f"| {row['mean']:.4f} | {row['median_inner51']:.4f} | {row['share_over_8']:.3f} |"
            for name, row in sets.items()
        ),
    ]


def _three(row: dict[str, Any], figure: str) -> str:
    return with_interval(row, figure, digits=3)


def _two(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _rule(head: str) -> str:
    return "|" + "---|" * (head.count("|") - 1)
