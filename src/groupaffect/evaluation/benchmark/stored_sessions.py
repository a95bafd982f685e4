"""Sessions that ``analyze`` wrote, beside a table of what their people truly showed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from jaxtyping import Float, Int

from groupaffect.errors import UsageError, sentence
from groupaffect.evaluation.benchmark.group_session import GroupSession
from groupaffect.evaluation.truth import read_truth
from groupaffect.session.analysis_reading import read_participants
from groupaffect.session.columns import PARTICIPANTS_FILE, SIGNALS_FILE
from groupaffect.types import EMOTIONS, MODELS, ParticipantFacts


def read_sessions(folder: Path) -> list[GroupSession]:
    """Return every session in or below a folder that holds signals and a truth table.

    Raises
    ------
    UsageError : no such session, or one of its tables cannot be used.
    """
    found = [folder, *sorted(path for path in folder.glob("*") if path.is_dir())]
    sessions = [read_session(path) for path in found if (path / SIGNALS_FILE).is_file()]
    if not sessions:
        wanted = f"`--sessions` must name a session, or a folder of sessions, with `{SIGNALS_FILE}`"
        got = "none there" if folder.is_dir() else "no such folder"
        raise UsageError(
            sentence(wanted=wanted, got=got, remedy=f"analyse a recording first: {folder}")
        )
    return sessions


def read_session(folder: Path) -> GroupSession:
    """Return one session with its truth.

    Raises
    ------
    UsageError : a table is damaged, lacks a column, or nobody's truth is known.
    UnreadableSessionError : its table of participants is damaged.
    """
    seconds, people, readings, quality = _read_signals(folder / SIGNALS_FILE)
    truth = _read_rows_of_truth(folder, people, first_s=seconds, n=len(quality))
    return GroupSession(
        name=folder.name,
        participants=people,
        traits=("recorded",) * len(people),
        truth=truth,
        image=readings[0],
        landmark=readings[1],
        quality=quality,
    )


def _read_rows_of_truth(
    folder: Path, people: tuple[str, ...], *, first_s: int, n: int
) -> Int[np.ndarray, "t p"]:
    """Return the true expression of each person in each row of the signals; -1 where not told."""
    path = _truth_file(folder)
    known = read_truth(path, _facts(folder, people))
    truth = np.full((n, len(people)), -1)
    for place, who in enumerate(people):
        if who in known:
            label = known[who][first_s : first_s + n]
            truth[: len(label), place] = label
    if not (truth >= 0).any():
        raise _bad_truth(path, "no known emotion of a participant of the session")
    return truth


def _facts(folder: Path, people: tuple[str, ...]) -> tuple[ParticipantFacts, ...]:
    """Return who was seen; by id alone where the session's table of participants is not there."""
    if (folder / PARTICIPANTS_FILE).is_file():
        return tuple(facts for facts in read_participants(folder) if facts.participant in people)
    return tuple(ParticipantFacts(who, who, None, None, None, None, 1.0) for who in people)


def _truth_file(folder: Path) -> Path:
    found = [folder / "truth.csv", *sorted(folder.glob("*_truth.csv"))]
    for path in found:
        if path.is_file():
            return path
    raise _bad_truth(folder / "truth.csv", "no such file")


def _bad_truth(path: Path, got: str) -> UsageError:
    wanted = "the truth must be a table of what the session's participants showed, by second"
    return UsageError(
        sentence(wanted=wanted, got=got, remedy=f"write it beside the session: {path}")
    )


def _read_signals(
    path: Path,
) -> tuple[int, tuple[str, ...], Float[np.ndarray, "2 t p 7"], Float[np.ndarray, "t p"]]:
    """Return first second, people, both models' readings, and quality."""
    names = ["second", "participant", "source", "quality", *EMOTIONS]
    try:
        table = pq.read_table(path, columns=names)
    except (OSError, pa.ArrowException) as error:
        got = str(error).splitlines()[0].rstrip(".")
        message = sentence(
            wanted=f"`{SIGNALS_FILE}` must hold {', '.join(names)}",
            got=got,
            remedy=f"analyse the recording again: {path}",
        )
        raise UsageError(message) from error
    columns = {name: np.array(table[name].to_pylist(), dtype=object) for name in names[:3]}
    second = columns["second"].astype(np.int64)
    people = tuple(dict.fromkeys(columns["participant"].tolist()))
    first = int(second.min(initial=0))
    n = int(second.max(initial=-1)) - first + 1
    place = np.array([people.index(name) for name in columns["participant"]], dtype=np.int64)
    values = np.stack([_floats(table, name) for name in EMOTIONS], axis=1)
    readings, quality = np.full((2, n, len(people), 7), np.nan), np.full((n, len(people)), np.nan)
    for row, model in enumerate(MODELS):
        own = columns["source"] == model
        readings[row, second[own] - first, place[own]] = values[own]
        known = _floats(table, "quality")[own]
        quality[second[own] - first, place[own]] = known
    return first, people, readings, quality


def _floats(table: pa.Table, name: str) -> Float[np.ndarray, " n"]:
    return np.array(
        [np.nan if v is None else float(v) for v in table[name].to_pylist()], dtype=np.float64
    )
