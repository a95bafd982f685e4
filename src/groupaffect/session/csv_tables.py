"""CSV the same everywhere: UTF-8, LF, plain times, 6 significant digits, empty for missing."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from groupaffect.errors import UnreadableSessionError, sentence

Cell = str | int | float | None


def time_to_cell(time_s: float | None) -> str:
    """Return a time without exponent and without loss; empty for None and NaN.

    Examples
    --------
    >>> time_to_cell(12.0), time_to_cell(1 / 30), time_to_cell(None)
    ('12', '0.03333333333333333', '')
    """
    if time_s is None or math.isnan(time_s):
        return ""
    return np.format_float_positional(time_s, trim="-")


def number_to_cell(value: Cell | np.generic) -> str:
    """Return a cell: floats with 6 significant digits, empty for None and NaN.

    Examples
    --------
    >>> [number_to_cell(v) for v in (1 / 3, float("nan"), 4, "P1", None)]
    ['0.333333', '', '4', 'P1', '']
    """
    if value is None:
        return ""
    if isinstance(value, float | np.floating):
        return "" if math.isnan(value) else f"{value:.6g}"
    return str(value)


def cell_to_float(cell: str) -> float:
    """Return a number; an empty cell is NaN.

    Examples
    --------
    >>> cell_to_float("0.25"), cell_to_float("")
    (0.25, nan)
    """
    return float(cell) if cell else math.nan


def write_csv(
    path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell | np.generic]]
) -> None:
    """Write rows under a header; cells pass ``number_to_cell`` (times: give them as text)."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([number_to_cell(cell) for cell in row] for row in rows)


def read_csv(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """Return the rows of a table by column name; columns that are not asked for are ignored.

    Raises
    ------
    UnreadableSessionError : a column is missing, a row has too few or too many cells, or the
        file cannot be read as text.
    """
    try:
        with path.open(newline="", encoding="utf-8") as file:
            header, *lines = list(csv.reader(file)) or [[]]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise damaged_table(path, str(error)) from error
    missing = [name for name in columns if name not in header]
    if missing:
        raise damaged_table(path, f"no column {', '.join(missing)}")
    uneven = next((n for n, line in enumerate(lines, start=2) if len(line) != len(header)), None)
    if uneven is not None:
        raise damaged_table(path, f"a broken line {uneven}")
    return [dict(zip(header, line, strict=True)) for line in lines]


def damaged_table(path: Path, found: str) -> UnreadableSessionError:
    """Return the error for a table that cannot be read."""
    return UnreadableSessionError(
        sentence(
            wanted=f"the session needs a whole table `{path.name}`",
            got=f"a damaged one ({found})",
            remedy=f"analyse the recording again with --force: {path.parent}",
        )
    )
