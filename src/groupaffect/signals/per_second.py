"""Weighted mean of the frames of each second: the definition, on whole arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, Shaped

from groupaffect.shapes import check_shapes
from groupaffect.timeline import time_to_second


@dataclass(frozen=True, slots=True)
class FrameRows:
    """What one model read in some frames: n rows (a face in a frame), frames in order.

    Attributes
    ----------
    frame_time_s : (f,) seconds of every analysed frame, also of those without any row;
        the denominator of coverage.
    time_s : (n,) seconds. participant : (n,) ids.
    probability : (n, 7) rows sum to 1, or NaN where not seen or not scorable.
    quality : (n,) 0..1, NaN where not seen. Rows that are NaN or of quality 0 are not used.
    """

    frame_time_s: Float[np.ndarray, " f"]
    time_s: Float[np.ndarray, " n"]
    participant: Shaped[np.ndarray, " n"]
    probability: Float[np.ndarray, "n 7"]
    quality: Float[np.ndarray, " n"]

    def __post_init__(self) -> None:
        """Check shapes."""
        n_rows = len(self.time_s)
        # thousands of chunks an hour: the full check, with its message, only where needed
        if self.probability.shape == (n_rows, 7) and (
            self.time_s.shape == self.participant.shape == self.quality.shape
        ):
            return
        check_shapes(self, time_s=("n",), participant=("n",), probability=("n", 7), quality=("n",))


@dataclass(frozen=True, slots=True)
class Seconds:
    """Consecutive seconds of all participants by one model.

    Attributes
    ----------
    participants : p ids. first_second : second of the first row.
    probability : (t, p, 7) rows sum to 1 or are NaN.
    coverage : (t, p) 0..1, share of the second's analysed frames that were used; NaN where
        no frame was analysed.
    quality : (t, p) 0..1, mean quality of the used frames; NaN where none.
    n_frames : (t,) analysed frames.
    """

    participants: tuple[str, ...]
    first_second: int
    probability: Float[np.ndarray, "t p 7"]
    coverage: Float[np.ndarray, "t p"]
    quality: Float[np.ndarray, "t p"]
    n_frames: Int[np.ndarray, " t"]

    def __post_init__(self) -> None:
        """Check shapes."""
        shape = (len(self.n_frames), len(self.participants))
        if self.probability.shape == (*shape, 7) and (
            self.coverage.shape == self.quality.shape == shape
        ):
            return  # as in FrameRows
        check_shapes(
            self,
            participants=("p",),
            probability=("t", "p", 7),
            coverage=("t", "p"),
            quality=("t", "p"),
            n_frames=("t",),
        )

    def __len__(self) -> int:
        return len(self.n_frames)


def mean_rows_per_second(
    rows: FrameRows, *, participants: Sequence[str], first_second: int, n_seconds: int
) -> Seconds:
    """Return the quality-weighted mean of each participant's rows in each second.

    ``p_i(t) = sum_f w_f p_f / sum_f w_f`` over the rows f of participant i with
    ``floor(time_s) = t``; w is the quality (METHODS 4). Rows outside the seconds asked for
    and rows of other participants are left out. Every second has a row.

    Examples
    --------
    >>> rows = FrameRows(
    ...     frame_time_s=np.array([0.0, 0.5]),
    ...     time_s=np.array([0.0, 0.5]),
    ...     participant=np.array(["P1", "P1"]),
    ...     probability=np.eye(7)[[3, 6]],
    ...     quality=np.array([0.75, 0.25]),
    ... )
    >>> means = mean_rows_per_second(rows, participants=["P1"], first_second=0, n_seconds=1)
    >>> means.probability[0, 0, [3, 6]].tolist(), means.coverage.tolist()
    ([0.75, 0.25], [[1.0]])
    """
    second = time_to_second(rows.time_s) - first_second
    member = member_indices(rows.participant, participants)
    usable = np.isfinite(rows.probability).all(axis=1) & (rows.quality > 0)
    used = usable & (member >= 0) & (second >= 0) & (second < n_seconds)
    n_members = len(participants)
    cell = second[used] * n_members + member[used]
    weight = rows.quality[used].astype(np.float64)
    shape = (n_seconds, n_members)
    total = _cell_sums(cell, weight, shape)
    n_used = _cell_sums(cell, None, shape)
    weighted = weight[:, None] * rows.probability[used]
    each = (7 * cell[:, None] + np.arange(7)).ravel()  # one sum for a cell and emotion
    sums = _cell_sums(each, weighted.ravel(), (shape[0], 7 * n_members)).reshape(*shape, 7)
    frame_second = time_to_second(rows.frame_time_s) - first_second
    inside = (frame_second >= 0) & (frame_second < n_seconds)
    n_frames = np.bincount(frame_second[inside], minlength=n_seconds)
    with np.errstate(invalid="ignore"):  # 0 / 0 is the NaN wanted
        return Seconds(
            participants=tuple(participants),
            first_second=first_second,
            probability=sums / total[..., None],
            coverage=n_used / n_frames[:, None],
            quality=total / n_used,
            n_frames=n_frames,
        )


def mean_per_second(
    time_s: Float[np.ndarray, " n"],
    probability: Float[np.ndarray, "n 7"],
    quality: Float[np.ndarray, " n"],
    *,
    n_seconds: int,
) -> tuple[Float[np.ndarray, "t 7"], Float[np.ndarray, " t"], Float[np.ndarray, " t"]]:
    """Return one participant's probability (t, 7), coverage (t,) and quality (t,) by second.

    Each row counts as one analysed frame; see ``mean_rows_per_second`` (METHODS 4).

    Examples
    --------
    >>> probability = np.array([[1.0, 0, 0, 0, 0, 0, 0], [np.nan] * 7])
    >>> mean, coverage, _ = mean_per_second(
    ...     np.array([0.0, 0.5]), probability, np.array([1.0, np.nan]), n_seconds=2
    ... )
    >>> mean[:, 0].tolist(), coverage.tolist()
    ([1.0, nan], [0.5, nan])
    """
    rows = FrameRows(time_s, time_s, np.full(len(time_s), "P1"), probability, quality)
    means = mean_rows_per_second(rows, participants=["P1"], first_second=0, n_seconds=n_seconds)
    return means.probability[:, 0], means.coverage[:, 0], means.quality[:, 0]


def member_indices(
    participant: Shaped[np.ndarray, " n"], participants: Sequence[str]
) -> Int[np.ndarray, " n"]:
    """Return each row's place in ``participants``; -1 for others.

    Examples
    --------
    >>> member_indices(np.array(["P2", "P1", "P3"]), ["P1", "P2"]).tolist()
    [1, 0, -1]
    """
    index = np.full(len(participant), -1, dtype=np.int64)
    for place, name in enumerate(participants):
        index[participant == name] = place
    return index


def _cell_sums(
    cell: Int[np.ndarray, " n"], weight: Float[np.ndarray, " n"] | None, shape: tuple[int, int]
) -> Float[np.ndarray, "t p"]:
    sums = np.bincount(cell, weight, minlength=shape[0] * shape[1])
    return np.asarray(sums, dtype=np.float64).reshape(shape)
