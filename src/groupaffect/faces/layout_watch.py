"""Keep an eye on a recording's layout while it passes: calls move their tiles.

The causal step over looks. A layout is judged from a few pictures of the last seconds: soon
after the start and after each jump, and now and then in between. Latency: half a second.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, UInt8

from groupaffect.faces.layout import Layout, find_layout, lie_in_tiles, room
from groupaffect.types import Frame

# All ours.
MAX_PROBES = 6  # pictures a layout is judged from
MIN_PROBES = 3  # after a jump
PROBE_EVERY_S = 0.2
JUDGE_EVERY_S = 5.0  # while nothing jumps
MAX_PROBE_ROWS = 480  # larger pictures are thinned out, which keeps seams sharp
SMALLEST_PX = 32  # pictures with a shorter side are rooms


@dataclass(frozen=True, slots=True)
class Probe:
    """A thinned-out grey picture and the faces in it, in its pixels."""

    grey: UInt8[np.ndarray, "rows columns"]
    face_box_xyxy_px: Float[np.ndarray, "n 4"]


@dataclass(frozen=True, slots=True)
class LayoutWatch:
    """What is known of the layout.

    Attributes
    ----------
    layout : None before the first look.
    is_settled : whether it was judged since the last jump.
    probes : pictures since then, the latest last.
    """

    layout: Layout | None = None
    is_settled: bool = False
    probes: tuple[Probe, ...] = ()
    probed_s: float = -np.inf
    judged_s: float = -np.inf


def watch_layout(
    watch: LayoutWatch,
    frame: Frame,
    face_box_xyxy_px: Float[np.ndarray, "n 4"],
    *,
    jumped: bool,
) -> LayoutWatch:
    """Take a frame and the faces known in it; return what is now known of the layout."""
    size = frame.width_px, frame.height_px
    if watch.layout is None or min(size) < SMALLEST_PX:
        watch = replace(watch, layout=room(*size))
    if min(size) < SMALLEST_PX:
        return replace(watch, is_settled=True)
    if jumped:
        watch = replace(watch, is_settled=False, probes=(), probed_s=-np.inf)
    if frame.time_s - watch.probed_s < PROBE_EVERY_S - 1e-6:
        return watch
    probes = (*watch.probes, _probe(frame, face_box_xyxy_px))[-MAX_PROBES:]
    watch = replace(watch, probes=probes, probed_s=frame.time_s)
    due = frame.time_s - watch.judged_s >= JUDGE_EVERY_S
    wanted = due if watch.is_settled else len(probes) >= MIN_PROBES
    return judge_layout(watch, frame) if wanted else watch


def judge_layout(watch: LayoutWatch, frame: Frame) -> LayoutWatch:
    """Return the watch with its layout judged from the probes it has."""
    stride = _stride(frame)
    boxes = np.concatenate([probe.face_box_xyxy_px for probe in watch.probes])
    seen = find_layout([probe.grey for probe in watch.probes], boxes)
    layout = replace(seen, tiles_xyxy_px=seen.tiles_xyxy_px * stride)
    if seen.kind == "room":
        layout = room(frame.width_px, frame.height_px)
        # People may leave all tiles but one for a while; a face across a seam is another thing.
        if watch.is_settled and watch.layout and lie_in_tiles(boxes * stride, watch.layout):
            layout = watch.layout
    return replace(watch, layout=layout, is_settled=True, judged_s=frame.time_s)


def _stride(frame: Frame) -> int:
    return -(-min(frame.height_px, frame.width_px) // MAX_PROBE_ROWS)


def _probe(frame: Frame, face_box_xyxy_px: np.ndarray) -> Probe:
    stride = _stride(frame)
    return Probe(frame.grey[::stride, ::stride].copy(), face_box_xyxy_px / stride)
