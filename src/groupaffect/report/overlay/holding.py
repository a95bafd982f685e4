"""Keep what is hidden hidden over the moments in which a face is not found."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from groupaffect.report.overlay.head_regions import area, shared_area, union

# All ours: a detector blinks for some tenths of a second, a turned head is away for one or two.
HOLD_S = 0.5
BRIDGE_S = 2.0
# Share of a region that the next frame's must cover for the face to be found there as well.
FOUND_AGAIN_SHARE = 0.6
# Share of it that one found later must cover to be the same face, come back.
CAME_BACK_SHARE = 0.3

Regions = Float[np.ndarray, "_ 4"]


def hold_regions(
    time_s: Sequence[float],
    regions_xyxy_px: Sequence[Regions],
    *,
    hold_s: float = HOLD_S,
    bridge_s: float = BRIDGE_S,
) -> list[Regions]:
    """Return what to hide in each frame: what is found there, before and after.

    A region that the frames beside it lack is held for ``hold_s`` before and after. One that is
    lost and found again within ``bridge_s`` at about its place is held all that time, over both
    places. So a face that the detector misses for a moment is never bare.

    Parameters
    ----------
    time_s : of each frame, rising.
    regions_xyxy_px : found in each frame, (n, 4).

    Examples
    --------
    >>> one, none = np.array([[0.0, 0, 9, 9]]), np.zeros((0, 4))
    >>> found = [none, one, none, none, none]
    >>> [len(held) for held in hold_regions([0.0, 0.2, 0.4, 0.6, 0.8], found, hold_s=0.3)]
    [1, 1, 1, 0, 0]
    """
    held = [list(regions) for regions in regions_xyxy_px]
    for step in (1, -1):  # what comes after each frame, then what comes before
        for frame, regions in enumerate(regions_xyxy_px):
            for region in regions:
                beside = frame + step
                if not 0 <= beside < len(held):
                    continue
                if _covers(regions_xyxy_px[beside], region, share=FOUND_AGAIN_SHARE) is not None:
                    continue
                reach = _within(time_s, frame, step, span_s=bridge_s)
                gap, both = _find_return(regions_xyxy_px, reach, region)
                for row in gap or _within(time_s, frame, step, span_s=hold_s):
                    _add(held[row], both if gap else region)
    return [np.array(kept).reshape(-1, 4) for kept in held]


def _within(time_s: Sequence[float], frame: int, step: int, *, span_s: float) -> range:
    """Return the frames that follow in a direction within a span of time."""
    end = frame + step
    while 0 <= end < len(time_s) and abs(time_s[end] - time_s[frame]) <= span_s:
        end += step
    return range(frame + step, end, step)


def _find_return(
    regions_xyxy_px: Sequence[Regions], reach: range, region: np.ndarray
) -> tuple[range, np.ndarray]:
    """Return the frames until a region is found again, and the region around both places.

    No frames come back where it is not found again.
    """
    for place, frame in enumerate(reach):
        again = _covers(regions_xyxy_px[frame], region, share=CAME_BACK_SHARE)
        if again is not None:
            return reach[:place], union(np.stack([region, again]))
    return reach[:0], region


def _covers(regions: Regions, region: np.ndarray, *, share: float) -> np.ndarray | None:
    """Return the one of the regions that covers most of a region, if at least that share."""
    if not len(regions):
        return None
    shares = shared_area(region, regions) / area(region[None])
    best = int(shares.argmax())
    return regions[best] if shares[best] >= share else None


def _add(kept: list[np.ndarray], region: np.ndarray) -> None:
    """Add a region unless one that is kept holds all of it."""
    inside = any((k[:2] <= region[:2]).all() and (k[2:] >= region[2:]).all() for k in kept)
    if not inside:
        kept.append(region)
