from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from groupaffect.attendance import Attendance, participant_facts
from groupaffect.types import FaceObservations, ObservedStretch

Seen = Mapping[str, tuple[float, float] | None]


def tile_of(at: tuple[float, float] | None) -> tuple[int, int]:
    """Return row and column of one of two tiles side by side, 200 pixels together."""
    if at is None or at[0] >= 200:
        return 0, 0
    return 1, 1 if at[0] < 100 else 2


def stretch(frames: list[tuple[float, Seen]]) -> ObservedStretch:
    """Return frames at times, each with where its participants are (None: not seen)."""
    rows = [(k, t, name, at) for k, (t, seen) in enumerate(frames) for name, at in seen.items()]
    n = len(rows)
    box = np.full((n, 4), np.nan)
    for row, (*_, at) in enumerate(rows):
        if at is not None:
            box[row] = [at[0] - 10, at[1] - 10, at[0] + 10, at[1] + 10]
    success = ~np.isnan(box[:, 0])
    faces = FaceObservations(
        frame_index=np.array([r[0] for r in rows], dtype=np.int64),
        time_s=np.array([r[1] for r in rows], dtype=np.float64),
        participant=np.array([r[2] for r in rows], dtype="<U8"),
        box_xyxy_px=box,
        landmark_xy_px=np.full((n, 68, 2), np.nan),
        detection_confidence=np.where(success, 1.0, np.nan),
        quality=np.where(success, 1.0, np.nan),
        success=success,
        tile_row_column=np.array([tile_of(at) for *_, at in rows], dtype=np.int64).reshape(n, 2),
    )
    times = np.array([t for t, _ in frames], dtype=np.float64)
    return ObservedStretch(np.arange(len(frames)), times, faces)


LEFT, RIGHT, OUTSIDE = (50.0, 40.0), (150.0, 40.0), (300.0, 40.0)
FRAMES: list[tuple[float, Seen]] = [
    (2.0, {"P1": LEFT}),
    (2.1, {"P1": None, "P2": RIGHT}),
    (2.2, {"P1": RIGHT, "P2": RIGHT}),
    (2.3, {"P1": None, "P2": None}),
]


def attend(*parts: list[tuple[float, Seen]]) -> Attendance:
    attendance = Attendance()
    for part in parts:
        attendance = attendance.with_stretch(stretch(part))
    return attendance


def test_attendance_says_who_was_seen_when_and_how_much() -> None:
    first, second = participant_facts(attend(FRAMES), ("P1", "P2"))
    assert (first.first_s, first.last_s, first.visible_share) == (2.0, 2.2, 0.5)
    assert (second.first_s, second.last_s, second.visible_share) == (2.1, 2.2, 0.5)


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_attendance_in_parts_is_the_same_as_at_once(cut: int) -> None:
    assert attend(FRAMES[:cut], FRAMES[cut:]) == attend(FRAMES)


def test_attendance_tile_is_where_a_participant_was_first_seen() -> None:
    facts = participant_facts(attend(FRAMES), ("P1", "P2"))
    assert [(f.tile_row, f.tile_column) for f in facts] == [(1, 1), (1, 2)]


def test_attendance_outside_all_tiles_has_no_tile() -> None:
    attendance = attend([(0.0, {"P1": OUTSIDE})])
    (facts,) = participant_facts(attendance, ("P1",))
    assert (facts.tile_row, facts.tile_column) == (None, None)


def test_attendance_tile_is_the_first_that_is_known() -> None:
    attendance = attend([(0.0, {"P1": OUTSIDE}), (0.1, {"P1": RIGHT})], [(0.2, {"P1": LEFT})])
    (facts,) = participant_facts(attendance, ("P1",))
    assert (facts.tile_row, facts.tile_column) == (1, 2)
    assert facts.first_s == 0.0


def test_attendance_of_somebody_never_seen_is_empty() -> None:
    (facts,) = participant_facts(attend(FRAMES), ("P9",))
    assert (facts.first_s, facts.last_s, facts.visible_share) == (None, None, 0.0)


@pytest.mark.parametrize(
    ("times_s", "end_s"),
    [
        pytest.param([], 0.0, id="no-frame"),
        pytest.param([1.0], 1.04, id="one-frame"),
        pytest.param([0.0, 0.5, 1.0], 1.5, id="steady"),
        pytest.param([2.0, 2.1, 2.4], 2.6, id="unsteady"),
    ],
)
def test_attendance_ends_one_mean_frame_after_the_last(times_s: list[float], end_s: float) -> None:
    attendance = attend(*[[(t, {})] for t in times_s])
    assert attendance.n_frames == len(times_s)
    assert attendance.end_s(every=1, media_end_s=None) == pytest.approx(end_s)


def test_attendance_later_start_shifts_the_times() -> None:
    later = attend([(t + 60, seen) for t, seen in FRAMES])
    ends = [a.end_s(every=1, media_end_s=None) for a in (attend(FRAMES), later)]
    assert ends[1] == pytest.approx(ends[0] + 60)
    now, then = (participant_facts(a, ("P1",)) for a in (attend(FRAMES), later))
    assert then[0].first_s == pytest.approx((now[0].first_s or 0) + 60)
    assert then[0].visible_share == now[0].visible_share


def test_attendance_of_every_tenth_frame_ends_with_the_media() -> None:
    attendance = attend(*[[(t, {})] for t in (0.0, 4.0, 8.0)])
    assert attendance.end_s(every=100, media_end_s=10.0) == pytest.approx(10.0)
    assert attendance.end_s(every=100, media_end_s=None) == pytest.approx(8.04)
    assert attendance.end_s(every=100, media_end_s=60.0) == pytest.approx(12.0)
