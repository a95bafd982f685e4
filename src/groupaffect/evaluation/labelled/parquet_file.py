"""Parquet with a column of image files as bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from groupaffect.errors import LabelledSetError, sentence
from groupaffect.evaluation.labelled.labelled_set import (
    LABEL_COLUMNS,
    LabelledSet,
    choose_column,
    missing_column,
)
from groupaffect.evaluation.labelled.pictures import decode_picture
from groupaffect.evaluation.labelled.row import LabelledRow

POINTS_COLUMN = "points_xy_px"
SPLIT_COLUMNS = ("split", "Usage", "usage")
# Rows and bytes read at once: what bounds memory, whatever the size of the row groups, as long
# as pyarrow is not let to take in a whole row group first (`pre_buffer`).
BATCH_ROWS = 64
BUFFER_BYTES = 2**20
_IMAGE_COLUMN = re.compile(r"(png|jpg|jpeg)(?:_(\d+)(?:x\d+)?)?")


def choose_image_column(columns: list[str]) -> str | None:
    """Return the column of image bytes: PNG before JPEG, then the whole, then the largest.

    Examples
    --------
    >>> choose_image_column(["label", "jpg_160", "jpg_320"]), choose_image_column(["image"])
    ('jpg_320', None)
    """
    found = [match for name in columns if (match := _IMAGE_COLUMN.fullmatch(name))]

    def rank(match: re.Match[str]) -> tuple[bool, float]:
        return match[1] == "png", float(match[2] or "inf")

    return max(found, key=rank).string if found else None


def open_parquet(path: Path) -> LabelledSet:
    """Check the columns of a Parquet file; other columns are ignored.

    Raises
    ------
    LabelledSetError : not Parquet, or no column of image bytes.
    OSError : the file cannot be read.
    """
    try:
        with pq.ParquetFile(path) as file:
            schema, n_rows = file.schema_arrow, file.metadata.num_rows
    except pa.ArrowException as error:
        raise _damaged(path, "none, or one cut short") from error
    image = choose_image_column(schema.names)
    if image is None:
        wanted = "a column of image bytes named png, jpg or jpeg, perhaps with a size (jpg_320)"
        raise missing_column(path, wanted=wanted, columns=schema.names)
    if not _holds_bytes(schema.field(image).type):
        raise LabelledSetError(
            sentence(
                wanted=f"the column `{image}` of {path.name!r} must hold bytes",
                got=f"{schema.field(image).type}",
                remedy="store each image file's bytes in it",
            )
        )
    columns = {
        "image": image,
        "label": choose_column(schema.names, LABEL_COLUMNS),
        "split": choose_column(schema.names, SPLIT_COLUMNS),
        "points": choose_column(schema.names, [POINTS_COLUMN]),
    }
    return LabelledSet(
        path=path,
        format="parquet",
        n_rows=n_rows,
        columns=tuple(schema.names),
        has_splits=columns["split"] is not None,
        has_labels=columns["label"] is not None,
        has_points=columns["points"] is not None,
        read_rows=partial(_read_rows, path, columns),
    )


def _read_rows(path: Path, columns: dict[str, str | None]) -> Iterator[LabelledRow]:
    wanted = [name for name in columns.values() if name is not None]
    index = 0
    try:
        with pq.ParquetFile(path, buffer_size=BUFFER_BYTES, pre_buffer=False) as file:
            for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=wanted):
                for values in batch.to_pylist():
                    cell = {part: values.get(name) for part, name in columns.items()}
                    yield LabelledRow(
                        index=index,
                        name=f"row {index}",
                        load=partial(decode_picture, cell["image"]),
                        label=cell["label"],
                        split=None if cell["split"] is None else str(cell["split"]),
                        points=cell["points"],
                    )
                    index += 1
    except (pa.ArrowException, OSError) as error:
        raise _damaged(path, f"damage near row {index}") from error


def _holds_bytes(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
    )


def _damaged(path: Path, got: str) -> LabelledSetError:
    return LabelledSetError(
        sentence(
            wanted=f"{path.name!r} must be a whole Parquet file",
            got=got,
            remedy="fetch the file again",
        )
    )
