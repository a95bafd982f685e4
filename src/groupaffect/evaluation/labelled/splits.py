"""Take the rows of one split, by any of the names that sets give it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from groupaffect.errors import UsageError, sentence
from groupaffect.evaluation.labelled.row import LabelledRow

SYNONYMS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("valid", "validation", "val", "dev", "publictest"), "valid"),
    **dict.fromkeys(("test", "testing", "privatetest"), "test"),
}


def split_name(word: str) -> str:
    """Return train, valid or test for their many names; any other word in lower case.

    Examples
    --------
    >>> [split_name(word) for word in ("PublicTest", "Training", "privatetest", "Fold 3")]
    ['valid', 'train', 'test', 'fold 3']
    """
    folded = word.strip().casefold()
    return SYNONYMS.get(folded.replace("_", "").replace(" ", ""), folded)


def take_split(rows: Iterable[LabelledRow], split: str | None) -> Iterator[LabelledRow]:
    """Yield the rows of a split; all rows where none is asked for.

    Raises
    ------
    UsageError : no row is of that split; says which splits there are.
    """
    if split is None:
        yield from rows
        return
    wanted, seen, found = split_name(split), set[str](), False
    for row in rows:
        seen.add(row.split or "none")
        if row.split is not None and split_name(row.split) == wanted:
            found = True
            yield row
    if not found:
        raise UsageError(
            sentence(
                wanted=f"`--split {split}` must be a split of the set",
                got=f"only {', '.join(sorted(seen)[:8]) or 'an empty set'}",
                remedy="choose one of these, or leave the option out",
            )
        )
