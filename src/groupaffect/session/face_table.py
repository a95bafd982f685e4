"""The per-frame table ``faces.parquet``, written by row group while frames arrive."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from groupaffect.errors import UsageError, sentence
from groupaffect.session.columns import (
    EMBEDDING_COLUMNS,
    FACES_COLUMNS,
    LANDMARK_COLUMNS,
    SCORE_COLUMNS,
)
from groupaffect.types import FaceObservations, ModelScores

ROWS_PER_GROUP = 20_000  # about 13 MB of float32: bounds memory, large enough to compress

_TYPES = {
    "frame": pa.int64(),
    "time": pa.float64(),
    "participant": pa.string(),
    "success": pa.bool_(),
}
FACES_SCHEMA = pa.schema([(name, _TYPES.get(name, pa.float32())) for name in FACES_COLUMNS])


def rows_to_table(
    observations: FaceObservations, *, image: ModelScores, landmark: ModelScores
) -> Any:  # noqa: ANN401  (pyarrow.Table; pyarrow carries no types)
    """Return the rows of one stretch with the columns of ``faces.parquet``.

    Embeddings are added in half precision where both models' scores have them.

    Raises
    ------
    UsageError : the scores belong to other rows than the observations.
    """
    for scores in (image, landmark):
        _check_rows(observations, scores)
    box = np.asarray(observations.box_xyxy_px, dtype=np.float32)
    xy = np.asarray(observations.landmark_xy_px, dtype=np.float32)
    floats = np.column_stack(
        [
            *(box[:, 0], box[:, 1], box[:, 2] - box[:, 0], box[:, 3] - box[:, 1]),
            *(observations.detection_confidence, observations.quality),
            *(xy[:, :, 0], xy[:, :, 1], image.probability, landmark.probability),
        ]
    ).astype(np.float32)
    names = (*FACES_COLUMNS[3:9], *LANDMARK_COLUMNS, *SCORE_COLUMNS)
    columns: dict[str, Any] = dict(zip(names, floats.T.copy(), strict=True))
    columns["frame"] = np.asarray(observations.frame_index, dtype=np.int64)
    columns["time"] = np.asarray(observations.time_s, dtype=np.float64)
    columns["participant"] = [str(participant) for participant in observations.participant]
    columns["success"] = np.asarray(observations.success, dtype=bool)
    table = pa.table({name: columns[name] for name in FACES_COLUMNS}, schema=FACES_SCHEMA)
    if image.embedding is None or landmark.embedding is None:
        return table
    embeddings = image.embedding, landmark.embedding
    for name, embedding in zip(EMBEDDING_COLUMNS, embeddings, strict=True):
        table = table.append_column(name, embedding_to_column(embedding))
    return table


def embedding_to_column(embedding: np.ndarray) -> Any:  # noqa: ANN401
    """Return (n, d) embeddings as a column of lists of d half-precision numbers.

    Examples
    --------
    >>> column_to_embedding(embedding_to_column(np.ones((2, 3)))).tolist()
    [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]
    """
    values = np.ascontiguousarray(embedding, dtype=np.float16)
    return pa.FixedSizeListArray.from_arrays(pa.array(values.ravel()), values.shape[1])


def column_to_embedding(column: Any) -> np.ndarray:  # noqa: ANN401
    """Return a column of lists as (n, d) float32."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    flat = np.asarray(whole.flatten().to_numpy(zero_copy_only=False))
    return flat.reshape(len(column), whole.type.list_size).astype(np.float32)


def schema_of(path: Path) -> Any:  # noqa: ANN401
    """Return the columns of a frame table, in the order in which they are written."""
    found = pq.read_schema(path)
    kept = [found.field(name) for name in EMBEDDING_COLUMNS if name in found.names]
    return pa.schema([*FACES_SCHEMA, *kept])


def has_embeddings(path: Path) -> bool:
    """Return whether a frame table keeps embeddings."""
    return len(schema_of(path)) > len(FACES_SCHEMA)


def _check_rows(observations: FaceObservations, scores: ModelScores) -> None:
    same = np.array_equal(scores.time_s, observations.time_s) and np.array_equal(
        scores.participant, observations.participant
    )
    if not same:
        message = sentence(
            wanted=f"the rows of the {scores.model} scores must be those of the observations",
            got=f"{len(scores.time_s)} scores for {len(observations)} observations that differ",
            remedy="score the same rows",
        )
        raise UsageError(message)


class FaceTableWriter:
    """Appends rows to a Parquet file in groups of exactly ``ROWS_PER_GROUP``.

    The size of a group does not depend on how rows arrive, so equal rows give equal bytes.
    """

    def __init__(self, path: Path, *, rows_per_group: int = ROWS_PER_GROUP) -> None:
        self._rows_per_group = rows_per_group
        self._waiting: list[Any] = []
        self._n_waiting = 0
        self._path = path
        self._opened: Any = None
        path.touch()  # a place that cannot be written is known before the work

    def write(self, table: Any) -> None:  # noqa: ANN401
        """Append a table of ``FACES_SCHEMA``, or all of them with the same embeddings."""
        self._open(table.schema)
        self._waiting.append(table)
        self._n_waiting += table.num_rows
        if self._n_waiting >= self._rows_per_group:
            self._write_whole_groups()

    def _open(self, schema: Any) -> Any:  # noqa: ANN401
        if self._opened is None:
            self._opened = pq.ParquetWriter(
                self._path, schema, compression="zstd", use_dictionary=["participant"]
            )
        return self._opened

    def _write_whole_groups(self) -> None:
        rows = pa.concat_tables(self._waiting)
        n_whole = rows.num_rows - rows.num_rows % self._rows_per_group
        self._opened.write_table(rows.slice(0, n_whole), row_group_size=self._rows_per_group)
        self._waiting = [rows.slice(n_whole)]
        self._n_waiting = rows.num_rows - n_whole

    def close(self) -> None:
        """Write what waits and end the file."""
        file = self._open(FACES_SCHEMA)
        if self._n_waiting:
            file.write_table(pa.concat_tables(self._waiting))
        self._waiting = []
        self._n_waiting = 0
        file.close()

    def abandon(self) -> None:
        """Close the file without a care for its content."""
        if self._opened is not None:
            with contextlib.suppress(OSError):
                self._opened.close()
