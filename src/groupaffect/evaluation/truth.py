"""Read what a group's members truly showed, second by second."""

from __future__ import annotations

import csv
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
    path: Path, participants: tuple[ParticipantFacts, ...]
) -> dict[str, Int[np.ndarray, " t"]]:
    """Return the true emotion of each participant in each second, -1 where unknown.

    Parameters
    ----------
    path : CSV with ``second`` and one column for each participant, named by id, by name or
        by tile ("top_left", ...); or with ``second, participant, emotion``, one row for each
        second of each.

    Raises
    ------
    UsageError : no column or row belongs to a participant, or ``second`` holds no whole seconds.
    """
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, restval=""))
    columns = [name for row in rows[:1] for name in row if name != "second"]
    if {"participant", "emotion"} <= {*columns}:
        rows = _by_second(rows)
        columns = sorted({name for row in rows for name in row if name != "second"})
    truth: dict[str, Int[np.ndarray, " t"]] = {}
    seconds = [_whole_second(row.get("second", "")) for row in rows]
    n = 1 + max(seconds, default=-1)
    for person in participants:
        tile = (person.tile_row, person.tile_column)
        names = [c for c in columns if c in (person.participant, person.name)]
        names += [c for c in columns if TILE_NAMES.get(c) == tile]
        if names:
            truth[person.participant] = np.full(n, -1)
            for second, row in zip(seconds, rows, strict=True):
                truth[person.participant][second] = emotion_index(row.get(names[0], ""))
    if not truth:
        raise UsageError(
            sentence(
                wanted="the truth needs a column for at least one participant",
                got=f"the columns {', '.join(columns) or 'none'}",
                remedy="name the columns by participant or tile",
            )
        )
    return truth


def _by_second(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return one row for each second, with a column for each participant."""
    wide: dict[str, dict[str, str]] = {}
    for row in rows:
        second = row.get("second", "")
        wide.setdefault(second, {"second": second})[row["participant"]] = row["emotion"]
    return list(wide.values())


def _whole_second(text: str) -> int:
    if text.strip().isdecimal():
        return int(text)
    message = sentence(
        wanted="the truth needs whole seconds from 0 in its column `second`",
        got=repr(text),
        remedy="number its rows by second",
    )
    raise UsageError(message)
