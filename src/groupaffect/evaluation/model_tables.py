"""The page of the models' figures, from their JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from groupaffect.evaluation.page_tables import table_rows
from groupaffect.evaluation.table_cells import with_interval
from groupaffect.types import EMOTIONS

HEAD = """# What the two models read, and what they read together

Made by `make evaluate DATA=...`, from the shipped weights by the run-time code; the figures are in
`benchmarks/models.json`. FER-2013's PublicTest ({n} faces) was looked at while models were chosen.
{n_known} of its pictures are in Training too, to the pixel: the second figure is without them.
Chance is {chance:.3f}: always "happy". Intervals are 95 %: Wilson for accuracy, a bootstrap over
faces for macro F1.
"""


COMPLEMENTARITY = ("q_statistic", "disagreement", "double_fault", "oracle", "gain_captured")
UNDERCONFIDENT = """
A mixture of two calibrated models is less sure than it is right, by necessity (Ranjan & Gneiting
2010, doi:10.1111/j.1467-9868.2009.00726.x): where both say the same, they know more than either.
So `fused` has the larger ECE; what is answered, and which answers are the surer ones, is not
touched by it.
"""


def write_tables(result: dict[str, Any]) -> str:
    """Return the page as Markdown."""
    chance = result["read_by"]["default"]["image"]["all"]["chance"]
    parts = [
        HEAD.format(n=result["n"], n_known=result["n_known"], chance=chance),
        "## Accuracy\n",
        "*shape*: the default preset with points that were learned for shape alone "
        '(`[faces] landmark_network = "landmark_network_shape"`).\n',
        *_accuracy(result["read_by"]),
        f"\nThe image model's second head names what most FER+ raters saw in "
        f"{result['votes']['accuracy']:.3f} of the {result['votes']['n']:,} faces with a clear "
        "majority.\n",
        "![Reliability diagrams](figures/reliability.png)",
        UNDERCONFIDENT,
        "## How far the two make up for each other\n",
        *_complementarity(result["complementarity"]),
        "\n## What weights that never change could make of them\n",
        *_static(result["static_weights"], result["read_by"]),
        "\n## Landmarks\n",
        "Against the teacher's points, in distances between the eye centres.\n",
        *_landmarks(result["landmarks"]),
    ]
    return "\n".join(parts) + "\n"


def _accuracy(read_by: dict[str, Any]) -> Iterable[str]:
    rows = []
    for networks, sources in read_by.items():
        for source, figures in sources.items():
            every, new = figures["all"], figures["without those in Training"]
            row = [networks, source, _three(every, "accuracy"), f"{new['accuracy']:.3f}"]
            row += [_three(every, "macro_f1"), f"{every['ece']:.3f}"]
            rows.append([*row, *(_two(every["recall"][emotion]) for emotion in EMOTIONS)])
    heads = ["networks", "source", "accuracy", "not in Training", "macro F1", "ECE", *EMOTIONS]
    return table_rows(heads, rows)


def _complementarity(by_networks: dict[str, Any]) -> Iterable[str]:
    heads = ["networks", "true emotion", "both right", "only image", "only landmark", "neither"]
    heads += ["Q", "disagreement", "double fault", "oracle", "gain captured"]
    heads += ["exclusive, of the union", "exclusive, of their own"]
    rows = [
        [
            *(networks, emotion),
            *(str(row[f"n_{who}"]) for who in ("both", "image", "landmark", "neither")),
            *(_two(row[figure]) for figure in COMPLEMENTARITY),
            *(" / ".join(map(_two, row[f"exclusive_of_{of}"])) for of in ("union", "own")),
        ]
        for networks, by_emotion in by_networks.items()
        for emotion, row in by_emotion.items()
    ]
    return table_rows(heads, rows)


def _static(by_networks: dict[str, Any], read_by: dict[str, Any]) -> Iterable[str]:
    rows = []
    for networks, ways in by_networks.items():
        alone = {source: figures["all"] for source, figures in read_by[networks].items()}
        shown = {"image alone": alone["image"], "landmark alone": alone["landmark"]}
        shown |= {"fused, as shipped": alone["fused"], **ways}
        rows += [
            [networks, name, _three(row, "accuracy"), f"{row['macro_f1']:.3f}", f"{row['ece']:.3f}"]
            for name, row in shown.items()
        ]
    return table_rows(["networks", "way", "accuracy", "macro F1", "ECE"], rows)


def _landmarks(by_networks: dict[str, Any]) -> Iterable[str]:
    heads = ["networks", "set", "faces", "not found", "median", "mean", "median, inner 51"]
    rows = [
        [
            *(networks, name, str(row["n"]), str(row["n_no_face"])),
            *(f"{row[figure]:.4f}" for figure in ("median", "mean", "median_inner51")),
            f"{row['share_over_8']:.3f}",
        ]
        for networks, sets in by_networks.items()
        for name, row in sets.items()
    ]
    return table_rows([*heads, "above 8 %"], rows)


def _three(row: dict[str, Any], figure: str) -> str:
    return with_interval(row, figure, digits=3)


def _two(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
