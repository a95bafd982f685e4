"""What is compared at each level: which values, and which of them may change places.

If a measure has nothing to do with a covariate, only such units may change places as cannot be
told apart otherwise. They make a class, and each value counts less the mean of its class.

- *between sessions*: a unit is a session's mean; all are of one class.
- *between circles*, where people come again: a unit is the mean of a circle's sessions. Circles of
  as many sessions are of one class: means of more sessions vary less.
- *between sessions of the same people*: a unit is a session's mean; sessions in which exactly the
  same people are make a class.
- *within sessions*: a unit is a person with what they have in each of their sessions. People who
  are in the same sessions make a class: of those who come once, the members of a session.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from jaxtyping import Float, Int

from groupaffect.evaluation.across_sessions.arrangements import Class
from groupaffect.evaluation.across_sessions.circles import come_again, find_circles

Level = Literal[
    "between sessions", "between circles", "between sessions of the same people", "within sessions"
]


_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Comparison:
    """Values of a covariate and a measure at one level.

    Attributes
    ----------
    x, y : (m,). classes : rows of the units that may change places; every row is in one.
    n_sessions, n_circles : that the rows are from.
    """

    x: Float[np.ndarray, " m"]
    y: Float[np.ndarray, " m"]
    classes: tuple[Class, ...]
    n_sessions: int
    n_circles: int


def lay_out(
    x: Float[np.ndarray, " n"],
    y: Float[np.ndarray, " n"],
    session: Int[np.ndarray, " n"],
    person: Int[np.ndarray, " n"],
    *,
    level: Level,
) -> Comparison:
    """Return what is compared of all members of a study; those without x or y do not count.

    Classes of a single unit tell nothing and are left out; within sessions and among those of the
    same people also classes in which the covariate does not differ.

    Parameters
    ----------
    session, person : (n,) number of each member's session and person.

    Examples
    --------
    >>> x, session = np.array([1.0, 2, 3, 3, 5, 4]), np.array([0, 0, 1, 1, 2, 2])
    >>> person = np.array([10, 11, 12, 13, 12, 13])  # the second two come again
    >>> found = lay_out(x, x, session, person, level="within sessions")
    >>> [rows.tolist() for rows in found.classes]
    [[[0], [1]], [[2, 4], [3, 5]]]
    """
    circle, crew = find_circles(session, person), _find_crews(session, person)
    known = np.isfinite(x) & np.isfinite(y)
    x, y, session, person, circle, crew = (v[known] for v in (x, y, session, person, circle, crew))
    if level == "within sessions":
        units = [np.flatnonzero(person == who) for who in np.unique(person)]
        units = [rows[np.argsort(session[rows])] for rows in units]
        classes = _alike(units, [tuple(session[rows].tolist()) for rows in units])
        return _compare(x, y, _varying(x, classes), session, circle)
    # From here on a row is a session's mean.
    number, first = np.unique(session, return_index=True)
    x, y, circle, crew = _means(x, session), _means(y, session), circle[first], crew[first]
    if level == "between sessions of the same people":
        return _compare(x, y, _varying(x, _alike(_singly(number), crew)), number, circle)
    # From here on it is a circle's.
    numbers, size = np.unique(circle, return_counts=True)
    classes = _alike(_singly(numbers), size)
    found = _compare(_means(x, circle), _means(y, circle), classes, numbers, numbers)
    return replace(found, n_sessions=sum(int(size[rows].sum()) for rows in classes))


def levels_that_differ(
    x: Float[np.ndarray, " n"], session: Int[np.ndarray, " n"], person: Int[np.ndarray, " n"]
) -> Iterator[Level]:
    """Yield the levels at which a covariate is to be tested: where it differs, or nowhere does.

    Examples
    --------
    >>> session, strangers = np.array([0, 0, 1, 1]), np.arange(4)
    >>> [*levels_that_differ(np.array([1.0, 1, 2, 2]), session, strangers)]
    ['between sessions']
    >>> [*levels_that_differ(np.array([1.0, 1, 2, 2]), session, np.array([0, 1, 0, 1]))]
    ['between sessions of the same people']
    """
    known = np.isfinite(x)
    crew, circle = _find_crews(session, person)[known], find_circles(session, person)[known]
    x, session, everybody = x[known], session[known], np.zeros(int(known.sum()))
    within = _differs(x, session)
    same = _differs_between(x, session, crew)
    apart = _differs_between(x, circle, everybody)
    if apart or not (within or same):
        yield "between sessions" if come_again(person) == 0 else "between circles"
    if same:
        yield "between sessions of the same people"
    if within:
        yield "within sessions"


def _differs(x: Float[np.ndarray, " n"], group: np.ndarray) -> bool:
    return any(np.ptp(x[group == number]) > _ROUNDING for number in np.unique(group))


def _differs_between(x: Float[np.ndarray, " n"], inner: np.ndarray, outer: np.ndarray) -> bool:
    """Return whether means of inner groups differ within an outer one."""
    if not len(x):
        return False
    _, first = np.unique(inner, return_index=True)
    return _differs(_means(x, inner), outer[first])


def _compare(
    x: Float[np.ndarray, " n"],
    y: Float[np.ndarray, " n"],
    classes: Sequence[Class],
    session: Int[np.ndarray, " n"],
    circle: Int[np.ndarray, " n"],
) -> Comparison:
    """Return only the rows that are in a class."""
    kept = np.sort(np.concatenate([np.zeros(0, np.int64), *(rows.ravel() for rows in classes)]))
    return Comparison(
        x=x[kept],
        y=y[kept],
        classes=tuple(np.searchsorted(kept, rows) for rows in classes),
        n_sessions=len(np.unique(session[kept])),
        n_circles=len(np.unique(circle[kept])),
    )


def _singly(numbers: Int[np.ndarray, " k"]) -> list[Int[np.ndarray, " 1"]]:
    return [np.array([row]) for row in range(len(numbers))]


def _alike(units: Sequence[Int[np.ndarray, " _"]], kinds: Iterable[Hashable]) -> list[Class]:
    """Return a class for each kind that more than one unit is of."""
    of_kind: dict[Hashable, list[np.ndarray]] = defaultdict(list)
    for unit, kind in zip(units, kinds, strict=True):
        of_kind[kind].append(unit)
    return [np.array(rows, dtype=np.int64) for rows in of_kind.values() if len(rows) > 1]


def _varying(x: Float[np.ndarray, " n"], classes: Sequence[Class]) -> list[Class]:
    """Return the classes whose units differ in the covariate."""
    return [rows for rows in classes if np.ptp(x[rows], axis=0).max() > 0]


def _find_crews(
    session: Int[np.ndarray, " n"], person: Int[np.ndarray, " n"]
) -> Int[np.ndarray, " n"]:
    """Return a number for each member's session, equal where exactly the same people are."""
    people = {number: frozenset(person[session == number].tolist()) for number in set(session)}
    crews = {each: place for place, each in enumerate(dict.fromkeys(people.values()))}
    return np.array([crews[people[number]] for number in session], dtype=np.int64)


def _means(value: Float[np.ndarray, " n"], group: Int[np.ndarray, " n"]) -> np.ndarray:
    _, place = np.unique(group, return_inverse=True)
    return np.asarray(np.bincount(place, value) / np.bincount(place))
