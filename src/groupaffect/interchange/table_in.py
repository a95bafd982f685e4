"""Read the columns of another tool's CSV file; missing numbers are NaN."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
from jaxtyping import Float, Shaped

from groupaffect.errors import ForeignTableError, sentence
from groupaffect.session.columns import LANDMARK_COLUMNS

TEXT_COLUMNS = ("Identity", "input")  # all others that are read hold numbers


@dataclass(frozen=True, slots=True)
class ForeignTable:
    """Some columns of a CSV file; names without the spaces around them."""

    path: Path
    names: tuple[str, ...]
    table: Any  # pyarrow.Table, which carries no types

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def numbers(self, name: str) -> Float[np.ndarray, " n"]:
        """Return a column of numbers."""
        return np.asarray(self.table[name].to_numpy(), dtype=np.float64)

    def texts(self, name: str) -> Shaped[np.ndarray, " n"]:
        """Return a column of text; "" where missing."""
        return np.array([text or "" for text in self.table[name].to_pylist()], dtype=np.str_)

    def landmarks(self) -> Float[np.ndarray, "n 68 2"]:
        """Return the 68 points; NaN where the table has no columns for them."""
        if not set(LANDMARK_COLUMNS) <= {*self.names}:
            return np.full((len(self), 68, 2), np.nan)
        points = np.stack([self.numbers(name) for name in LANDMARK_COLUMNS], axis=1)
        return points.reshape(-1, 2, 68).transpose(0, 2, 1)

    def check_frames(self) -> None:
        """Check that every row has a whole frame number that is not negative.

        Raises
        ------
        ForeignTableError : names the first line that has none.
        """
        frame = self.numbers("frame")
        wrong = np.flatnonzero(~((frame >= 0) & (frame == np.floor(frame))))
        if len(wrong):
            got = f"{frame[wrong[0]]:g} in line {int(wrong[0]) + 2}"
            raise foreign_error(self.path, "`frame` must be a whole number from 0", got)


def read_table(path: Path, *, needed: Sequence[str], wanted: Sequence[str]) -> ForeignTable:
    """Return the needed columns, and those of the wanted ones that are there.

    Raises
    ------
    ForeignTableError : the file cannot be read, lacks a needed column, has no rows, or a cell of
        a column of numbers is none.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            names = tuple(name.strip() for name in next(csv.reader(file), []))
    except (OSError, UnicodeDecodeError) as error:
        raise foreign_error(path, "the table must be readable", _reason(error)) from error
    missing = [name for name in needed if name not in names]
    if missing:
        got = f"one without {', '.join(missing[:8])}"
        raise foreign_error(path, "the table must have that tool's columns", got)
    chosen = [name for name in dict.fromkeys((*needed, *wanted)) if name in names]
    table = _read_columns(path, names, chosen)
    if not table.num_rows:
        raise foreign_error(path, "the table must have rows", "none")
    return ForeignTable(path, names, table)


def _read_columns(path: Path, names: tuple[str, ...], chosen: list[str]) -> Any:  # noqa: ANN401
    kinds = {c: pa.string() if c in TEXT_COLUMNS else pa.float64() for c in chosen}
    nothing = ["", "nan", "NaN", "NA", "null", "None"]
    try:
        return pa_csv.read_csv(
            path,
            read_options=pa_csv.ReadOptions(column_names=[*names], skip_rows=1, use_threads=False),
            convert_options=pa_csv.ConvertOptions(
                include_columns=chosen,
                column_types=kinds,
                null_values=nothing,
                strings_can_be_null=True,
            ),
        )
    except (OSError, pa.ArrowException) as error:
        raise foreign_error(path, "the table must be whole", _reason(error)) from error


def _reason(error: BaseException) -> str:
    return getattr(error, "strerror", None) or " ".join(str(error).split()).rstrip(".")


def foreign_error(path: Path, wanted: str, got: str) -> ForeignTableError:
    """Return the error for a table that cannot be used."""
    remedy = f"check `--from`, or write the table again: {path}"
    return ForeignTableError(sentence(wanted=wanted, got=got, remedy=remedy))
