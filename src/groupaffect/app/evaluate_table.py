"""Show people the result of ``groupaffect evaluate``."""

from __future__ import annotations

import math
from typing import Any

from rich.console import Console
from rich.table import Table


def print_result(result: dict[str, Any]) -> None:
    """Print the main figures on standard output, then recall and precision by class."""
    console = Console(highlight=False)
    for line in (_landmark_lines if result["task"] == "landmarks" else _expression_lines)(result):
        console.print(line, markup=False, soft_wrap=True)
    if result["task"] == "expressions":
        console.print(class_table(result))


def class_table(result: dict[str, Any]) -> Table:
    """Return one row for each emotion."""
    table = Table("expression", *(["n", "no face", "recall", "precision"]), box=None)
    for column in table.columns[1:]:
        column.justify = "right"
    for name in result["labels"]:
        counts = result["n_by_label"][name], result["n_no_face_by_label"][name]
        shares = result["recall"][name], result["precision"][name]
        table.add_row(name, *(str(n) for n in counts), *(_share(value) for value in shares))
    return table


def _expression_lines(result: dict[str, Any]) -> list[str]:
    return [
        f"{result['set']}: {result['n']} faces, {result['n_no_face']} not found (counted as wrong)",
        f"model      {result['model']}",
        f"accuracy   {_share(result['accuracy'])} {_interval(result['accuracy_interval'])}, "
        f"most frequent class {_share(result['chance'])}",
        f"macro F1   {_share(result['macro_f1'])} {_interval(result['macro_f1_interval'])}",
        f"ECE        {_share(result['ece'])}",
    ]


def _landmark_lines(result: dict[str, Any]) -> list[str]:
    return [
        f"{result['set']}: {result['n']} annotated faces, {result['n_no_face']} not found",
        "error in distances between eye centres:",
        f"68 points  mean {_percent(result['mean'])}, median {_percent(result['median'])}",
        f"inner 51   mean {_percent(result['mean_inner51'])}, "
        f"median {_percent(result['median_inner51'])}",
        f"over 8 %   {_percent(result['share_over_8'])} of the faces",
    ]


def _share(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.3f}"


def _percent(value: float) -> str:
    return "-" if math.isnan(value) else f"{100 * value:.2f} %"


def _interval(bounds: tuple[float, float]) -> str:
    return f"[{bounds[0]:.3f}, {bounds[1]:.3f}]"
