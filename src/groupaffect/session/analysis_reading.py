"""The tables of a session as values again; the reverse of ``analysis_writing``."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, get_args

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from groupaffect.errors import UsageError
from groupaffect.session.columns import (
    DENOISED_COLUMNS,
    ENGAGED_WORDS,
    EVENTS_COLUMNS,
    EVENTS_FILE,
    FUSION_COLUMNS,
    FUSION_FILE,
    GROUP_COLUMNS,
    GROUP_FILE,
    MEMBERS_COLUMNS,
    MEMBERS_FILE,
    PARTICIPANTS_COLUMNS,
    PARTICIPANTS_FILE,
    SIGNALS_COLUMNS,
    SIGNALS_FILE,
    STATES_COLUMNS,
    STATES_FILE,
)
from groupaffect.session.csv_tables import cell_to_float, damaged_table, read_csv
from groupaffect.types import (
    EMOTIONS,
    GROUP_KINDS,
    NO_CAMP,
    EmotionSignal,
    Event,
    EventKind,
    FusionTrace,
    GroupSignal,
    GroupState,
    Measure,
    MemberStates,
    ParticipantFacts,
)

Value = TypeVar("Value")
Table = dict[str, str]


def read_signals(folder: Path, *, start_s: float) -> tuple[EmotionSignal, ...]:
    """Return the per-second signals in the order in which they were written.

    Raises
    ------
    UnreadableSessionError : the table is damaged.
    """
    path = folder / SIGNALS_FILE
    try:
        table = pq.read_table(path, columns=list(SIGNALS_COLUMNS))
    except (OSError, pa.ArrowException) as error:
        raise damaged_table(path, str(error).splitlines()[0]) from error
    names = list(zip(table["participant"].to_pylist(), table["source"].to_pylist(), strict=True))
    number = {name: table[name].to_numpy().astype(np.float64) for name in SIGNALS_COLUMNS[3:]}
    probability = np.column_stack([number[emotion] for emotion in EMOTIONS])

    def build() -> tuple[EmotionSignal, ...]:
        signals = []
        for (participant, source), rows in itertools.groupby(range(len(names)), names.__getitem__):
            chosen = list(rows)
            signals.append(
                EmotionSignal(
                    participant=participant,
                    source=source,
                    start_s=start_s,
                    probability=probability[chosen],
                    coverage=number["coverage"][chosen],
                    quality=number["quality"][chosen],
                )
            )
        return tuple(signals)

    return _sound(path, build)


def read_fusion(
    folder: Path, *, participants: tuple[str, ...], clamp: tuple[float, float]
) -> FusionTrace:
    """Return the weights over time; without participants there are no windows.

    Raises
    ------
    UnreadableSessionError : the table is damaged.
    """
    path = folder / FUSION_FILE
    rows = read_csv(path, FUSION_COLUMNS)
    shape = (len(rows) // max(1, len(participants)), len(participants))

    def column(name: str, kind: type) -> np.ndarray:
        return np.array([row[name] for row in rows], dtype=np.str_).astype(kind).reshape(shape)

    def build() -> FusionTrace:
        weight = [column("image_weight", np.float64), column("landmark_weight", np.float64)]
        windows = slice(None, None, max(1, len(participants)))
        start_s, end_s = (
            np.array([float(row[name]) for row in rows[windows]], dtype=np.float64)
            for name in ("start", "end")
        )
        return FusionTrace(
            participants=participants,
            window_start_s=start_s,
            window_end_s=end_s,
            weight=np.stack(weight, axis=-1),
            n_changes=column("n_changes", np.int64),
            group_n_changes=np.array(
                [cell_to_float(row["group_n_changes"]) for row in rows[windows]], dtype=np.float64
            ),
            reason=column("reason", np.str_),
            clamp=clamp,
        )

    return _sound(path, build)


def read_groups(folder: Path, *, facts: list[dict[str, Any]]) -> tuple[GroupSignal, ...]:
    """Return the group's signal for each kind of members.

    Parameters
    ----------
    facts : what ``session.json`` keeps of each group (members, start, filter).

    Raises
    ------
    UnreadableSessionError : the table is damaged.
    """
    path = folder / GROUP_FILE
    rows = read_csv(path, GROUP_COLUMNS)

    def build() -> tuple[GroupSignal, ...]:
        return tuple(
            _group([row for row in rows if row["members"] == fact["members"]], fact=fact)
            for fact in facts
        )

    return _sound(path, build)


def _group(rows: list[Table], *, fact: dict[str, Any]) -> GroupSignal:
    def column(name: str) -> np.ndarray:
        return np.array([cell_to_float(row[name]) for row in rows], dtype=np.float64)

    energy = fact["energy_kept"]
    return GroupSignal(
        members=fact["members"],
        start_s=fact["start_s"],
        mean=np.column_stack([column(name) for name in EMOTIONS]),
        denoised=np.column_stack([column(name) for name in DENOISED_COLUMNS]),
        dominant=_dominant(rows),
        dispersion=column("dispersion"),
        polarisation=column("polarisation"),
        polarisation_chance=column("polarisation_chance"),
        n_visible=np.array([int(row["n_visible"]) for row in rows], dtype=np.int64),
        n_engaged=column("n_engaged"),
        energy_kept=math.nan if energy is None else energy,
        n_bins_kept=fact["n_bins_kept"],
    )


def _dominant(rows: list[Table]) -> np.ndarray:
    marked = [[emotion in row["dominant"].split(";") for emotion in EMOTIONS] for row in rows]
    return np.array(marked, dtype=bool).reshape(-1, len(EMOTIONS))


def read_members(folder: Path, *, participants: tuple[str, ...], start_s: float) -> MemberStates:
    """Return where each member stands by second.

    Parameters
    ----------
    participants : everybody in the table, in its order. start_s : time of its first second.

    Raises
    ------
    UnreadableSessionError : the table is damaged.
    """
    path = folder / MEMBERS_FILE
    rows = read_csv(path, MEMBERS_COLUMNS)
    number = {word: value for value, word in ENGAGED_WORDS.items()}

    def build() -> MemberStates:
        shape = (len(rows) // max(1, len(participants)), len(participants))
        engaged = [number[row["engaged"]] for row in rows]
        camp = [int(row["camp"] or NO_CAMP) for row in rows]
        if [row["participant"] for row in rows] != list(participants) * shape[0]:
            raise UsageError("its participants are not those of the session")
        return MemberStates(
            participants=participants,
            start_s=start_s,
            engaged=np.array(engaged, dtype=np.int8).reshape(shape),
            camp=np.array(camp, dtype=np.int8).reshape(shape),
        )

    return _sound(path, build)


def read_states(folder: Path) -> tuple[GroupState, ...]:
    """Return the kinds of group over time, in the order in which they were written.

    Raises
    ------
    UnreadableSessionError : the table is damaged.
    """
    path = folder / STATES_FILE
    rows = read_csv(path, STATES_COLUMNS)
    return _sound(path, lambda: tuple(_state(row) for row in rows))


def _state(row: Table) -> GroupState:
    measures: tuple[Measure, ...] = get_args(Measure)
    return GroupState(
        kind=_one_of(row["kind"], GROUP_KINDS),
        measure=_one_of(row["measure"], measures),
        participants=_split(row["participants"]),
        start_s=float(row["start"]),
        end_s=float(row["end"]),
        effect=cell_to_float(row["effect"]),
        low=cell_to_float(row["low"]),
        high=cell_to_float(row["high"]),
        p=cell_to_float(row["p"]),
        n_windows=int(row["n_windows"]),
        reason=row["reason"],
    )


def _split(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(";")) if cell else ()


def read_events(folder: Path) -> tuple[Event, ...]:
    """Return the events in the order in which they were written.

    Raises
    ------
    UnreadableSessionError : the table is damaged.
    """
    path = folder / EVENTS_FILE
    rows = read_csv(path, EVENTS_COLUMNS)
    return _sound(path, lambda: tuple(_event(row) for row in rows))


def _event(row: Table) -> Event:
    kinds: tuple[EventKind, ...] = get_args(EventKind)
    return Event(
        kind=_one_of(row["kind"], kinds),
        start_s=float(row["start"]),
        end_s=float(row["end"]),
        participants=_split(row["participants"]),
        from_label=_one_of(row["from"], EMOTIONS),
        to_label=_one_of(row["to"], EMOTIONS),
        strength=cell_to_float(row["strength"]),
        reason=row["reason"],
    )


def read_participants(folder: Path) -> tuple[ParticipantFacts, ...]:
    """Return who was seen.

    Raises
    ------
    UnreadableSessionError : the table is damaged.
    """
    path = folder / PARTICIPANTS_FILE
    rows = read_csv(path, PARTICIPANTS_COLUMNS)
    return _sound(path, lambda: tuple(_participant(row) for row in rows))


def _participant(row: Table) -> ParticipantFacts:
    return ParticipantFacts(
        participant=row["participant"],
        name=row["name"],
        tile_row=int(row["tile_row"]) if row["tile_row"] else None,
        tile_column=int(row["tile_column"]) if row["tile_column"] else None,
        first_s=float(row["first_s"]) if row["first_s"] else None,
        last_s=float(row["last_s"]) if row["last_s"] else None,
        visible_share=cell_to_float(row["visible_share"]),
    )


def _one_of(given: str, allowed: tuple[Value, ...]) -> Value:
    for option in allowed:
        if option == given:
            return option
    raise UsageError(f"{given!r} is not one of {', '.join(map(str, allowed))}")


def _sound(path: Path, build: Callable[[], Value]) -> Value:
    """Return what ``build`` makes of a table; values that make no sense are damage."""
    try:
        return build()
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise damaged_table(path, str(error).rstrip(".")) from error
