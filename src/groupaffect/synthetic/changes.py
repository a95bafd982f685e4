"""The changes of expression in a script, told apart as the analysis tells them apart.

A change that comes from the group's timeline is group-wise if more than half of the people, and
at least two, make it, however late each is; every other change is individual.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from groupaffect.synthetic.script import Script, ScriptedPerson
from groupaffect.synthetic.showing import true_at
from groupaffect.types import EMOTIONS, Emotion


@dataclass(frozen=True, slots=True)
class TrueChange:
    """One change of what counts as true.

    Attributes
    ----------
    kind : "group" or "individual".
    start_s, end_s : when the first and the last of the people changed.
    people : their places among the script's people.
    from_label, to_label : of most of them.
    """

    kind: str
    start_s: float
    end_s: float
    people: tuple[int, ...]
    from_label: Emotion
    to_label: Emotion


@dataclass(frozen=True, slots=True)
class _PersonChange:
    """A change of one person; ``cause_s`` is the group's time that it answers, if any."""

    time_s: float
    person: int
    from_label: Emotion
    to_label: Emotion
    cause_s: float | None


def find_changes(script: Script) -> tuple[TrueChange, ...]:
    """Return all changes of a script in order of time."""
    single = [change for index in range(len(script.people)) for change in _changes(script, index)]
    needed = max(2, len(script.people) // 2 + 1)
    found, joint = list[TrueChange](), set[float]()
    for cause_s in {c.cause_s for c in single if c.cause_s is not None}:
        together = [c for c in single if c.cause_s == cause_s]
        if len(together) >= needed:
            joint.add(cause_s)
            found.append(_join(together, "group"))
    found += [_join([c], "individual") for c in single if c.cause_s not in joint]
    return tuple(sorted(found, key=lambda c: (c.start_s, c.kind, c.people)))


def _changes(script: Script, index: int) -> list[_PersonChange]:
    """Return the changes of one person: where the truth before a time differs from that after."""
    person = script.people[index]
    group_s = {time_s + person.lateness_s: time_s for time_s in _ends(script, None)}
    own_s = {*_ends(script, person), *(t for stretch in person.unengaged for t in stretch)}
    times = sorted(t for t in {*group_s, *own_s} if 0 < t < script.duration_s)
    middles = np.convolve([0.0, *times, script.duration_s], [0.5, 0.5], mode="valid")
    labels = [EMOTIONS[k] for k in true_at(script, person, middles).emotion]
    return [
        _PersonChange(t, index, before, after, cause_s=None if t in own_s else group_s.get(t))
        for t, before, after in zip(times, labels[:-1], labels[1:], strict=True)
        if before != after
    ]


def _ends(script: Script, person: ScriptedPerson | None) -> set[float]:
    """Return when entries of a person, or of the group, start and end."""
    name = None if person is None else person.name
    own = [entry for entry in script.timeline if entry.person == name]
    return {t for entry in own for t in (entry.start_s, entry.end_s)}


def _join(changes: list[_PersonChange], kind: str) -> TrueChange:
    times = [c.time_s for c in changes]
    return TrueChange(
        kind,
        min(times),
        max(times),
        tuple(c.person for c in changes),
        _most(c.from_label for c in changes),
        _most(c.to_label for c in changes),
    )


def _most(labels: Iterable[Emotion]) -> Emotion:
    known = list(labels)
    return max(known, key=known.count)
