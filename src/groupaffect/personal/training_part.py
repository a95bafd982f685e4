"""Which seconds of a recording a profile may learn from, and which it may be tested on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool

from groupaffect.errors import UsageError, sentence
from groupaffect.settings import Settings

Stretches = tuple[tuple[float, float], ...]  # [start, end) in seconds of the recording
FIRST_HALF = 0.5  # paper 5: train on the first half, test on the second


def filter_gap_s(settings: Settings) -> int:
    """Return for how many seconds a filter of signals or fusion remembers.

    A label within that of the border would know seconds on the other side (METHODS 9).

    Examples
    --------
    >>> filter_gap_s(Settings())
    60
    """
    signals, fusion = settings.signals, settings.fusion
    longest = max(
        *(signals.recurrence_s, signals.jump_window_s, signals.max_gap_s, signals.min_change_s),
        *(fusion.count_window_s, fusion.window_s, settings.group.tolerance_s),
    )
    return int(longest)


def choose_stretches(
    *, end_s: float, fraction: float | None = None, stretches: Stretches = ()
) -> Stretches:
    """Return the stretches to train on: those given, or the first part of the recording.

    Parameters
    ----------
    fraction : 0..1 of the recording; ``FIRST_HALF`` if neither is given.

    Raises
    ------
    UsageError : both are given, the fraction is not within 0..1, or a stretch begins after the
        end.

    Examples
    --------
    >>> choose_stretches(end_s=600.0), choose_stretches(end_s=600.0, stretches=((30, 900),))
    (((0.0, 300.0),), ((30.0, 600.0),))
    """
    if stretches and fraction is not None:
        raise _wrong("a fraction or stretches of time", "both", "give one of them")
    if stretches:
        late = [start for start, _ in stretches if start >= end_s]
        if late:
            raise _wrong(f"stretches before the end at {end_s:g} s", f"{late[0]:g} s", "correct it")
        return tuple(sorted((float(start), float(min(end, end_s))) for start, end in stretches))
    share = FIRST_HALF if fraction is None else fraction
    if not 0 < share <= 1:
        raise _wrong("a fraction above 0 and at most 1", f"{share:g}", "use .5 for the first half")
    return ((0.0, share * end_s),)


def split_seconds(
    stretches: Stretches, *, n_seconds: int, gap_s: int
) -> tuple[Bool[np.ndarray, " t"], Bool[np.ndarray, " t"]]:
    """Return which seconds to train on, and which to test on: those farther than the gap.

    A second belongs to a stretch that holds all of it.

    Examples
    --------
    >>> train, test = split_seconds(((0.0, 3.0),), n_seconds=6, gap_s=2)
    >>> train.astype(int).tolist(), test.astype(int).tolist()
    ([1, 1, 1, 0, 0, 0], [0, 0, 0, 0, 0, 1])
    """
    start = np.arange(n_seconds, dtype=np.float64)
    train = np.zeros(n_seconds, dtype=bool)
    near = np.zeros(n_seconds, dtype=bool)
    for first_s, last_s in stretches:
        train |= (start >= first_s) & (start + 1 <= last_s)
        near |= (start + 1 > first_s - gap_s) & (start < last_s + gap_s)
    return train, ~near


def longest_run(chosen: Bool[np.ndarray, " t"]) -> tuple[int, int]:
    """Return first and last (excluded) of the longest run of chosen seconds; (0, 0) without any.

    Examples
    --------
    >>> longest_run(np.array([True, False, True, True]))
    (2, 4)
    """
    edges = np.diff(np.concatenate([[False], chosen, [False]]).astype(np.int8))
    runs = list(zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True))
    first, last = max(runs, key=lambda run: run[1] - run[0], default=(0, 0))
    return int(first), int(last)


def _wrong(wanted: str, got: str, remedy: str) -> UsageError:
    return UsageError(
        sentence(wanted=f"the training part must be {wanted}", got=got, remedy=remedy)
    )


def check_stretches(words: Sequence[str], *, option: str) -> Stretches:
    """Return the stretches that are written ``30-600`` (seconds).

    Parameters
    ----------
    option : that they were given to.

    Raises
    ------
    UsageError : one is no stretch.

    Examples
    --------
    >>> check_stretches(["30-600"], option="--train")
    ((30.0, 600.0),)
    """
    found = []
    for word in words:
        start, dash, end = word.partition("-")
        try:
            stretch = float(start), float(end)
        except ValueError:
            stretch = 0.0, 0.0
        if not dash or not 0 <= stretch[0] < stretch[1] < np.inf:
            message = sentence(
                wanted=f"`{option}` must be written like 30-600, in seconds, the earlier first",
                got=repr(word),
                remedy="correct it",
            )
            raise UsageError(message)
        found.append(stretch)
    return tuple(found)
