"""Time from the start of the media as people read it: m:ss, or h:mm:ss from an hour on."""

from __future__ import annotations

from matplotlib.axes import Axes

_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
_MOST_TICKS = 13


def time_to_label(time_s: float, *, hours: bool = False) -> str:
    """Return a time as m:ss, or as h:mm:ss from an hour on and where ``hours`` asks for it.

    Examples
    --------
    >>> time_to_label(65.4), time_to_label(3725), time_to_label(300, hours=True)
    ('1:05', '1:02:05', '0:05:00')
    """
    minutes, seconds = divmod(int(time_s), 60)
    hour, minutes = divmod(minutes, 60)
    return f"{hour}:{minutes:02d}:{seconds:02d}" if hour or hours else f"{minutes}:{seconds:02d}"


def place_ticks(start_s: float, end_s: float) -> list[int]:
    """Return whole seconds for at most 13 ticks, at multiples that people count in.

    Examples
    --------
    >>> place_ticks(0, 106)
    [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
    >>> place_ticks(0, 3600)[:3]
    [0, 300, 600]
    """
    span = end_s - start_s
    step = next((s for s in _STEPS_S if span / s < _MOST_TICKS), _STEPS_S[-1])
    while span / step >= _MOST_TICKS:  # longer than the longest step can serve
        step *= 2
    first = -(-int(start_s) // step) * step
    return list(range(first, int(end_s) + 1, step))


def set_time_axis(axes: Axes, *, start_s: float, end_s: float, labelled: bool = True) -> None:
    """Give an axis the range and the ticks of the recording."""
    ticks = place_ticks(start_s, end_s)
    axes.set_xlim(start_s, max(end_s, start_s + 1))
    hours = end_s >= 3600
    axes.set_xticks(ticks, [time_to_label(t, hours=hours) for t in ticks] if labelled else [])
    if labelled:
        axes.set_xlabel("time (h:min:s)" if hours else "time (min:s)", fontsize=9)
