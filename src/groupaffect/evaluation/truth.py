"""Read what a group's members truly showed, second by second."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from jaxtyping import Int

from groupaffect.errors import UsageError, sentence
from groupaffect.types import EMOTIONS, ParticipantFacts

# Other data sets' words for the seven.
SYNONYMS = {
    "anger": "angry",
    "disgusted": "disgust",
    "afraid": "fear",
    "fearful": "fear",
    "scared": "fear",
    "happiness": "happy",
    "joy": "happy",
    "sadness": "sad",
    "surprised": "surprise",
    "neutrality": "neutral",
}
# What a cell may say where nothing is known, or an expression that is none of the seven.
NO_LABELS = {"", "-", "?", "contempt", "n/a", "na", "nan", "none", "unknown"}
LONGEST_S = 1_000_000  # eleven days: a larger number is no second but a slip
TILE_NAMES = {
    "top_left": (1, 1),
    "top_right": (1, 2),
    "bottom_left": (2, 1),
    "bottom_right": (2, 2),
}


def emotion_index(word: str) -> int:
    """Return the position of an emotion in ``EMOTIONS``, by any of its names; -1 if unknown.

    Examples
    --------
    >>> emotion_index("happiness"), emotion_index("contempt")
    (3, -1)
    """
    name = SYNONYMS.get(word.strip().lower(), word.strip().lower())
    return EMOTIONS.index(name) if name in EMOTIONS else -1


def read_truth(
    path: Path, participants: tuple[ParticipantFacts, ...], *, ignore_others: bool = False
) -> dict[str, Int[np.ndarray, " t"]]:
    """Return the true emotion of each participant in each second, -1 where unknown.

    Parameters
    ----------
    path : CSV, long or wide. Long: ``second, participant, emotion``, one row each. Wide:
        ``second`` and one column for each participant. People are meant by id, by name or by
        tile ("top_left", ...). Columns of a wide table without any expression are no people.
    ignore_others : whether people who are not in the session are left out; else an error, since a
        slip in a name would leave out what somebody showed without a word.

    Raises
    ------
    UsageError : the file cannot be read, somebody in it is no participant, ``second`` holds no
        whole seconds, a second stands there twice, or a word is no expression.
    """
    rows = _read_rows(path)
    columns = [name for row in rows[:1] for name in row if name != "second"]
    seconds = [_whole_second(row["second"] or "") for row in rows]
    cells = _long_cells if {"participant", "emotion"} <= {*columns} else _wide_cells
    truth: dict[str, Int[np.ndarray, " t"]] = {}
    filled, others = set[tuple[str, int]](), list[str]()
    for place, who, word in cells(rows, columns):
        label_of = _label(word, path=path, row=place)
        person = _find_person(who, participants)
        if person is None:
            others.append(who)
            continue
        cell = person, seconds[place]
        if cell in filled:
            raise _twice(path, who=who, second=seconds[place])
        filled.add(cell)
        label = truth.setdefault(person, np.full(1 + max(seconds), -1))
        label[seconds[place]] = label_of
    if not truth or (others and not ignore_others):
        raise UsageError(
            sentence(
                wanted="the truth must name participants of the session by id, name or tile "
                f"({', '.join(p.participant for p in participants) or 'nobody'})",
                got=", ".join(map(repr, dict.fromkeys(others))) or "none",
                remedy=f"correct these or leave them out: {path}",
            )
        )
    return {p.participant: truth[p.participant] for p in participants if p.participant in truth}


def _read_rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file, restval=""))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        why = error.strerror if isinstance(error, OSError) else "no CSV in UTF-8"
        message = sentence(
            wanted="the truth must be a CSV file", got=f"{why}", remedy=f"check the path: {path}"
        )
        raise UsageError(message) from error
    if not rows or "second" not in rows[0] or None in {name for row in rows for name in row}:
        got = "no rows" if not rows else "other columns, or rows longer than the header"
        message = sentence(
            wanted="the truth needs the columns `second, participant, emotion`, or `second` and "
            "one for each participant",
            got=got,
            remedy=f"correct the file: {path}",
        )
        raise UsageError(message)
    return rows


def _long_cells(rows: list[dict[str, str]], _columns: list[str]) -> Iterator[tuple[int, str, str]]:
    for place, row in enumerate(rows):
        yield place, row["participant"].strip(), row["emotion"]


def _wide_cells(rows: list[dict[str, str]], columns: list[str]) -> Iterator[tuple[int, str, str]]:
    people = [name for name in columns if any(emotion_index(row[name]) >= 0 for row in rows)]
    for place, row in enumerate(rows):
        for name in people:
            yield place, name, row[name]


def _label(word: str, *, path: Path, row: int) -> int:
    """Return an expression's index, -1 where the cell says that there is none."""
    found = emotion_index(word)
    if found >= 0 or word.strip().lower() in NO_LABELS:
        return found
    message = sentence(
        wanted=f"the truth must say one of {', '.join(EMOTIONS)}, or nothing",
        got=f"{word.strip()!r} in row {row + 1} below the header",
        remedy=f"correct it or leave it empty: {path}",
    )
    raise UsageError(message)


def _find_person(who: str, participants: tuple[ParticipantFacts, ...]) -> str | None:
    """Return the id of who is meant: an id before a name, a name before a tile."""
    tile = TILE_NAMES.get(who)
    found = [p for p in participants if p.participant == who]
    found += [p for p in participants if p.name == who]
    found += [p for p in participants if tile and tile == (p.tile_row, p.tile_column)]
    return found[0].participant if found else None


def _twice(path: Path, *, who: str, second: int) -> UsageError:
    return UsageError(
        sentence(
            wanted="the truth says once what a participant showed in a second",
            got=f"second {second} of {who} twice",
            remedy=f"leave one row: {path}",
        )
    )


def _whole_second(text: str) -> int:
    if text.strip().isdecimal() and int(text) < LONGEST_S:
        return int(text)
    message = sentence(
        wanted="the truth needs whole seconds from 0 in its column `second`",
        got=repr(text),
        remedy="number its rows by second",
    )
    raise UsageError(message)
