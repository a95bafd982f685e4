"""What people correct in a session: two ids are one person, two were exchanged, leave this out.

One notation for the command line, for Python and in sentences: ``P2,P5`` (merge),
``P1,P3@120-180`` (swap), ``30-45`` (exclude); times in seconds or as m:ss, either end open.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from jaxtyping import Bool, Float

from groupaffect.errors import UsageError, sentence
from groupaffect.timeline import TIME_GRACE_S

C = TypeVar("C")


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


def parse_corrections(
    *, merge: str | Iterable[str], swap: str | Iterable[str], exclude: str | Iterable[str]
) -> tuple[Correction, ...]:
    """Return what was written, in the order in which it is applied: merge, swap, exclude.

    Raises
    ------
    UsageError : something does not follow the notation.

    Examples
    --------
    >>> parse_corrections(merge="P5,P2", swap=["P1,P3@2:00-"], exclude=())
    (Merge(survivor='P2', absorbed='P5'), Swap(first='P1', second='P3', start_s=120.0, end_s=None))
    """
    return (
        *_parse_each(merge, parse_merge),
        *_parse_each(swap, parse_swap),
        *_parse_each(exclude, parse_exclude),
    )


def _parse_each(words: str | Iterable[str], parse: Callable[[str], C]) -> list[C]:
    return [parse(word) for word in ([words] if isinstance(words, str) else words)]


def parse_merge(word: str) -> Merge:
    """Return the merge that is written ``P2,P5``; the lower id survives.

    Raises
    ------
    UsageError : not two different ids.
    """
    survivor, absorbed = sorted(_parse_pair(word, what="a merge", like="P2,P5"), key=rank_of)
    return Merge(survivor, absorbed)


def parse_swap(word: str) -> Swap:
    """Return the swap that is written ``P1,P3@120-180``, or ``P1,P3`` for the whole recording.

    Raises
    ------
    UsageError : not two different ids, or no stretch of time.
    """
    pair, at, stretch = word.partition("@")
    first, second = _parse_pair(pair, what="a swap", like="P1,P3@120-180")
    return Swap(first, second, *(_parse_stretch(stretch, like="P1,P3@120-180") if at else ()))


def parse_exclude(word: str) -> Exclude:
    """Return the stretch that is written ``30-45``, ``30-`` or ``-45``.

    Raises
    ------
    UsageError : no stretch of time.

    Examples
    --------
    >>> parse_exclude("1:30-1:02:00.5"), parse_exclude("-45")
    (Exclude(start_s=90.0, end_s=3720.5), Exclude(start_s=0.0, end_s=45.0))
    """
    return Exclude(*_parse_stretch(word, like="30-45"))


def _parse_pair(word: str, *, what: str, like: str) -> tuple[str, str]:
    names = [name.strip() for name in word.split(",")]
    if len(names) != 2 or not all(names) or names[0] == names[1]:
        message = sentence(
            wanted=f"{what} needs two different participants",
            got=repr(word),
            remedy=f"write it like {like}",
        )
        raise UsageError(message)
    return names[0], names[1]


def _parse_stretch(word: str, *, like: str) -> tuple[float, float | None]:
    start, dash, end = (part.strip() for part in word.partition("-"))
    start_s, end_s = _parse_time(start), _parse_time(end)
    right = dash and (start or end) and not ((start and start_s is None) or (end and end_s is None))
    if not right or (end_s is not None and end_s <= (start_s or 0.0)):
        message = sentence(
            wanted="a stretch of time needs a start and a later end, or one of them",
            got=repr(word),
            remedy=f"write it in seconds or m:ss, like {like}",
        )
        raise UsageError(message)
    return start_s or 0.0, end_s


def _parse_time(word: str) -> float | None:
    """Return seconds from ``90``, ``1:30`` or ``0:01:30``; None if it is none of these."""
    if not re.fullmatch(r"(\d+:)?(\d+:)?\d+(\.\d+)?", word):
        return None
    time_s = 0.0
    for part in word.split(":"):
        time_s = 60 * time_s + float(part)
    return time_s


def rank_of(participant: str) -> tuple[float, str]:
    """Return what ids are ordered by: their number.

    Examples
    --------
    >>> sorted(["P10", "P2"], key=rank_of)
    ['P2', 'P10']
    """
    number = re.search(r"\d+$", participant)
    return (float(number.group()) if number else math.inf, participant)


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
                    got="another" if name not in participants else "one that was merged already",
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
