"""The per-second means as a causal step: frames come in chunks, seconds go out when whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from groupaffect.errors import UsageError, sentence
from groupaffect.signals.per_second import FrameRows, Seconds, mean_rows_per_second
from groupaffect.timeline import time_to_second

LATENCY_S = 1.0  # a second is known when the first frame after it has come

_NO_ROWS = FrameRows(np.empty(0), np.empty(0), np.empty(0, "U1"), np.empty((0, 7)), np.empty(0))


@dataclass(frozen=True, slots=True)
class SecondState:
    """The rows of the second that is not over yet, and who has been met so far.

    Attributes
    ----------
    participants : ids; newly met ones are added at the end.
    next_second : the first second that has not been handed out.
    pending : chunks with the rows at or after it. Kept as rows, not as sums, so that every way
        of cutting the frames into chunks gives the same bits.
    """

    participants: tuple[str, ...] = ()
    next_second: int = 0
    pending: tuple[FrameRows, ...] = ()


def step_second(state: SecondState, chunk: FrameRows) -> tuple[SecondState, Seconds | None]:
    """Take the rows of the next frames; return the seconds that they complete, or None.

    Latency ``LATENCY_S``. Seconds without a frame have a row too (NaN).

    Raises
    ------
    UsageError : a frame lies in a second that was handed out already.

    Examples
    --------
    >>> times = np.array([0.0, 0.5, 1.0])
    >>> rows = FrameRows(times, times, np.array(["P1"] * 3), np.eye(7)[[3, 3, 6]], np.ones(3))
    >>> state, seconds = step_second(SecondState(), rows)
    >>> seconds.probability[:, 0, 3].tolist(), state.next_second
    ([1.0], 1)
    """
    if len(chunk.frame_time_s) == 0:
        return state, None
    seconds = time_to_second(chunk.frame_time_s)
    _check_order(int(seconds.min()), state.next_second)
    state = replace(
        state,
        participants=_with_new(state.participants, chunk),
        pending=(*state.pending, chunk),
    )
    return _hand_out(state, until_second=int(seconds.max()))


def flush_seconds(
    state: SecondState, *, n_seconds: int | None = None
) -> tuple[SecondState, Seconds | None]:
    """Return the rest, up to second ``n_seconds`` of the media (None: to the last frame).

    Examples
    --------
    >>> times = np.array([0.0])
    >>> rows = FrameRows(times, times, np.array(["P1"]), np.eye(7)[[3]], np.ones(1))
    >>> _, rest = flush_seconds(step_second(SecondState(), rows)[0], n_seconds=3)
    >>> rest.coverage[:, 0].tolist()
    [1.0, nan, nan]
    """
    times = _join(state.pending).frame_time_s
    last = int(time_to_second(times).max()) + 1 if len(times) else state.next_second
    return _hand_out(state, until_second=last if n_seconds is None else n_seconds)


def join_seconds(parts: Sequence[Seconds]) -> Seconds:
    """Return consecutive parts as one; who was not met yet is NaN with coverage 0.

    Raises
    ------
    UsageError : there is no part, or the parts do not follow each other.

    Examples
    --------
    >>> def part(names, first):
    ...     p = len(names)
    ...     values = np.full((1, p, 7), 1 / 7), np.ones((1, p)), np.ones((1, p))
    ...     return Seconds(names, first, *values, np.array([25]))
    >>> join_seconds([part(("P1",), 0), part(("P1", "P2"), 1)]).coverage.tolist()
    [[1.0, 0.0], [1.0, 1.0]]
    """
    follows = all(b.first_second == a.first_second + len(a) for a, b in pairwise(parts))
    if not parts or not follows:
        starts = [part.first_second for part in parts]
        raise UsageError(
            sentence(
                wanted="the parts must be consecutive seconds",
                got=f"parts that start at {starts}",
                remedy="pass every part once, in order",
            )
        )
    names = parts[-1].participants
    wide = [_widen(part, names) for part in parts]
    return Seconds(
        participants=names,
        first_second=parts[0].first_second,
        probability=np.concatenate([part.probability for part in wide]),
        coverage=np.concatenate([part.coverage for part in wide]),
        quality=np.concatenate([part.quality for part in wide]),
        n_frames=np.concatenate([part.n_frames for part in wide]),
    )


def _widen(part: Seconds, names: tuple[str, ...]) -> Seconds:
    n_new = len(names) - len(part.participants)
    if not n_new:
        return part
    # frames were analysed and the person was in none of them: 0 of n, not unknown
    covered = np.where(part.n_frames > 0, 0.0, np.nan)[:, None].repeat(n_new, axis=1)
    missing = np.full((len(part), n_new, 7), np.nan)
    return replace(
        part,
        participants=names,
        probability=np.concatenate([part.probability, missing], axis=1),
        coverage=np.concatenate([part.coverage, covered], axis=1),
        quality=np.concatenate([part.quality, missing[..., 0]], axis=1),
    )


def _hand_out(state: SecondState, *, until_second: int) -> tuple[SecondState, Seconds | None]:
    n_ready = until_second - state.next_second
    if n_ready <= 0:
        return state, None
    before, rest = _cut(_join(state.pending), until_second)
    ready = mean_rows_per_second(
        before,
        participants=state.participants,
        first_second=state.next_second,
        n_seconds=n_ready,
    )
    return replace(state, next_second=until_second, pending=(rest,)), ready


def _with_new(known: tuple[str, ...], chunk: FrameRows) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*known, *chunk.participant.tolist())))


def _join(chunks: tuple[FrameRows, ...]) -> FrameRows:
    if len(chunks) < 2:
        return chunks[0] if chunks else _NO_ROWS
    return FrameRows(
        np.concatenate([chunk.frame_time_s for chunk in chunks]),
        np.concatenate([chunk.time_s for chunk in chunks]),
        np.concatenate([chunk.participant for chunk in chunks]),
        np.concatenate([chunk.probability for chunk in chunks]),
        np.concatenate([chunk.quality for chunk in chunks]),
    )


def _cut(rows: FrameRows, second: int) -> tuple[FrameRows, FrameRows]:
    """Return the rows before a second and those from it on; rows stand in order of time."""
    frame = int(np.searchsorted(time_to_second(rows.frame_time_s), second))
    row = int(np.searchsorted(time_to_second(rows.time_s), second))
    return _part(rows, slice(frame), slice(row)), _part(rows, slice(frame, None), slice(row, None))


def _part(rows: FrameRows, frames: slice, chosen: slice) -> FrameRows:
    return FrameRows(
        rows.frame_time_s[frames],
        rows.time_s[chosen],
        rows.participant[chosen],
        rows.probability[chosen],
        rows.quality[chosen],
    )


def _check_order(second: int, next_second: int) -> None:
    if second < next_second:
        raise UsageError(
            sentence(
                wanted=f"frames must come in order, from second {next_second} on",
                got=f"a frame of second {second}",
                remedy="pass frames by presentation time",
            )
        )
