"""How people write corrections: one notation for the command line and for Python.

``P2,P5`` (merge), ``P1,P3@120-180`` (swap), ``30-45`` (exclude); times in seconds or as m:ss,
either end may be left open.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from typing import TypeVar

from groupaffect.corrections import Correction, Exclude, Merge, Swap, join_excludes
from groupaffect.errors import UsageError, sentence

C = TypeVar("C")


def parse_corrections(
    *, merge: str | Iterable[str], swap: str | Iterable[str], exclude: str | Iterable[str]
) -> tuple[Correction, ...]:
    """Return what was written, in the order in which it is applied: merge, swap, exclude.

    Stretches to exclude that overlap are one.

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
        *join_excludes(_parse_each(exclude, parse_exclude)),
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
