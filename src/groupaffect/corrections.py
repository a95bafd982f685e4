"""What people correct in a session: two ids are one person, two were exchanged, leave this out."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from groupaffect.errors import UsageError, sentence
from groupaffect.timeline import TIME_GRACE_S


@dataclass(frozen=True, slots=True)
class Merge:
    """Two ids are one person: the rows of ``absorbed`` become ``survivor``'s."""

    survivor: str
    absorbed: str


@dataclass(frozen=True, slots=True)
class Swap:
    """Two people were taken for each other in [start_s, end_s); None: to the end."""

    first: str
    second: str
    start_s: float = 0.0
    end_s: float | None = None


@dataclass(frozen=True, slots=True)
class Exclude:
    """The stretch [start_s, end_s) is not analysed; None: to the end."""

    start_s: float
    end_s: float | None


Correction = Merge | Swap | Exclude
_KINDS: dict[str, type[Merge | Swap | Exclude]] = {
    "merge": Merge,
    "swap": Swap,
    "exclude": Exclude,
}


def check_corrections(
    corrections: Sequence[Correction], *, participants: Sequence[str], end_s: float
) -> None:
    """Check that every correction is about somebody and some time of a recording.

    Raises
    ------
    UsageError : somebody is not there (any more), or a stretch begins after the end.
    """
    there = list(participants)
    for correction in corrections:
        for name in names_in(correction):
            if name not in there:
                message = sentence(
                    wanted=f"`{name}` must be one of the participants {', '.join(there) or '-'}",
                    got="nobody of that id"
                    if name not in participants
                    else "one that was merged already",
                    remedy="take the ids from the report",
                )
                raise UsageError(message)
        if isinstance(correction, Merge):
            there.remove(correction.absorbed)
        elif correction.start_s >= end_s:
            message = sentence(
                wanted=f"a stretch of time must begin before the end at {end_s:g} s",
                got=f"{correction.start_s:g} s",
                remedy="take the times from the report",
            )
            raise UsageError(message)


def names_in(correction: Correction) -> tuple[str, ...]:
    """Return the participants that a correction names."""
    if isinstance(correction, Merge):
        return correction.survivor, correction.absorbed
    return () if isinstance(correction, Exclude) else (correction.first, correction.second)


def join_excludes(excludes: Iterable[Exclude]) -> tuple[Exclude, ...]:
    """Return stretches that leave out the same times, by start; none meets another.

    Examples
    --------
    >>> join_excludes([Exclude(9.0, None), Exclude(0.0, 2.0), Exclude(1.0, 3.0)])
    (Exclude(start_s=0.0, end_s=3.0), Exclude(start_s=9.0, end_s=None))
    """
    joined: list[Exclude] = []
    for new in sorted(excludes, key=lambda exclude: exclude.start_s):
        last = joined[-1] if joined else None
        if last is None or (last.end_s is not None and new.start_s > last.end_s):
            joined.append(new)
        elif last.end_s is not None:
            end_s = None if new.end_s is None else max(last.end_s, new.end_s)
            joined[-1] = Exclude(last.start_s, end_s)
    return tuple(joined)


def hold_times(time_s: Float[np.ndarray, " n"], stretch: Swap | Exclude) -> Bool[np.ndarray, " n"]:
    """Return which times lie in a stretch, with the grace of ``time_to_second``.

    Examples
    --------
    >>> hold_times(np.array([29.9999996, 44.0, 45.0]), Exclude(30.0, 45.0)).tolist()
    [True, True, False]
    """
    late_s = time_s + TIME_GRACE_S
    return (late_s >= stretch.start_s) & (
        late_s < (math.inf if stretch.end_s is None else stretch.end_s)
    )


def describe_correction(correction: Correction) -> str:
    """Return a correction as a sentence.

    Examples
    --------
    >>> describe_correction(Swap("P1", "P3", 120.0))
    'P1 and P3 are exchanged from 120 s to the end.'
    >>> describe_correction(Merge("P2", "P5"))
    'P5 is merged into P2, the lower id.'
    """
    if isinstance(correction, Merge):
        return f"{correction.absorbed} is merged into {correction.survivor}, the lower id."
    end = "the end" if correction.end_s is None else f"{correction.end_s:g} s"
    when = f"from {correction.start_s:g} s to {end}"
    if isinstance(correction, Exclude):
        return f"Not analysed {when}."
    return f"{correction.first} and {correction.second} are exchanged {when}."


def correction_to_dict(correction: Correction) -> dict[str, Any]:
    """Return plain values for JSON.

    Examples
    --------
    >>> correction_to_dict(Exclude(30.0, None))
    {'kind': 'exclude', 'start_s': 30.0, 'end_s': None}
    """
    kind = type(correction).__name__.lower()
    return {"kind": kind} | dataclasses.asdict(correction)


def correction_from_dict(values: dict[str, Any]) -> Correction:
    """Return the correction that plain values describe.

    Raises
    ------
    KeyError, TypeError : they describe none.
    """
    rest = {name: value for name, value in values.items() if name != "kind"}
    return _KINDS[values["kind"]](**rest)
