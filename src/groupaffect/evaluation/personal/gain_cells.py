"""Gains as the tables and sentences of ``docs/personal.md`` say them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

POINTS = 100.0  # a share as points of hundred; 1.0: a correlation as it is


def gain(one: Mapping[str, Any], *, factor: float = POINTS) -> str:
    """Return a gain with its interval, in points unless told otherwise.

    Examples
    --------
    >>> gain({"mean": 0.1, "interval": [0.05, 0.15]})
    '+10.0 (+5.0 to +15.0)'
    >>> gain({"mean": 0.1, "interval": [0.05, 0.15]}, factor=1.0)
    '+0.10 (+0.05 to +0.15)'
    """
    digits = 1 if factor > 1 else 2
    low, high = (factor * bound for bound in one["interval"])
    return f"{factor * one['mean']:+.{digits}f} ({low:+.{digits}f} to {high:+.{digits}f})"


def points(value: float) -> str:
    """Return a difference in points.

    Examples
    --------
    >>> points(-0.004)
    '-0.4'
    """
    return f"{POINTS * value:+.1f}"


def reached(value: float, *, least: float) -> str:
    """Return whether a gain reaches what it was to reach, in bold.

    Examples
    --------
    >>> reached(0.11, least=0.1), reached(-0.02, least=-0.01)
    ('**reached**', '**not reached**')
    """
    return f"**{'reached' if value >= least else 'not reached'}**"
