"""The rules that a script must keep; a broken one is a sentence that names its place."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NoReturn

from groupaffect.errors import UsageError, sentence
from groupaffect.types import EMOTIONS

if TYPE_CHECKING:
    from groupaffect.synthetic.script import Script, ScriptedPerson

N_PLACES = {"1x2": 2, "2x2": 4, "3x3": 9, "room": 4}  # ours: a room of 5 has faces too small
MAX_STRENGTH = 1.25  # beyond it the appearance model tears faces
MAX_EXPRESSIVENESS = 1.5
MAX_NOISE = 60.0  # grey levels; nobody would keep such a camera
LONGEST_NAME = 100  # letters, as names files allow
MAX_DURATION_S = 4 * 3600.0
MIN_SIDE_PX, MAX_SIDE_PX = 64, 4096
MIN_RATE_HZ, MAX_RATE_HZ = 1.0, 60.0

Table = Literal["script", "people", "timeline"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a script something stands.

    Attributes
    ----------
    table : "script" for what belongs to no table. index : of the entry in its table, from 0.
    key : None for the entry itself.
    """

    table: Table
    index: int = 0
    key: str | None = None

    def words(self) -> str:
        """Return the place in words.

        Examples
        --------
        >>> Place("people", 1, "noise").words(), Place("script", key="seed").words()
        ('`noise` of [[people]] number 2', '`seed`')
        """
        entry = f"[[{self.table}]] number {self.index + 1}"
        if self.key is None:
            return "the script" if self.table == "script" else entry
        return f"`{self.key}`" if self.table == "script" else f"`{self.key}` of {entry}"


class ScriptFaultError(UsageError):
    """A script breaks a rule.

    Attributes
    ----------
    place : where. rule, got, remedy : the rest of the sentence, for whoever knows the line.
    """

    def __init__(self, place: Place, rule: str, *, got: str, remedy: str) -> None:
        super().__init__(sentence(wanted=f"{place.words()} {rule}", got=got, remedy=remedy))
        self.place = place
        self.rule = rule
        self.got = got
        self.remedy = remedy


def refuse(place: Place, rule: str, *, got: object, remedy: str = "correct it") -> NoReturn:
    """Raise the error for a broken rule."""
    raise ScriptFaultError(place, rule, got=str(got), remedy=remedy)


def check_word(place: Place, word: object, known: Iterable[str]) -> None:
    """Check that a word is one of those that are known there.

    Raises
    ------
    ScriptFaultError : it is not.
    """
    words = list(known)
    if word not in words:
        refuse(place, f"must be one of {', '.join(words)}", got=repr(word))


def check_script(script: Script) -> None:
    """Check every rule.

    Raises
    ------
    ScriptFaultError : the first that is broken.
    """
    _check_picture(script)
    _check_people(script)
    for index, person in enumerate(script.people):
        _check_person(script, person, index)
    for index in range(len(script.timeline)):
        _check_entry(script, index)
    _check_overlaps(script)


def _check_picture(script: Script) -> None:
    whole = partial(Place, "script", 0)
    _check_within(whole("duration_s"), script.duration_s, 1.0, MAX_DURATION_S)
    _check_within(whole("rate_hz"), script.rate_hz, MIN_RATE_HZ, MAX_RATE_HZ)
    _check_within(whole("seed"), script.seed, 0, 2**32 - 1)
    for key in ("width_px", "height_px"):
        side_px = getattr(script, key)
        _check_within(whole(key), side_px, MIN_SIDE_PX, MAX_SIDE_PX)
        if side_px % 2:
            refuse(whole(key), "must be even, as video needs it", got=side_px)
    check_word(whole("layout"), script.layout, N_PLACES)


