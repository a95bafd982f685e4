"""Give every participant a row in every frame, also before they were first seen.

In a room a person is only known from the first sight on. The table promises frame x
participant, so the absent rows (not seen, all values missing) are put in their places once
everybody is known. The table passes through memory one row group at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from jaxtyping import Float, Int

from groupaffect.session.columns import EMBEDDING_COLUMNS
from groupaffect.session.face_reading import iterate_whole_frames
from groupaffect.session.face_table import (
    FACES_SCHEMA,
    FaceTableWriter,
    column_to_embedding,
    embedding_to_column,
    schema_of,
)


@dataclass(frozen=True, slots=True)
class FrameTimes:
    """The analysed frames: ``index`` (n,), rising, and ``time_s`` (n,)."""

    index: Int[np.ndarray, " n"]
    time_s: Float[np.ndarray, " n"]


def backfill_faces(
    source: Path, target: Path, *, frames: FrameTimes, participants: tuple[str, ...]
) -> None:
    """Write ``source`` again as ``target``, frame by frame, participants in the given order."""
    writer = FaceTableWriter(target)
    done = 0  # frames written so far
    for table in iterate_whole_frames(source):
        last = int(table["frame"][-1].as_py())
        upto = int(np.searchsorted(frames.index, last, side="right"))
        part = FrameTimes(frames.index[done:upto], frames.time_s[done:upto])
        writer.write(_fill(table, frames=part, participants=participants))
        done = upto
    rest = FrameTimes(frames.index[done:], frames.time_s[done:])
    writer.write(_fill(schema_of(source).empty_table(), frames=rest, participants=participants))
    writer.close()


def _fill(table: Any, *, frames: FrameTimes, participants: tuple[str, ...]) -> Any:  # noqa: ANN401
    """Return one row for each frame and participant, from ``table`` where it has one."""
    n_participants = len(participants)
    column = {participant: number for number, participant in enumerate(participants)}
    member = np.array([column[name] for name in table["participant"].to_pylist()], dtype=np.int64)
    row = np.searchsorted(frames.index, table["frame"].to_numpy()) * n_participants + member
    n_rows = len(frames.index) * n_participants
    filled: dict[str, Any] = {
        "frame": np.repeat(frames.index, n_participants),
        "time": np.repeat(frames.time_s, n_participants),
        "participant": list(participants) * len(frames.index),
        "success": np.zeros(n_rows, dtype=bool),
    }
    for name in FACES_SCHEMA.names:
        if name in ("frame", "time", "participant"):
            continue
        if name != "success":
            filled[name] = np.full(n_rows, np.nan, dtype=np.float32)
        filled[name][row] = table[name].to_numpy()
    whole = pa.table({name: filled[name] for name in FACES_SCHEMA.names}, schema=FACES_SCHEMA)
    for name in (name for name in EMBEDDING_COLUMNS if name in table.column_names):
        embedding = np.full((n_rows, table.schema.field(name).type.list_size), np.nan, np.float16)
        if len(row):
            embedding[row] = column_to_embedding(table[name])
        whole = whole.append_column(name, embedding_to_column(embedding))
    return whole
