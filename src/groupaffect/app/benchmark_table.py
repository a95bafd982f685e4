"""Show people the result of ``groupaffect benchmark``."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

COLUMNS = {
    "accuracy": "accuracy",
    "macro_f1": "macro F1",
    "event_f1_group": "group events F1",
    "event_f1_individual": "own events F1",
    "false_changes_per_min": "false changes a minute",
    "group_jsd": "group JSD",
    "share_at_clamp": "at clamp",
}


def print_benchmark(result: dict[str, Any]) -> None:
    """Print one row for each method, and the sentences below them, on standard output."""
    console = Console(highlight=False)
    console.print(
        f"{result['suite']}: {result['n_sessions']} sessions, {result['n_people']} people"
    )
    console.print(method_table(result))
    closed = result["gap_closed"]["default"]
    line = f"default closes {_figure(closed)} of the gap in macro F1 from fixed to oracle"
    console.print(line, markup=False, soft_wrap=True)
    null = result.get("false_positive_rate")
    if null is not None:
        low, high = null["rate_interval"]
        console.print(
            f"groups of strangers called synchronous: {null['rate']:.3f} [{low:.3f}, {high:.3f}] "
            f"of {null['n_sessions']}",
            markup=False,
            soft_wrap=True,
        )


def method_table(result: dict[str, Any]) -> Table:
    """Return the figures of every method."""
    table = Table("method", *COLUMNS.values(), box=None)
    for column in table.columns[1:]:
        column.justify = "right"
    for row in result["methods"]:
        table.add_row(row["method"], *(_figure(row[name]) for name in COLUMNS))
    return table


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