def _check_people(script: Script) -> None:
    n_places = N_PLACES[script.layout]
    if not script.people:
        refuse(Place("script"), "needs at least one [[people]]", got="none", remedy="add one")
    if len(script.people) > n_places:
        rule = f"is one more than the {n_places} places of layout {script.layout}"
        refuse(
            Place("people", n_places),
            rule,
            got=f"{len(script.people)} people",
            remedy="leave some out or choose a larger layout",
        )
    seen: set[str] = set()
    for index, person in enumerate(script.people):
        place = Place("people", index, "name")
        if not person.name.strip():
            refuse(place, "must be a name", got="an empty one")
        if person.name != " ".join(person.name.split()) or not person.name.isprintable():
            refuse(place, "must be one line without spaces around it", got=f"{person.name!r}")
        if len(person.name) > LONGEST_NAME:
            refuse(place, f"must have at most {LONGEST_NAME} letters", got=f"{len(person.name)}")
        if person.name in seen:
            refuse(place, "must be nobody else's", got=f"{person.name!r} again")
        seen.add(person.name)


def _check_person(script: Script, person: ScriptedPerson, index: int) -> None:
    at = partial(Place, "people", index)
    _check_within(at("identity_seed"), person.identity_seed, 0, 2**32 - 1)
    _check_within(at("expressiveness"), person.expressiveness, 0, MAX_EXPRESSIVENESS)
    _check_within(at("resting_strength"), person.resting_strength, 0, 1)
    _check_within(at("noise"), person.noise, 0, MAX_NOISE)
    _check_within(at("lateness_s"), person.lateness_s, 0, script.duration_s)
    check_word(at("resting_emotion"), person.resting_emotion, EMOTIONS)
    for key in ("unengaged", "speaking"):
        _check_stretches(script, at(key), getattr(person, key))


def _check_stretches(
    script: Script, place: Place, stretches: Sequence[tuple[float, float]]
) -> None:
    last_end_s = 0.0
    for start_s, end_s in stretches:
        _check_stretch(script, place, place, start_s, end_s)
        if start_s < last_end_s:
            rule = "must be stretches in order that do not overlap"
            refuse(place, rule, got=f"{start_s:g} after {last_end_s:g}")
        last_end_s = end_s


def _check_entry(script: Script, index: int) -> None:
    entry = script.timeline[index]
    at = partial(Place, "timeline", index)
    _check_stretch(script, at("start_s"), at("end_s"), entry.start_s, entry.end_s)
    check_word(at("emotion"), entry.emotion, EMOTIONS)
    _check_within(at("strength"), entry.strength, 0, MAX_STRENGTH)
    if entry.person is not None:
        check_word(at("person"), entry.person, [person.name for person in script.people])


def _check_stretch(script: Script, start: Place, end: Place, start_s: float, end_s: float) -> None:
    _check_within(start, start_s, 0, math.inf)
    if not end_s > start_s:
        refuse(end, "must end after it starts", got=f"{start_s:g} to {end_s:g} s")
    if end_s > script.duration_s:
        rule = f"must end within the recording's {script.duration_s:g} s"
        refuse(end, rule, got=f"{end_s:g} s", remedy="shorten it or raise `duration_s`")


def _check_overlaps(script: Script) -> None:
    """Check that the group's entries, and each person's own, follow one another."""
    for who in (None, *(person.name for person in script.people)):
        own = [(k, entry) for k, entry in enumerate(script.timeline) if entry.person == who]
        own.sort(key=lambda item: item[1].start_s)
        for (_, before), (index, entry) in pairwise(own):
            if entry.start_s < before.end_s:
                refuse(
                    Place("timeline", index, "start_s"),
                    f"must not lie in another entry for {who or 'the group'}",
                    got=f"{entry.start_s:g} s within {before.start_s:g} to {before.end_s:g} s",
                )


def _check_within(place: Place, value: float, low: float, high: float) -> None:
    if not low <= value <= high or math.isinf(value):
        words = f"within {low:g}..{high:g}" if high < math.inf else f"{low:g} or more"
        refuse(place, f"must be {words}", got=f"{value:g}")
