"""A labelled set on disk, and what its readers have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from groupaffect.errors import LabelledSetError, UsageError, sentence
from groupaffect.evaluation.labelled.row import LabelledRow

SetFormat = Literal["csv", "folder", "parquet"]
# Columns that may hold the label, the first that is there.
LABEL_COLUMNS = ("label", "emotion")


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """A set whose shape has been checked and whose rows have not.

    Attributes
    ----------
    path : as it was given. format : what kind of set it is.
    n_rows : of all splits together; None where only reading to the end would tell.
    columns : of a table; none of a folder.
    has_splits : whether rows say which split they are of.
    has_labels, has_points : whether rows have a label, and 68 points.
    read_rows : yields every row in order; one pass a call, memory bounded.
    """

    path: Path
    format: SetFormat
    n_rows: int | None
    columns: tuple[str, ...]
    has_splits: bool
    has_labels: bool
    has_points: bool
    read_rows: Callable[[], Iterator[LabelledRow]]


def choose_column(columns: Iterable[str], wanted: Iterable[str]) -> str | None:
    """Return the first wanted column that is there.

    Examples
    --------
    >>> choose_column(["emotion", "pixels"], LABEL_COLUMNS)
    'emotion'
    """
    there = set(columns)
    return next((name for name in wanted if name in there), None)


def missing_column(path: Path, *, wanted: str, columns: Iterable[str]) -> LabelledSetError:
    """Return the error for a table without a column that is needed."""
    shown = ", ".join(repr(name[:30]) for name in list(columns)[:12])
    return LabelledSetError(
        sentence(
            wanted=f"{path.name!r} must have {wanted}",
            got=f"the columns {shown or 'none'}",
            remedy="rename or add the column",
        )
    )


def no_split(path: Path, *, wanted: str) -> UsageError:
    """Return the error for a split asked of a set that has none."""
    return UsageError(
        sentence(
            wanted=f"`--split` needs {wanted} in {path.name!r}",
            got="none",
            remedy="leave the option out",
        )
    )
