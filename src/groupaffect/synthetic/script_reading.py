"""Read a script from TOML: every mistake is one sentence with its line and key."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from groupaffect.errors import UsageError, sentence
from groupaffect.synthetic.script import Script, ScriptedEmotion, ScriptedPerson
from groupaffect.synthetic.script_lines import line_of
from groupaffect.synthetic.script_rules import (
    N_PLACES,
    Place,
    ScriptFaultError,
    Table,
    check_word,
    refuse,
)
from groupaffect.types import EMOTIONS

_WORDS: dict[str, Iterable[str]] = {"Emotion": EMOTIONS, "LayoutName": N_PLACES}
_ENTRIES: dict[str, type] = {"people": ScriptedPerson, "timeline": ScriptedEmotion}


def read_script(path: Path) -> Script:
    """Read a script from a TOML file.

    Raises
    ------
    UsageError : the file cannot be read or breaks a rule; names the line and the key.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "text that is not UTF-8"
        message = sentence(
            wanted="the script must be a TOML file in UTF-8",
            got=reason,
            remedy=f"check it: {path}",
        )
        raise UsageError(message) from error
    return script_from_toml(text, name=path.name)


def script_from_toml(text: str, *, name: str = "the script") -> Script:
    """Return the script that TOML describes.

    Parameters
    ----------
    name : what messages call it.

    Raises
    ------
    UsageError : not TOML, or a rule is broken; names the line and the key.

    Examples
    --------
    >>> script = script_from_toml('''
    ... title = "Two laugh"
    ... duration_s = 4
    ... layout = "1x2"
    ... [[people]]
    ... name = "Ada"
    ... identity_seed = 1
    ... [[timeline]]
    ... start_s = 1
    ... end_s = 3
    ... emotion = "happy"
    ... ''')
    >>> script.people[0].name, script.timeline[0].emotion, script.n_frames
    ('Ada', 'happy', 40)
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = sentence(wanted=f"{name} must be TOML", got=f"{error}", remedy="correct it")
        raise UsageError(message) from error
    try:
        return _build(values)
    except ScriptFaultError as fault:
        raise UsageError(_with_line(fault, text, name)) from fault


def _with_line(fault: ScriptFaultError, text: str, name: str) -> str:
    place = fault.place
    subject = "the script" if place.table == "script" else f"[[{place.table}]]"
    where = f"{name} line {line_of(text, place)}: {f'`{place.key}`' if place.key else subject}"
    return sentence(wanted=f"{where} {fault.rule}", got=fault.got, remedy=fault.remedy)


def _build(values: dict[str, Any]) -> Script:
    entries: dict[str, Any] = {}
    for table, kind in _ENTRIES.items():
        rows = values.pop(table, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            rule = f"must be entries that begin with [[{table}]]"
            refuse(Place("script", key=table), rule, got=_type_words(rows))
        checked = [_fields(kind, row, table, index) for index, row in enumerate(rows)]  # type: ignore[arg-type]
        entries[table] = tuple(kind(**row) for row in checked)
    return Script(**_fields(Script, values, "script", 0, given=tuple(entries)), **entries)


def _fields(
    kind: type, row: dict[str, Any], table: Table, index: int, *, given: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return the values of an entry, each of the type that its field wants."""
    known = {field.name: field for field in fields(kind) if field.name not in given}
    checked = {}
    for key, value in row.items():
        place = Place(table, index, key)
        if key not in known:
            here = "a script" if table == "script" else f"[[{table}]]"
            refuse(place, "is no key", got=f"it beside those of {here}: {', '.join(known)}")
        checked[key] = _typed(place, str(known[key].type), value)
    for key, field in known.items():
        if key not in checked and field.default is MISSING:
            rule = "needs a value" if table == "script" else f"is needed in every [[{table}]]"
            refuse(Place(table, index, key), rule, got="none", remedy="add it")
    return checked


def _typed(place: Place, wanted: str, value: object) -> object:
    if wanted in _WORDS:
        check_word(place, value, _WORDS[wanted])
        return value
    words, fits, convert = _TYPES.get(wanted, _TEXT)
    if not fits(value):
        refuse(place, f"must be {words}", got=_type_words(value))
    return convert(value)


def _type_words(value: object) -> str:
    if isinstance(value, int) and abs(value) >= _LARGEST:
        return "a number beyond all bounds"
    return f"{value!r}" if isinstance(value, str | int | float) else f"a {type(value).__name__}"


def _is_number(value: object) -> bool:
    if isinstance(value, int):
        return not isinstance(value, bool) and abs(value) < _LARGEST
    return isinstance(value, float)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _are_stretches(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(pair, list) and len(pair) == 2 and all(map(_is_number, pair)) for pair in value
    )


def _to_stretches(value: Any) -> tuple[tuple[float, float], ...]:  # noqa: ANN401
    return tuple((float(start), float(end)) for start, end in value)


_LARGEST = 1e15  # beyond it whole numbers are no floats
_Type = tuple[str, Callable[[Any], bool], Callable[[Any], object]]
_TEXT: _Type = ("text in quotes", lambda value: isinstance(value, str), str)
_TYPES: dict[str, _Type] = {
    "float": ("a number", _is_number, float),
    "int": ("a whole number", _is_whole, int),
    "tuple[Stretch, ...]": ("pairs [start, end] of seconds", _are_stretches, _to_stretches),
}
