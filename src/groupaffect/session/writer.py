"""Write a session: per-frame rows while they arise, all else at the end, the name last."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from groupaffect.errors import UsageError, sentence
from groupaffect.session.analysis_writing import analysis_to_dict, write_analysis
from groupaffect.session.columns import FACES_FILE, RECORD_FILE, SCHEMA_VERSION
from groupaffect.session.face_backfill import FrameTimes, backfill_faces
from groupaffect.session.face_table import FaceTableWriter, rows_to_table
from groupaffect.session.folder import output_errors
from groupaffect.session.record import SessionRecord, record_to_dict
from groupaffect.session.whole_folder import WholeFolder
from groupaffect.types import Analysis, ModelScores, ObservedStretch


class SessionWriter:
    """A context in which a session folder is built out of sight.

    Nothing is seen at ``output`` until ``finish`` has written everything. Leaving the context
    without ``finish`` (an error, Ctrl-C) removes what was begun, with the folders made for it;
    what a killed run left is removed by the next.

    Parameters
    ----------
    output : where the session goes; its parents are made.
    force : replace a complete session that is there, once the new one is whole; what is no
        result of ours stays, earlier results go.

    Raises
    ------
    SessionExistsError : on entering; a complete session is there and ``force`` is not given.
    OutputError : anywhere; the place cannot be written. On entering; another run is writing it.
    """

    def __init__(self, output: Path, *, force: bool = False) -> None:
        self._place = WholeFolder(output, force=force)
        self._begun = ExitStack()
        self._faces: FaceTableWriter | None = None
        self._frames: list[tuple[Int[np.ndarray, " n"], Float[np.ndarray, " n"]]] = []
        self._participants: set[str] = set()
        self._n_rows = 0

    def __enter__(self) -> SessionWriter:
        """Clean up after dead runs and open the work folder."""
        with ExitStack() as begun:
            begun.enter_context(self._place)
            with output_errors(self._place.output):
                self._faces = FaceTableWriter(self._place.folder / FACES_FILE)
            begun.callback(self._faces.abandon)
            self._begun = begun.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Remove what was begun, unless it was finished."""
        self._faces = None
        self._begun.close()

    def write_stretch(
        self, stretch: ObservedStretch, image: ModelScores, landmark: ModelScores
    ) -> None:
        """Append the rows of the next frames; the scores stand in the order of the faces.

        Frames with nobody in them have no rows yet; they get theirs when all are known.

        Raises
        ------
        UsageError : the scores belong to other rows, or the writer is not open.
        OutputError : the rows cannot be written.
        """
        faces = self._opened()
        table = rows_to_table(stretch.faces, image=image, landmark=landmark)
        self._frames.append(
            (
                np.asarray(stretch.frame_index, dtype=np.int64),
                np.asarray(stretch.frame_time_s, dtype=np.float64),
            )
        )
        self._participants.update(str(name) for name in np.unique(stretch.faces.participant))
        self._n_rows += len(stretch.faces)
        with output_errors(self._place.output):
            faces.write(table)

    def finish(self, analysis: Analysis, record: SessionRecord) -> Path:
        """Write all other tables, flush to disk, and give the folder its name.

        Returns
        -------
        The folder's absolute path.

        Raises
        ------
        UsageError : rows were written for somebody who is not in ``analysis.participants``.
        OutputError : the session cannot be written.
        """
        faces = self._opened()
        work = self._place.folder
        participants = tuple(facts.participant for facts in analysis.participants)
        self._check_participants(participants)
        with output_errors(self._place.output):
            faces.close()
            self._backfill(work / FACES_FILE, participants=participants)
            write_results(work, analysis, record)
        self._faces = None
        return self._place.finish()

    def _opened(self) -> FaceTableWriter:
        if self._faces is None:
            message = sentence(
                wanted="a SessionWriter must be open",
                got="one before `with` or after `finish`",
                remedy="use it inside its `with` block",
            )
            raise UsageError(message)
        return self._faces

    def _check_participants(self, participants: tuple[str, ...]) -> None:
        strangers = sorted(self._participants - set(participants))
        if strangers:
            known = ", ".join(participants) or "none"
            message = sentence(
                wanted=f"the frames' participants must be among: {known}",
                got=", ".join(strangers),
                remedy="list everybody in the analysis",
            )
            raise UsageError(message)

    def _backfill(self, path: Path, *, participants: tuple[str, ...]) -> None:
        frames = self._all_frames()
        if self._n_rows == len(frames.index) * len(participants):
            return
        whole = path.with_suffix(".whole")
        backfill_faces(path, whole, frames=frames, participants=participants)
        whole.replace(path)

    def _all_frames(self) -> FrameTimes:
        if not self._frames:
            return FrameTimes(np.zeros(0, dtype=np.int64), np.zeros(0))
        index = np.concatenate([frame for frame, _ in self._frames])
        time_s = np.concatenate([time for _, time in self._frames])
        unique, first = np.unique(index, return_index=True)
        return FrameTimes(unique, time_s[first])


def write_results(folder: Path, analysis: Analysis, record: SessionRecord) -> None:
    """Write every file of a session but the frame table."""
    write_analysis(folder, analysis)
    record = replace(record, schema_version=SCHEMA_VERSION)  # also of what was read from an older
    values = record_to_dict(record) | {"analysis": analysis_to_dict(analysis)}
    _write_json(folder / RECORD_FILE, values)


def _write_json(path: Path, values: dict[str, Any]) -> None:
    text = json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
