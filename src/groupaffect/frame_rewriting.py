"""Write a frame table again with corrected rows, or without somebody, in bounded memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from groupaffect.corrected_rows import FrameBlock, drop_participant, merge_rows, swap_rows
from groupaffect.corrections import Correction, Merge, Swap
from groupaffect.errors import UnreadableSessionError
from groupaffect.session.csv_tables import damaged_table
from groupaffect.session.face_reading import iterate_whole_frames, participants_of
from groupaffect.session.face_table import FaceTableWriter


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What became of a frame table.

    Attributes
    ----------
    first_origin : for each participant, in order, who they were in the old table in the first
        frame in which they are seen (themselves if never).
    n_both : for each merge, frames in which both were seen.
    """

    first_origin: tuple[tuple[str, str], ...]
    n_both: tuple[tuple[Merge, int], ...]


def rewrite_frames(
    source: Path,
    target: Path,
    *,
    corrections: Sequence[Correction] = (),
    without: Sequence[str] = (),
) -> Rewritten:
    """Write ``source`` as ``target`` with merges and swaps applied and somebody left out.

    Raises
    ------
    UnreadableSessionError : the table is damaged.
    """
    writer = FaceTableWriter(target)
    first: dict[str, str] = {}
    n_both: dict[Merge, int] = {}
    before: tuple[str, ...] | None = None
    people: tuple[str, ...] = ()
    try:
        for table in iterate_whole_frames(source):
            new = old = block_of(table, path=source)
            if before not in (None, old.participants):
                raise _uneven(source)
            before = old.participants
            for correction in corrections:
                if isinstance(correction, Merge):
                    new, n = merge_rows(new, correction)
                    n_both[correction] = n_both.get(correction, 0) + n
                elif isinstance(correction, Swap):
                    new = swap_rows(new, correction)
            for name in without:
                new = drop_participant(new, name)
            writer.write(_take(table, new))
            people = new.participants
            _note_origins(first, old, new)
        writer.close()
    finally:
        writer.abandon()
    return Rewritten(
        first_origin=tuple((name, first.get(name, name)) for name in people),
        n_both=tuple(n_both.items()),
    )


def block_of(table: Any, *, path: Path) -> FrameBlock:  # noqa: ANN401
    """Return which rows of a table of whole frames are whose.

    Raises
    ------
    UnreadableSessionError : the table has not one row for each frame and participant.
    """
    frame = table["frame"].to_numpy()
    participant = participants_of(table)
    n_people = int(np.searchsorted(frame, frame[0], side="right"))
    people = participant[:n_people]
    n_frames, rest = divmod(len(frame), n_people)
    even = not rest and (participant.reshape(n_frames, n_people) == people).all()
    if not even or (np.diff(frame.reshape(n_frames, n_people), axis=1) != 0).any():
        raise _uneven(path)
    quality, score = (
        table[name].to_numpy().astype(np.float64) for name in ("quality", "face_score")
    )
    return FrameBlock(
        participants=tuple(people.tolist()),
        time_s=table["time"].to_numpy()[::n_people],
        row=np.arange(len(frame)).reshape(n_frames, n_people),
        success=table["success"].to_numpy(),
        worth=quality * score,
    )


def _uneven(path: Path) -> UnreadableSessionError:
    return damaged_table(path, "frames without a row for each participant")


def _take(table: Any, block: FrameBlock) -> Any:  # noqa: ANN401
    taken = table.take(block.row.ravel())
    place = taken.schema.get_field_index("participant")
    names = pa.array(list(block.participants) * len(block.time_s), pa.string())
    return taken.set_column(place, taken.schema.field(place), names)


def _note_origins(first: dict[str, str], old: FrameBlock, new: FrameBlock) -> None:
    """Note who a participant was where they are first seen."""
    n_people = len(old.participants)
    for place, name in enumerate(new.participants):
        own = new.row[:, place]
        seen = np.flatnonzero(new.success[own])
        if name not in first and len(seen):
            first[name] = old.participants[int(own[seen[0]]) % n_people]
