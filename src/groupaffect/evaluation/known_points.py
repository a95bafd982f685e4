"""Landmarks that are known beforehand: a file beside the set, or a column of it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from jaxtyping import Float

from groupaffect.errors import UsageError, sentence
from groupaffect.evaluation.labelled.row import BadRowError, LabelledRow

KEY = "points_xy_px"


def load_points(path: Path) -> Float[np.ndarray, "n 68 2"]:
    """Return the array ``points_xy_px`` of an ``.npz``: one row of 68 points for each picture.

    Raises
    ------
    UsageError : no such file, no such array, or one of another shape.
    """
    try:
        # Opened here, because numpy leaves a damaged file open.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            points = np.asarray(arrays[KEY], dtype=np.float64)
    except (OSError, ValueError, TypeError, EOFError, LookupError, zipfile.BadZipFile) as error:
        raise _not_points(path, f"something else ({type(error).__name__})") from error
    if points.ndim != 3 or points.shape[1:] != (68, 2):
        raise _not_points(path, f"shape {points.shape}")
    return points


def _not_points(path: Path, got: str) -> UsageError:
    return UsageError(
        sentence(
            wanted=f"`--points` must be an .npz whose array `{KEY}` is (n, 68, 2)",
            got=f"{got} in {path}",
            remedy="save it with numpy.savez, NaN where there is no face",
        )
    )


def attach_points(
    rows: Iterable[LabelledRow], points: Float[np.ndarray, "n 68 2"] | None
) -> Iterator[LabelledRow]:
    """Yield the rows with the file's points in place of their own; unchanged without a file.

    Raises
    ------
    UsageError : there are not as many points as rows.
    """
    if points is None:
        yield from rows
        return
    n_rows = 0
    for n_rows, row in enumerate(rows, start=1):
        if n_rows > len(points):
            raise wrong_number(len(points), f"more than {len(points)} rows")
        yield replace(row, points=points[n_rows - 1])
    if n_rows < len(points):
        raise wrong_number(len(points), f"{n_rows} rows")


def wrong_number(n_points: int, got: str) -> UsageError:
    """Return the error for a file of points that belongs to other rows."""
    return UsageError(
        sentence(
            wanted=f"the {n_points} faces of `--points` need as many rows in the set or its split",
            got=got,
            remedy="give the points of just these rows, in their order",
        )
    )


def read_points(points: object) -> Float[np.ndarray, "68 2"] | None:
    """Return 68 points from any nesting of 136 numbers x, y, x, y, ...; None where missing.

    Raises
    ------
    BadRowError : another count, or no numbers.

    Examples
    --------
    >>> read_points(list(range(136)))[1].tolist(), read_points([float("nan")] * 136)
    ([2.0, 3.0], None)
    """
    if points is None:
        return None
    try:
        values = np.asarray(points, dtype=np.float64).ravel()
    except (ValueError, TypeError) as error:
        raise BadRowError("points that are no numbers") from error
    if values.size != 136:
        raise BadRowError(f"{values.size} numbers for 68 points, not 136")
    return values.reshape(68, 2) if np.isfinite(values).all() else None
