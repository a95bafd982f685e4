"""Open a labelled set of any format."""

from __future__ import annotations

from pathlib import Path

from groupaffect.errors import LabelledSetError, sentence
from groupaffect.evaluation.labelled.class_folders import open_class_folders
from groupaffect.evaluation.labelled.csv_file import open_csv
from groupaffect.evaluation.labelled.labelled_set import LabelledSet
from groupaffect.evaluation.labelled.parquet_file import open_parquet

PARQUET_MAGIC = b"PAR1"
PARQUET_SUFFIXES = frozenset([".parquet", ".pq"])


def open_labelled_set(path: Path) -> LabelledSet:
    """Return a set whose shape fits one of the formats; no row is read yet.

    Raises
    ------
    LabelledSetError : nothing is there, it cannot be read, or it is of another shape.
    """
    try:
        if path.is_dir():
            return open_class_folders(path)
        return open_parquet(path) if _is_parquet(path) else open_csv(path)
    except OSError as error:
        raise LabelledSetError(
            sentence(
                wanted="the set must be a file or folder that can be read",
                got=f"{path} ({error.strerror or error})",
                remedy="check the path",
            )
        ) from error


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == PARQUET_MAGIC or path.suffix.lower() in PARQUET_SUFFIXES
