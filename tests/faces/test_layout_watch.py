from __future__ import annotations

import numpy as np
import pytest

from groupaffect.faces.layout_watch import JUDGE_EVERY_S, MIN_PROBES, LayoutWatch, watch_layout
from groupaffect.types import Frame

LEFT, RIGHT = [60.0, 60, 120, 140], [320.0, 60, 380, 140]
ACROSS = [200.0, 60, 280, 140]


def two_tiles(time_s: float, *, scale: int = 1) -> Frame:
    shape = (240, 480)
    rng = np.random.default_rng(round(time_s * 1000))
    grey = np.full(shape, 60.0)
    grey[:, 240:] = 170
    grey = (grey + 10 * np.sin(np.arange(480) / 9) + rng.normal(0, 2, shape)).astype(np.uint8)
    grey = grey.repeat(scale, axis=0).repeat(scale, axis=1)
    return Frame(0, time_s, grey, lambda w, h: np.zeros((h, w, 3), dtype=np.uint8))


def faces(*boxes: list[float], scale: int = 1) -> np.ndarray:
    return scale * np.array(boxes, dtype=float).reshape(-1, 4)


def watch_for(
    times_s: list[float],
    found: np.ndarray,
    *,
    watch: LayoutWatch | None = None,
    jump_at: int = -1,
    scale: int = 1,
) -> LayoutWatch:
    watch = watch or LayoutWatch()
    for k, time_s in enumerate(times_s):
        watch = watch_layout(watch, two_tiles(time_s, scale=scale), found, jumped=k == jump_at)
    return watch


def test_watch_layout_knows_the_tiles_after_a_few_looks() -> None:
    times = [0.2 * k for k in range(MIN_PROBES)]
    before, after = watch_for(times[:-1], faces(LEFT, RIGHT)), watch_for(times, faces(LEFT, RIGHT))
    assert before.layout is not None
    assert (before.layout.kind, before.is_settled) == ("room", False)
    assert after.layout is not None
    assert (after.layout.kind, after.layout.column, after.is_settled) == ("grid", (1, 2), True)


def test_watch_layout_of_a_large_picture_is_in_its_pixels() -> None:
    watch = watch_for([0.0, 0.2, 0.4], faces(LEFT, RIGHT, scale=8), scale=8)
    assert watch.layout is not None
    np.testing.assert_allclose(
        watch.layout.tiles_xyxy_px, [[0, 0, 1920, 1920], [1920, 0, 3840, 1920]], atol=16
    )
    assert all(min(probe.grey.shape) <= 480 for probe in watch.probes)


def test_watch_layout_does_not_look_at_frames_close_together() -> None:
    watch = watch_for([0.0, 0.04, 0.08, 0.12], faces(LEFT, RIGHT))
    assert len(watch.probes) == 1


def test_watch_layout_after_a_jump_judges_from_new_pictures_only() -> None:
    watch = watch_for([0.0, 0.2, 0.4, 0.6], faces(LEFT, RIGHT), jump_at=3)
    assert (len(watch.probes), watch.is_settled) == (1, False)


def test_watch_layout_keeps_the_tiles_while_one_is_empty() -> None:
    call = watch_for([0.0, 0.2, 0.4], faces(LEFT, RIGHT))
    later = [10.0 + k * (JUDGE_EVERY_S + 1) for k in range(10)]
    watch = watch_for(later, faces(LEFT), watch=call)
    assert watch.layout is not None
    assert watch.layout.kind == "grid"
    assert watch.judged_s == later[-1]


def test_watch_layout_gives_the_tiles_up_when_faces_lie_across_the_seam() -> None:
    call = watch_for([0.0, 0.2, 0.4], faces(LEFT, RIGHT))
    watch = watch_for([10.0 + 6 * k for k in range(10)], faces(LEFT, ACROSS), watch=call)
    assert watch.layout is not None
    assert watch.layout.kind == "room"


@pytest.mark.parametrize("shape", [(1, 1), (8, 20)])
def test_watch_layout_of_a_tiny_picture_is_a_room(shape: tuple[int, int]) -> None:
    grey = np.zeros(shape, dtype=np.uint8)
    frame = Frame(0, 0.0, grey, lambda w, h: np.zeros((h, w, 3), dtype=np.uint8))
    watch = watch_layout(LayoutWatch(), frame, faces(), jumped=False)
    assert watch.layout is not None
    assert (watch.layout.kind, watch.is_settled) == ("room", True)
    assert watch.layout.tiles_xyxy_px.tolist() == [[0, 0, shape[1], shape[0]]]
