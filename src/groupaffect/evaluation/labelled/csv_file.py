"""The Kaggle ``fer2013.csv``: ``emotion``, ``pixels`` and perhaps ``Usage``."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from groupaffect.errors import LabelledSetError, sentence
from groupaffect.evaluation.labelled.labelled_set import (
    LABEL_COLUMNS,
    LabelledSet,
    choose_column,
    missing_column,
)
from groupaffect.evaluation.labelled.pictures import decode_pixels
from groupaffect.evaluation.labelled.row import LabelledRow

SPLIT_COLUMNS = ("Usage", "usage", "split")


def open_csv(path: Path) -> LabelledSet:
    """Check the columns of a CSV; other columns are ignored.

    Raises
    ------
    LabelledSetError : no column ``pixels``.
    OSError : the file cannot be read.
    """
    with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
        columns = _header(path, file.readline())
    if "pixels" not in columns:
        raise missing_column(path, wanted="a column `pixels`", columns=columns)
    return LabelledSet(
        path=path,
        format="csv",
        n_rows=None,
        columns=tuple(columns),
        has_splits=choose_column(columns, SPLIT_COLUMNS) is not None,
        has_labels=choose_column(columns, LABEL_COLUMNS) is not None,
        has_points=False,
        read_rows=partial(_read_rows, path, columns),
    )


def _header(path: Path, line: str) -> list[str]:
    try:
        # Kaggle's second edition writes ` pixels`, with a space.
        return [name.strip() for name in next(csv.reader([line]), [])]
    except csv.Error as error:
        raise _damaged(path, 1, error) from error


def _read_rows(path: Path, columns: list[str]) -> Iterator[LabelledRow]:
    label = choose_column(columns, LABEL_COLUMNS)
    split = choose_column(columns, SPLIT_COLUMNS)
    with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
        file.readline()
        reader = csv.DictReader(file, fieldnames=columns)
        index = 0
        try:
            for index, row in enumerate(reader):
                yield LabelledRow(
                    index=index,
                    name=f"row {index}",
                    load=partial(decode_pixels, row["pixels"]),
                    label=row[label] if label else None,
                    split=row[split] if split else None,
                )
        except csv.Error as error:
            raise _damaged(path, index + 2, error) from error


def _damaged(path: Path, line: int, error: Exception) -> LabelledSetError:
    return LabelledSetError(
        sentence(
            wanted=f"{path.name!r} must be a CSV",
            got=f"damage near line {line} ({error})",
            remedy="fetch the file again",
        )
    )
