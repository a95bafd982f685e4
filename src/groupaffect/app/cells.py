"""Cells and tables of the studies, as people see them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.table import Table


def unwrapped(*heads: str) -> Table:
    """Return an empty table whose columns after the first stand to the right, each on one line."""
    table = Table(*heads, box=None)
    for column in table.columns[1:]:
        column.justify, column.no_wrap = "right", True
    return table


def cell(value: float | None, *, digits: int = 2) -> str:
    """Return a number, or a dash where it is missing.

    Examples
    --------
    >>> cell(0.123), cell(None), cell(float("nan"))
    ('0.12', '-', '-')
    """
    return "-" if value is None or math.isnan(value) else f"{value:.{digits}f}"


def pair_cell(values: Sequence[float | None]) -> str:
    """Return two numbers that belong together.

    Examples
    --------
    >>> pair_cell((0.42, None))
    '0.42 / -'
    """
    return " / ".join(map(cell, values))


def interval_cell(value: float | None, bounds: Sequence[float] | None) -> str:
    """Return a number with its interval, if it has one.

    Examples
    --------
    >>> interval_cell(0.5, (0.41, 0.6)), interval_cell(0.5, None)
    ('0.50 [0.41, 0.60]', '0.50')
    """
    if bounds is None or math.isnan(bounds[0]):
        return cell(value)
    return f"{cell(value)} [{cell(bounds[0])}, {cell(bounds[1])}]"
