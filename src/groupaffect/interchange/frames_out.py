"""Per-frame rows of a session, some thousand at a time, and CSV files of such rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
from jaxtyping import Float

from groupaffect.fusion.mix import fuse
from groupaffect.session import Session
from groupaffect.session.columns import LANDMARK_COLUMNS
from groupaffect.session.face_reading import participants_of
from groupaffect.types import EMOTIONS, FusionTrace, Source

Column = Any  # a numpy array or a list, one value a row


@dataclass(frozen=True, slots=True)
class FrameRows:
    """Some rows of ``faces.parquet``.

    Attributes
    ----------
    table : ``pyarrow.Table`` with the columns of that file.
    participant : (n,) ids. probability : (n, 7) of the chosen source; NaN where missing.
    """

    table: Any
    participant: np.ndarray
    probability: Float[np.ndarray, "n 7"]

    def column(self, name: str) -> np.ndarray:
        """Return a column as an array."""
        return np.asarray(self.table[name].to_numpy())

    @property
    def landmarks(self) -> dict[str, np.ndarray]:
        """The coordinates of the 68 points by column name."""
        return {name: self.column(name) for name in LANDMARK_COLUMNS}


def iterate_rows(session: Session, *, source: Source) -> Iterator[FrameRows]:
    """Yield all rows with each face's expression by one source.

    Fused is the two models mixed by the weights of the window that the frame is in.

    Raises
    ------
    UnreadableSessionError : a table is damaged.
    """
    for table in session.iterate_faces():
        who = participants_of(table)
        if source == "fused":
            weight = _weights_at(session.fusion, table["time"].to_numpy(), who)
            read = fuse(_scores(table, "image"), _scores(table, "landmark"), weight)
        else:
            read = _scores(table, source)
        yield FrameRows(table, who, read)


def _scores(table: Any, model: str) -> Float[np.ndarray, "n 7"]:  # noqa: ANN401
    columns = [table[f"{model}_{emotion}"].to_numpy() for emotion in EMOTIONS]
    return np.stack(columns, axis=1).astype(np.float64)


def _weights_at(
    trace: FusionTrace, time_s: np.ndarray, participant: np.ndarray
) -> Float[np.ndarray, " n"]:
    """Return the image model's weight for each row; even where no window is."""
    weight = np.full(len(time_s), 0.5)
    if not len(trace.window_start_s):
        return weight
    window = np.searchsorted(trace.window_start_s, time_s, side="right") - 1
    for column, name in enumerate(trace.participants):
        rows = (participant == name) & (window >= 0)
        weight[rows] = trace.weight[window[rows], column, 0]
    return weight


def write_columns(
    path: Path, names: Sequence[str], parts: Iterable[dict[str, Column]], *, separator: str = ","
) -> None:
    """Write rows that come in parts; missing numbers are empty, floats keep every digit.

    Parameters
    ----------
    names : of the columns in order, each part has them all.
    separator : between the names of the header; OpenFace has a space there.
    """
    options = pa_csv.WriteOptions(include_header=False, quoting_style="needed")
    with path.open("wb") as file:
        file.write(f"{separator.join(names)}\n".encode())
        for part in parts:
            arrays = [pa.array(part[name], from_pandas=True) for name in names]
            pa_csv.write_csv(pa.table(arrays, names=[*names]), file, write_options=options)
