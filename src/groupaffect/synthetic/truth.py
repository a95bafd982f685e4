"""Write what is true of a synthetic recording: expressions, changes, people, faces.

Participants are P1, P2 ... in reading order of their places. So the analysis numbers them where all
are found at once; at few pictures a second one may be found later: join by tile or name there.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from groupaffect.session.columns import LANDMARK_COLUMNS
from groupaffect.session.csv_tables import time_to_cell, write_csv
from groupaffect.synthetic.changes import find_changes
from groupaffect.synthetic.filming import FilmedFrame
from groupaffect.synthetic.places import place_people
from groupaffect.synthetic.script import Script
from groupaffect.synthetic.showing import true_seconds
from groupaffect.types import EMOTIONS

TRUTH_FILE = "truth.csv"
EVENTS_FILE = "events.csv"
PARTICIPANTS_FILE = "participants.csv"
FACES_FILE = "faces.parquet"

TRUTH_COLUMNS = ("second", "participant", "emotion", "strength")
EVENTS_COLUMNS = ("start", "end", "kind", "participants", "from", "to")
PARTICIPANTS_COLUMNS = (
    *("participant", "name", "tile_row", "tile_column", "identity_seed", "expressiveness"),
    *("resting_emotion", "resting_strength", "noise", "lateness_s"),
)
_FACE_FLOATS = ("face_x", "face_y", "face_width", "face_height", *LANDMARK_COLUMNS)
FACES_SCHEMA = pa.schema(
    [
        ("frame", pa.int64()),
        ("time", pa.float64()),
        ("participant", pa.string()),
        *((name, pa.float32()) for name in _FACE_FLOATS),
    ]
)
_FRAMES_PER_GROUP = 512  # bounds memory at about a megabyte


def participant_ids(script: Script) -> tuple[str, ...]:
    """Return everybody's id.

    Examples
    --------
    >>> from groupaffect.synthetic.script import ScriptedPerson
    >>> people = (ScriptedPerson("Ada", 1), ScriptedPerson("Ben", 2))
    >>> participant_ids(Script("", 2.0, "1x2", people))
    ('P1', 'P2')
    """
    return tuple(f"P{number}" for number in range(1, len(script.people) + 1))


def write_truth(folder: Path, script: Script) -> None:
    """Write every table but that of the faces."""
    ids = participant_ids(script)
    shown = [true_seconds(script, person) for person in script.people]
    write_csv(
        folder / TRUTH_FILE,
        TRUTH_COLUMNS,
        (
            (second, ids[k], EMOTIONS[one.emotion[second]], one.strength[second])
            for second in range(len(shown[0].emotion))
            for k, one in enumerate(shown)
        ),
    )
    write_csv(
        folder / EVENTS_FILE,
        EVENTS_COLUMNS,
        (
            (
                *(time_to_cell(change.start_s), time_to_cell(change.end_s), change.kind),
                *(";".join(ids[k] for k in change.people), change.from_label, change.to_label),
            )
            for change in find_changes(script)
        ),
    )
    write_csv(
        folder / PARTICIPANTS_FILE,
        PARTICIPANTS_COLUMNS,
        (
            (
                *(name, person.name, place.row, place.column, person.identity_seed),
                *(person.expressiveness, person.resting_emotion, person.resting_strength),
                *(person.noise, person.lateness_s),
            )
            for name, person, place in zip(ids, script.people, place_people(script), strict=True)
        ),
    )


class TrueFacesWriter:
    """Appends the true faces of one frame after the other to ``faces.parquet``."""

    def __init__(self, path: Path, script: Script) -> None:
        self._ids = participant_ids(script)
        self._rate_hz = script.rate_hz
        self._waiting: list[FilmedFrame] = []
        self._n_written = 0
        self._file = pq.ParquetWriter(path, FACES_SCHEMA, compression="zstd")

    def write(self, frame: FilmedFrame) -> None:
        """Append a frame."""
        without_picture = FilmedFrame(
            np.empty((0, 0, 3), dtype=np.uint8), frame.landmark_xy_px, frame.box_xyxy_px
        )
        self._waiting.append(without_picture)
        if len(self._waiting) == _FRAMES_PER_GROUP:
            self._write_waiting()

    def close(self) -> None:
        """Write what waits and end the file."""
        if self._waiting:
            self._write_waiting()
        self._file.close()

    def abandon(self) -> None:
        """Close the file without a care for its content."""
        with contextlib.suppress(OSError):
            self._file.close()

    def _write_waiting(self) -> None:
        n, people = len(self._waiting), len(self._ids)
        box = np.concatenate([frame.box_xyxy_px for frame in self._waiting])  # (n * p, 4)
        xy = np.concatenate([frame.landmark_xy_px for frame in self._waiting])  # (n * p, 68, 2)
        floats = np.column_stack([box[:, :2], box[:, 2:] - box[:, :2], xy[:, :, 0], xy[:, :, 1]])
        index = np.repeat(self._n_written + np.arange(n), people)
        columns: dict[str, Any] = dict(
            zip(_FACE_FLOATS, floats.astype(np.float32).T.copy(), strict=True)
        )
        columns |= {"frame": index, "time": index / self._rate_hz}
        columns["participant"] = list(self._ids) * n
        table = {name: columns[name] for name in FACES_SCHEMA.names}
        self._file.write_table(pa.table(table, schema=FACES_SCHEMA))
        self._n_written += n
        self._waiting = []


@contextlib.contextmanager
def open_true_faces(path: Path, script: Script) -> Iterator[TrueFacesWriter]:
    """Give a writer whose file is whole once the block is left."""
    writer = TrueFacesWriter(path, script)
    try:
        yield writer
        writer.close()
    except BaseException:
        writer.abandon()
        raise
