"""Show people the result of ``groupaffect complement``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from groupaffect.app.cells import cell, pair_cell, unwrapped
from groupaffect.counting import counted
from groupaffect.report.time_axis import time_to_label
from groupaffect.session.csv_tables import write_csv
from groupaffect.session.new_output import new_output

MOST_SHOWN = 12  # stretches to look at; the file of `--review` has all
REVIEW_COLUMNS = (
    *("start", "end", "time", "participant", "kind", "truth"),
    *("first", "second", "certainty"),
)


def print_complement(result: dict[str, Any]) -> None:
    """Print counts, figures, how surely they are known, and where to look first."""
    console = Console(highlight=False)
    first, second = result["sources"]
    line = f"{counted(result['n_seconds'], 'second')} scored: {first} against {second}"
    console.print(line, markup=False)
    rows = {"all": result["all"], **result["by_emotion"], **result["by_participant"]}
    filled = {name: row for name, row in rows.items() if row["n"]}
    console.print(_counts(filled, (first, second)))
    console.print(_figures(filled))
    for line in certainty_lines(result):
        console.print(line, markup=False, soft_wrap=True)
    shown = sorted(result["review"], key=_urgency)[:MOST_SHOWN]
    if shown:
        n = len(result["review"])
        console.print(
            f"{counted(n, 'stretch', things='stretches')} worth a look"
            + (f"; the first {len(shown)} by certainty:" if n > len(shown) else ", by certainty:")
        )
        console.print(_review(shown, (first, second)))


FIGURE_HEADS = {
    "q_statistic": "Q",
    "disagreement": "dis-\nagree",
    "double_fault": "double\nfault",
    "oracle": "oracle",
    "fused_accuracy": "fused\naccuracy",
    "gain_captured": "gain\ncaptured",
}


def _counts(rows: dict[str, Any], sources: Sequence[str]) -> Table:
    first, second = sources
    heads = ("n", "both", f"only\n{first}", f"only\n{second}", "neither")
    shares = ("exclusive\nof union", "exclusive\nof own")
    table = unwrapped("", *heads, *shares)
    for name, row in rows.items():
        counts = [str(row[k]) for k in ("n", "n_both", "n_first", "n_second", "n_neither")]
        pairs = [pair_cell(row[k]) for k in ("exclusive_of_union", "exclusive_of_own")]
        table.add_row(name, *counts, *pairs)
    return table


def _figures(rows: dict[str, Any]) -> Table:
    names = [name for name in FIGURE_HEADS if name in rows["all"]]
    table = unwrapped("", "accuracy", *(FIGURE_HEADS[name] for name in names))
    for name, row in rows.items():
        table.add_row(name, pair_cell(row["accuracy"]), *(cell(row[k]) for k in names))
    return table


def certainty_lines(result: dict[str, Any]) -> list[str]:
    """Return what is said of intervals: what they are, or why there are none."""
    blocks, bounds = result["dependence"], result["intervals"]
    how = (
        f"autocorrelation time {blocks['autocorrelation_time']:.1f} s, "
        f"blocks of {blocks['block_steps']} s that fit: {blocks['n_blocks']}"
    )
    if bounds is None:
        return [f"intervals: insufficient data ({how}; at least 20 blocks are needed)"]
    low, high = bounds["accuracy_difference"]
    first, second = result["all"]["accuracy"]
    return [
        f"{how}, drawn again 2,000 times",
        f"difference of the accuracies {first - second:+.3f}, 95 % [{low:+.3f}, {high:+.3f}]",
    ]


def _review(shown: list[dict[str, Any]], sources: Sequence[str]) -> Table:
    table = Table("time", "who", "why", "truth", *sources, "certainty", box=None)
    for row in shown:
        words = [row[k] or "-" for k in ("participant", "kind", "truth", "first", "second")]
        table.add_row(_span(row), *words, cell(row["certainty"]))
    return table


def _span(row: dict[str, Any]) -> str:
    start, last = time_to_label(row["start_s"]), time_to_label(row["end_s"] - 1)
    return start if start == last else f"{start}-{last}"


def _urgency(row: dict[str, Any]) -> tuple[int, float]:
    """Sort false readings before borderline ones, the surest error and the closest call first."""
    close = row["kind"] == "borderline"
    return int(close), row["certainty"] if close else -row["certainty"]


def write_review(result: dict[str, Any], path: Path) -> None:
    """Write all stretches to look at as CSV, in order of time, whole or not at all.

    Raises
    ------
    OutputError : something is there already, or the file cannot be written.
    """
    rows = [
        (
            *(row["start_s"], row["end_s"], time_to_label(row["start_s"])),
            *(row[name] for name in REVIEW_COLUMNS[3:]),
        )
        for row in result["review"]
    ]
    with new_output(path, what="list") as place:
        write_csv(place, REVIEW_COLUMNS, rows)
