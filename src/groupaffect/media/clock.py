"""Presentation times: the container's own, made rising where they are not."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

TimeFault = Literal["missing", "not rising", "leaps"]

# A frame so long after the one before has a wild time, and seconds up to it would be made for
# nothing (ours: no camera pauses for an hour within one recording of a conversation).
MAX_LEAP_S = 3600.0

FAULT_WARNINGS: dict[TimeFault, str] = {
    "missing": "some frames carry no time; each was put one frame after the one before",
    "not rising": "some frame times do not rise; each was put one frame after the one before",
    "leaps": "some frame times leap ahead by over an hour; each was put one frame after the "
    "one before",
}


def pts_to_time(pts: int | None, time_base: Fraction | None, *, origin_s: Fraction) -> float | None:
    """Return ``pts * time_base - origin_s`` in seconds, rounded once; None without a time.

    Examples
    --------
    >>> pts_to_time(1001 * 30, Fraction(1, 30000), origin_s=Fraction(0))
    1.001
    """
    if pts is None or time_base is None:
        return None
    return float(pts * time_base - origin_s)


def rising_time(
    given_s: float | None, *, previous_s: float | None, frame_s: float
) -> tuple[float, TimeFault | None]:
    """Return a frame's time, later than the frame before, and what was wrong with its own.

    A frame without a time, or with one that is not after the frame before or more than
    ``MAX_LEAP_S`` after it, is put one nominal frame duration after that frame. Right times
    that follow are kept as they are, so that one slip shifts nothing else; after a clock that
    starts anew, nominal steps go on until the file's own times are ahead again.

    Parameters
    ----------
    given_s : time by the container, None if it has none.
    previous_s : time of the frame before, None for the first frame.
    frame_s : nominal duration of a frame.

    Examples
    --------
    >>> rising_time(0.08, previous_s=0.04, frame_s=0.04)
    (0.08, None)
    >>> rising_time(0.04, previous_s=0.04, frame_s=0.04)
    (0.08, 'not rising')
    >>> rising_time(3e6, previous_s=0.04, frame_s=0.04)
    (0.08, 'leaps')
    """
    if given_s is None:
        return (0.0 if previous_s is None else previous_s + frame_s), "missing"
    if previous_s is not None and given_s <= previous_s:
        return previous_s + frame_s, "not rising"
    if previous_s is not None and given_s > previous_s + MAX_LEAP_S:
        return previous_s + frame_s, "leaps"
    return given_s, None
