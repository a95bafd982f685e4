"""Apply corrections to the rows of a frame table: which stored row stands for whom in a frame."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int

from groupaffect.corrections import Exclude, Merge, Swap, hold_times
from groupaffect.reading_fold import Reading
from groupaffect.types import ObservedStretch
from groupaffect.value_checks import check_shapes


@dataclass(frozen=True, slots=True)
class FrameBlock:
    """Some whole frames: f of them, with a row for each of p participants.

    Attributes
    ----------
    participants : p ids. time_s : (f,) seconds.
    row : (f, p) which of the n stored rows stands for a participant in a frame.
    success : (n,) whether the stored row shows a face. worth : (n,) what decides between two
        rows that do: face score times quality.
    """

    participants: tuple[str, ...]
    time_s: Float[np.ndarray, " f"]
    row: Int[np.ndarray, "f p"]
    success: Bool[np.ndarray, " n"]
    worth: Float[np.ndarray, " n"]

    def __post_init__(self) -> None:
        """Check shapes."""
        check_shapes(
            self,
            participants=("p",),
            time_s=("f",),
            row=("f", "p"),
            success=("n",),
            worth=("n",),
        )


def merge_rows(block: FrameBlock, merge: Merge) -> tuple[FrameBlock, int]:
    """Give the survivor the absorbed one's rows where these show a face, or the better one.

    Returns
    -------
    The block without the absorbed one, and in how many frames both were seen.

    Examples
    --------
    >>> seen, worth = np.array([True, False, True, True]), np.array([0.5, np.nan, 0.2, 0.9])
    >>> times, rows = np.array([0.0, 0.04]), np.array([[0, 1], [2, 3]])
    >>> block = FrameBlock(("P1", "P2"), times, rows, seen, worth)
    >>> merged, n_both = merge_rows(block, Merge("P1", "P2"))
    >>> merged.participants, merged.row.tolist(), n_both
    (('P1',), [[0], [3]], 1)
    """
    own, other = (block.participants.index(n) for n in (merge.survivor, merge.absorbed))
    here, there = block.row[:, own], block.row[:, other]
    both = block.success[here] & block.success[there]
    better = np.nan_to_num(block.worth[there]) > np.nan_to_num(block.worth[here])
    taken = block.success[there] & (~block.success[here] | better)
    row = block.row.copy()
    row[:, own] = np.where(taken, there, here)
    return drop_participant(replace(block, row=row), merge.absorbed), int(both.sum())


def swap_rows(block: FrameBlock, swap: Swap) -> FrameBlock:
    """Exchange two participants' rows in a stretch of time.

    Examples
    --------
    >>> rows = np.array([[0, 1], [2, 3]])
    >>> block = FrameBlock(("P1", "P2"), np.array([0.0, 5.0]), rows, np.ones(4, bool), np.ones(4))
    >>> swap_rows(block, Swap("P1", "P2", 5.0)).row.tolist()
    [[0, 1], [3, 2]]
    """
    pair = [block.participants.index(name) for name in (swap.first, swap.second)]
    frames = np.flatnonzero(hold_times(block.time_s, swap))[:, None]
    row = block.row.copy()
    row[frames, pair] = block.row[frames, pair[::-1]]
    return replace(block, row=row)


def drop_participant(block: FrameBlock, participant: str) -> FrameBlock:
    """Return the block without somebody's rows."""
    place = block.participants.index(participant)
    left = tuple(name for name in block.participants if name != participant)
    return replace(block, participants=left, row=np.delete(block.row, place, axis=1))


def leave_out(reading: Reading, excluded: Iterable[Exclude]) -> Reading:
    """Return a reading without the frames of the excluded stretches, as if never analysed."""
    stretch, *scores = reading
    faces = stretch.faces
    frames = np.ones(len(stretch.frame_time_s), dtype=bool)
    rows = np.ones(len(faces), dtype=bool)
    for exclude in excluded:
        frames &= ~hold_times(stretch.frame_time_s, exclude)
        rows &= ~hold_times(faces.time_s, exclude)
    if frames.all():
        return reading
    kept = ObservedStretch(
        stretch.frame_index[frames], stretch.frame_time_s[frames], faces.where(rows)
    )
    image, landmark = (s.where(rows) for s in scores)
    return kept, image, landmark
