from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groupaffect.errors import UsageError
from groupaffect.signals.per_second import FrameRows, Seconds, mean_rows_per_second
from groupaffect.signals.second_stream import (
    LATENCY_S,
    SecondState,
    flush_seconds,
    join_seconds,
    step_second,
)

N_FRAMES, RATE_HZ = 60, 12.5
NAMES = ["P1", "P2", "P3"]


def some_rows(first: int, last: int) -> FrameRows:
    """Return frames first..last-1 of one recording in which P3 joins in frame 30."""
    rng = np.random.default_rng(11)
    probability, quality = rng.dirichlet(np.ones(7), (N_FRAMES, 3)), rng.random((N_FRAMES, 3))
    probability[40:55, 1] = np.nan
    time_s = np.arange(N_FRAMES) / RATE_HZ
    frame, member = (a.ravel() for a in np.indices((N_FRAMES, 3)))
    chosen = (frame >= first) & (frame < last) & ((member < 2) | (frame >= 30))
    frame, member = frame[chosen], member[chosen]
    return FrameRows(
        time_s[first:last],
        time_s[frame],
        np.array(NAMES)[member],
        probability[frame, member],
        quality[frame, member],
    )


def fold(cuts: list[int]) -> Seconds:
    state, parts = SecondState(), []
    for first, last in zip([0, *cuts], [*cuts, N_FRAMES], strict=True):
        state, seconds = step_second(state, some_rows(first, last))
        parts += [seconds] if seconds else []
    _, rest = flush_seconds(state, n_seconds=7)
    return join_seconds([*parts, rest] if rest else parts)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, N_FRAMES), max_size=20).map(sorted))
def test_fold_of_any_chunks_equals_whole_array_bit_by_bit(cuts: list[int]) -> None:
    folded = fold(cuts)
    whole = mean_rows_per_second(
        some_rows(0, N_FRAMES), participants=NAMES, first_second=0, n_seconds=7
    )
    assert folded.participants == whole.participants
    np.testing.assert_array_equal(folded.probability, whole.probability)
    np.testing.assert_array_equal(folded.coverage, whole.coverage)
    np.testing.assert_array_equal(folded.quality, whole.quality)
    np.testing.assert_array_equal(folded.n_frames, whole.n_frames)


def test_second_comes_with_the_first_frame_after_it() -> None:
    state, came_s = SecondState(), {}
    for frame in range(N_FRAMES):
        state, seconds = step_second(state, some_rows(frame, frame + 1))
        if seconds:
            came_s[seconds.first_second] = frame / RATE_HZ
    assert list(came_s) == [0, 1, 2, 3]
    assert all(0 <= s - second - LATENCY_S < 1 / RATE_HZ for second, s in came_s.items())


def test_every_second_of_the_media_has_a_row() -> None:
    joined = fold([20])
    assert len(joined) == 7
    np.testing.assert_array_equal(joined.n_frames, [13, 12, 13, 12, 10, 0, 0])
    # P3 had not come, then nothing was analysed: 0 of some frames, and unknown
    np.testing.assert_array_equal(joined.coverage[[0, 5], 2], [0.0, np.nan])


def test_empty_chunk_changes_nothing() -> None:
    state, seconds = step_second(SecondState(), some_rows(5, 5))
    assert (state, seconds) == (SecondState(), None)


def test_frame_of_a_second_handed_out_is_refused() -> None:
    state, _ = step_second(SecondState(), some_rows(0, 30))
    with pytest.raises(UsageError, match="from second 2 on, but got a frame of second 0"):
        step_second(state, some_rows(3, 4))


def test_join_seconds_with_a_part_missing_is_refused() -> None:
    parts = [
        mean_rows_per_second(some_rows(0, 60), participants=NAMES, first_second=s, n_seconds=1)
        for s in (0, 2)
    ]
    with pytest.raises(UsageError, match=r"parts that start at \[0, 2\]"):
        join_seconds(parts)
    with pytest.raises(UsageError, match="consecutive"):
        join_seconds([])
