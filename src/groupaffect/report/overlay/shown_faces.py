"""Who is where in each frame, read from a session a piece at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
from jaxtyping import Float

from groupaffect.session import Session
from groupaffect.session.columns import LANDMARK_COLUMNS
from groupaffect.shapes import check_shapes

_BOX_COLUMNS = ("face_x", "face_y", "face_width", "face_height")
_COLUMNS = ("frame", "participant", "success", *_BOX_COLUMNS, *LANDMARK_COLUMNS)


@dataclass(frozen=True, slots=True)
class ShownFaces:
    """The participants whose face was seen in one frame.

    Attributes
    ----------
    participants : n ids.
    box_xyxy_px : (n, 4) box around the landmarks.
    landmark_xy_px : (n, 68, 2) iBUG points.
    """

    participants: tuple[str, ...]
    box_xyxy_px: Float[np.ndarray, "n 4"]
    landmark_xy_px: Float[np.ndarray, "n 68 2"]

    def __post_init__(self) -> None:
        """Check shapes."""
        check_shapes(self, participants=("n",), box_xyxy_px=("n", 4), landmark_xy_px=("n", 68, 2))

    def __len__(self) -> int:
        return len(self.participants)


NOBODY = ShownFaces((), np.zeros((0, 4)), np.zeros((0, 68, 2)))


def iterate_shown_faces(session: Session) -> Iterator[tuple[int, ShownFaces]]:
    """Yield the index of each frame with somebody in it, rising, and who is seen there.

    Raises
    ------
    UnreadableSessionError : the table is damaged.
    """
    pieces = (piece for table in session.iterate_faces(_COLUMNS) for piece in _frames_of(table))
    # A frame's rows may be cut in two by the groups in which the table is stored.
    for frame, parts in groupby(pieces, key=itemgetter(0)):
        yield frame, _join([shown for _, shown in parts])


class FrameFaces:
    """Who is seen in each frame, for frames that are asked for in rising order."""

    def __init__(self, session: Session) -> None:
        self._coming = iterate_shown_faces(session)
        self._next = next(self._coming, None)

    def at(self, frame_index: int) -> ShownFaces:
        """Return who is seen in a frame; nobody where the session has no face there."""
        while self._next is not None and self._next[0] < frame_index:
            self._next = next(self._coming, None)
        if self._next is None or self._next[0] != frame_index:
            return NOBODY
        return self._next[1]


def _frames_of(table: Any) -> Iterator[tuple[int, ShownFaces]]:  # noqa: ANN401  (pyarrow.Table)
    seen = np.flatnonzero(table["success"].to_numpy())
    frame = table["frame"].to_numpy()[seen]
    names = table["participant"].to_numpy()[seen]
    box = _floats(table, _BOX_COLUMNS)[seen]  # (n, 4) left, top, width, height
    box[:, 2:] += box[:, :2]
    landmarks = _floats(table, LANDMARK_COLUMNS)[seen]
    points = landmarks.reshape(-1, 2, 68).transpose(0, 2, 1)  # (n, 68, 2)
    starts = np.flatnonzero(np.diff(frame, prepend=-1))
    for rows in np.split(np.arange(len(frame)), starts[1:]) if len(frame) else ():
        yield int(frame[rows[0]]), ShownFaces(tuple(names[rows]), box[rows], points[rows])


def _floats(table: Any, columns: tuple[str, ...]) -> np.ndarray:  # noqa: ANN401
    return np.column_stack([table[name].to_numpy().astype(np.float64) for name in columns])


def _join(parts: list[ShownFaces]) -> ShownFaces:
    if len(parts) == 1:
        return parts[0]
    return ShownFaces(
        tuple(name for part in parts for name in part.participants),
        np.concatenate([part.box_xyxy_px for part in parts]),
        np.concatenate([part.landmark_xy_px for part in parts]),
    )
