"""The per-frame table as values again, a bounded number of rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from groupaffect.session.columns import EMBEDDING_COLUMNS, LANDMARK_COLUMNS
from groupaffect.session.csv_tables import damaged_table
from groupaffect.session.face_table import FACES_SCHEMA, column_to_embedding, schema_of
from groupaffect.types import (
    EMOTIONS,
    MODELS,
    FaceObservations,
    Model,
    ModelScores,
    ObservedStretch,
)


def iterate_readings(
    path: Path, *, with_embeddings: bool = False
) -> Iterator[tuple[ObservedStretch, ModelScores, ModelScores]]:
    """Yield stretches of frames with both models' scores, as they were written.

    Frames in which nobody has a row are not in the table, so they are not here either.

    Parameters
    ----------
    with_embeddings : give the scores their embeddings, where the table keeps them.

    Raises
    ------
    UnreadableSessionError : the table is damaged.
    """
    for table in iterate_whole_frames(path, with_embeddings=with_embeddings):
        try:
            yield table_to_reading(table)
        except ValueError as error:
            raise damaged_table(path, str(error).rstrip(".")) from error


def iterate_whole_frames(path: Path, *, with_embeddings: bool = True) -> Iterator[Any]:
    """Yield tables of some row groups' size that end where a frame ends.

    Raises
    ------
    UnreadableSessionError : the table is damaged.
    """
    try:
        schema = schema_of(path) if with_embeddings else FACES_SCHEMA
        yield from _iterate_whole_frames(path, schema)
    except (OSError, pa.ArrowException) as error:
        raise damaged_table(path, str(error).splitlines()[0].rstrip(".")) from error


def _iterate_whole_frames(path: Path, schema: Any) -> Iterator[Any]:  # noqa: ANN401
    held = schema.empty_table()
    with pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            read = file.read_row_group(group, columns=schema.names).select(schema.names)
            held = pa.concat_tables([held, read])
            frame = held["frame"].to_numpy()
            end = int(np.searchsorted(frame, frame[-1]))
            if end:
                yield held.slice(0, end)
            held = held.slice(end)
    if held.num_rows:
        yield held


def table_to_reading(table: Any) -> tuple[ObservedStretch, ModelScores, ModelScores]:  # noqa: ANN401
    """Return the values of ``face_table.rows_to_table`` from a table of whole frames."""
    left, top, width, height = (
        _floats(table, f"face_{name}") for name in ("x", "y", "width", "height")
    )
    points = np.stack([_floats(table, name) for name in LANDMARK_COLUMNS], axis=1)
    faces = FaceObservations(
        frame_index=table["frame"].to_numpy(),
        time_s=table["time"].to_numpy(),
        participant=participants_of(table),
        box_xyxy_px=np.stack([left, top, left + width, top + height], axis=1),
        landmark_xy_px=points.reshape(-1, 2, 68).transpose(0, 2, 1),
        detection_confidence=_floats(table, "face_score"),
        quality=_floats(table, "quality"),
        success=table["success"].to_numpy(),
    )
    index, first = np.unique(faces.frame_index, return_index=True)
    stretch = ObservedStretch(index, faces.time_s[first], faces)
    return stretch, _scores(table, faces, "image"), _scores(table, faces, "landmark")


def participants_of(table: Any) -> np.ndarray:  # noqa: ANN401
    """Return each row's participant as an array of text."""
    return np.array(table["participant"].to_pylist(), dtype=np.str_)


def _scores(table: Any, faces: FaceObservations, model: Model) -> ModelScores:  # noqa: ANN401
    probability = np.stack([_floats(table, f"{model}_{emotion}") for emotion in EMOTIONS], axis=1)
    name, embedding = EMBEDDING_COLUMNS[MODELS.index(model)], None
    if name in table.column_names:
        embedding = column_to_embedding(table[name])
    return ModelScores(model, faces.time_s, faces.participant, probability, embedding)


def _floats(table: Any, name: str) -> np.ndarray:  # noqa: ANN401
    return np.asarray(table[name].to_numpy(), dtype=np.float64)
