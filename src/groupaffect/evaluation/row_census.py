"""Take the usable rows of a labelled set, and account for all others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from groupaffect.errors import LabelledSetError, sentence
from groupaffect.evaluation.labelled.row import BadRowError, LabelledRow, Picture

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RowNote:
    """A row that people should know of, and why."""

    row: int
    name: str
    reason: str


@dataclass(slots=True)
class RowCensus:
    """What became of the rows so far; filled by ``take_usable``.

    Attributes
    ----------
    n_rows : all of them: those that were used, left out and bad.
    left_out : rows whose label is none of the seven (or, for landmarks, not annotated), by word.
    bad : rows that could not be used. converted : rows used after a change of their picture.
    splits : the words met, where no split was asked for.
    """

    n_rows: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    bad: list[RowNote] = field(default_factory=list)
    converted: list[RowNote] = field(default_factory=list)
    splits: set[str] = field(default_factory=set)


def take_usable(
    rows: Iterable[LabelledRow],
    census: RowCensus,
    *,
    read_truth: Callable[[LabelledRow], T | str],
    refuse_bad: bool,
) -> Iterator[tuple[Picture, T, LabelledRow]]:
    """Yield picture, truth and row wherever both can be had.

    Parameters
    ----------
    census : is told of every row.
    read_truth : returns what the row says, or the word under which it is left out.
    refuse_bad : stop at the first bad row.

    Raises
    ------
    LabelledSetError : a row is bad and ``refuse_bad``.
    """
    for row in rows:
        census.n_rows += 1
        if row.split is not None:
            census.splits.add(row.split)
        try:
            truth = read_truth(row)
            if isinstance(truth, str):
                census.left_out[truth] += 1
                continue
            picture = row.load()
        except BadRowError as error:
            census.bad.append(RowNote(row.index, row.name, str(error)))
            if refuse_bad:
                raise _refused(row, error) from error
            continue
        if picture.conversion is not None:
            census.converted.append(RowNote(row.index, row.name, picture.conversion))
        yield picture, truth, row


def _refused(row: LabelledRow, error: BadRowError) -> LabelledSetError:
    return LabelledSetError(
        sentence(
            wanted="every row must be usable with `--on-bad-row refuse`",
            got=f"{error} ({row.name})",
            remedy="correct the row, or skip such rows",
        )
    )
