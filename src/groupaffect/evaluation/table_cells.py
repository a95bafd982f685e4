"""Cells of the tables that studies write."""

from __future__ import annotations

from typing import Any


def with_interval(row: dict[str, Any], figure: str, *, digits: int = 2) -> str:
    """Return a figure with its interval.

    Examples
    --------
    >>> with_interval({"accuracy": 0.694, "accuracy_interval": [0.678, 0.709]}, "accuracy")
    '0.69 [0.68, 0.71]'
    """
    low, high = row[f"{figure}_interval"]
    return f"{row[figure]:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"
