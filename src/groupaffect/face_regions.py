"""Find every part of a recording that shows a head, so that it can be hidden.

The stored boxes of the participants are not enough: they leave out people who were never
confirmed as participants, and moments in which a participant was lost. So the detector runs on
every frame, at a lower threshold than for analysis: a wrongly hidden lamp costs nothing.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
from jaxtyping import Float

from groupaffect.faces.detector import detect_in_frame
from groupaffect.report.overlay.head_regions import box_to_head, merge_heads
from groupaffect.report.overlay.holding import hold_regions
from groupaffect.report.overlay.shown_faces import FrameFaces
from groupaffect.session import Session
from groupaffect.types import Frame, Hook

# Least confidence of a face to be hidden; .45 for analysis (ours, from trials on ``clips``).
DETECTION_THRESHOLD = 0.2
# The picture is searched with its longer side halved but within these bounds, so that faces too
# small for analysis are found as well (ours).
SEARCH_SIDE_PX = (640, 1280)
MAX_WORKERS = 4  # threads that search frames at the same time
_FRAMES_PER_WORKER = 2  # that may be under way: bounds memory

Regions = Float[np.ndarray, "_ 4"]


def find_regions(frames: Iterable[Frame], session: Session, *, hook: Hook) -> Mapping[int, Regions]:
    """Return the regions to hide in each frame by its index, held over short gaps.

    Parameters
    ----------
    frames : those that were analysed, in order.
    """
    shown = FrameFaces(session)
    index, time_s, regions = list[int](), list[float](), list[Regions]()
    end_s = session.record.analysed_end_s
    for frame, detected in _detect_all(frames):
        boxes = np.concatenate([shown.at(frame.index).box_xyxy_px, detected])
        index.append(frame.index)
        time_s.append(frame.time_s)
        regions.append(merge_heads(box_to_head(boxes)))
        hook("find faces to blur", completed=frame.time_s, total=end_s)
    return dict(zip(index, hold_regions(time_s, regions), strict=True))


def search_width(width_px: int, height_px: int) -> int:
    """Return the width at which a picture is searched for faces.

    Examples
    --------
    >>> [search_width(*size) for size in ((320, 240), (1280, 720), (1080, 1920), (3840, 2160))]
    [640, 640, 540, 1280]
    """
    least, most = SEARCH_SIDE_PX
    longer_px = max(width_px, height_px)
    return max(1, round(width_px * min(max(least, longer_px / 2), most) / longer_px))


def detect_every_face(frame: Frame) -> Regions:
    """Return (n, 4) boxes of all that may be a face in a frame."""
    width_px = search_width(frame.width_px, frame.height_px)
    found = detect_in_frame(frame, target_width_px=width_px, threshold=DETECTION_THRESHOLD)
    return found.box_xyxy_px


def _detect_all(frames: Iterable[Frame]) -> Iterator[tuple[Frame, Regions]]:
    """Yield the frames in order with what is found in each; several are searched at a time."""
    n_workers = min(MAX_WORKERS, os.cpu_count() or 1)
    waiting: deque[tuple[Frame, Future[Regions]]] = deque()
    with ThreadPoolExecutor(n_workers, thread_name_prefix="groupaffect-blur") as pool:
        for frame in frames:
            waiting.append((frame, pool.submit(detect_every_face, frame)))
            if len(waiting) >= n_workers * _FRAMES_PER_WORKER:
                first, future = waiting.popleft()
                yield first, future.result()
        for first, future in waiting:
            yield first, future.result()
