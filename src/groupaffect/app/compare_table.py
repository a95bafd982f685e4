"""Show people the result of ``groupaffect compare``."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from groupaffect.app.cells import cell, interval_cell, unwrapped


def print_comparison(result: dict[str, Any]) -> None:
    """Print for each participant how the recordings align, and what each model kept."""
    console = Console(highlight=False)
    names = [result[which]["name"] for which in ("original", "other")]
    line = f"{names[0]} against {names[1]}, in steps of {result['step_s']:g} s"
    console.print(line, markup=False, soft_wrap=True)
    for name, row in result["participants"].items():
        alignment = row["alignment"]
        clear = "clear" if alignment["is_clear"] else "not clear, not used"
        lag = f"lag {alignment['lag_s']:+.2f} s (r {cell(alignment['r'])}, {clear})"
        console.print(f"\n{name}: {row['n_common']} steps in common, {lag}", markup=False)
        control = _of_control(result, name)
        for model, found in row["models"].items():
            against = control["models"][model] if control else None
            console.print(_diagonal(model, found, against))
        console.print(_shares(row, control))


def _of_control(result: dict[str, Any], name: str) -> dict[str, Any] | None:
    row = result["control"]["participants"].get(name) if result["control"] else None
    return row if row and row["models"] else None


def _diagonal(model: str, found: dict[str, Any], control: dict[str, Any] | None) -> Table:
    heads = [model, "r [95 %]", "p", "n eff.", "", *(["control", ""] if control else [])]
    table = unwrapped(*heads)
    for emotion, row in found["diagonal"].items():
        p, n = cell(row["p_adjusted"], digits=3), cell(row["n_effective"], digits=0)
        cells = [emotion, interval_cell(row["r"], row["interval"]), p, n, row["verdict"]]
        if control:
            below = "below it" if row.get("below_control") else ""
            cells += [cell(control["diagonal"][emotion]["r"]), below]
        table.add_row(*cells)
    return table


def _shares(row: dict[str, Any], control: dict[str, Any] | None) -> Table:
    valences = list(next(iter(row["models"].values()))["shares"]["original"])
    table = unwrapped("share of steps", *valences, "same\nlikeliest", "distance")
    for model, found in row["models"].items():
        shares = found["shares"]
        table.add_row(f"{model}, original", *(cell(shares["original"][v]) for v in valences))
        _add(table, f"{model}, other", found, valences)
        if control:
            _add(table, f"{model}, control", control["models"][model], valences)
    return table


def _add(table: Table, name: str, found: dict[str, Any], valences: list[str]) -> None:
    shares = [cell(found["shares"]["other"][v]) for v in valences]
    table.add_row(name, *shares, cell(found["same_dominant"]), cell(found["mean_distance"]))
