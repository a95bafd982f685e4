"""Read a session: what it is at once, its tables when they are asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from groupaffect.errors import UnreadableSessionError, sentence
from groupaffect.session.analysis_reading import (
    read_events,
    read_fusion,
    read_groups,
    read_members,
    read_participants,
    read_signals,
    read_states,
)
from groupaffect.session.columns import FACES_FILE, FILES, RECORD_FILE, SINCE_SCHEMA, STATES_FILE
from groupaffect.session.csv_tables import damaged_table
from groupaffect.session.face_reading import iterate_readings
from groupaffect.session.face_table import has_embeddings
from groupaffect.session.history import lacks_overlay
from groupaffect.session.record import SessionRecord, record_from_dict
from groupaffect.types import (
    Analysis,
    EmotionSignal,
    Event,
    FusionTrace,
    GroupSignal,
    GroupState,
    MemberStates,
    ModelScores,
    ObservedStretch,
    ParticipantFacts,
)

OVERLAY_GONE = (
    "The overlay video showed the result before the last reanalysis and is in the session's "
    "history; make it again."
)


@dataclass(frozen=True)
class Session:
    """A finished session folder; each table is read once, when it is first asked for.

    Attributes
    ----------
    path : the folder.
    record : media, settings, versions, models, context and consent.
    facts : what ``session.json`` keeps of the analysis beside the tables.
    """

    path: Path
    record: SessionRecord
    facts: dict[str, Any]

    @property
    def analysed_s(self) -> float:
        """Seconds of the media between the start and the end of what was analysed."""
        end_s = self.record.analysed_end_s
        end_s = self.facts["duration_s"] if end_s is None else end_s
        return max(0.0, float(end_s) - self.record.analysed_start_s)

    @property
    def faces(self) -> Any:  # noqa: ANN401  (pyarrow.Table; pyarrow carries no types)
        """The per-frame table as a ``pyarrow.Table``; for long media see ``iterate_faces``."""
        with _reading(self.path / FACES_FILE) as file:
            return _guarded(self.path / FACES_FILE, file.read)

    def iterate_faces(self, columns: Sequence[str] | None = None) -> Iterator[Any]:
        """Yield the per-frame table one row group at a time, as ``pyarrow.Table``.

        Raises
        ------
        UnreadableSessionError : the table is damaged.
        """
        path = self.path / FACES_FILE
        wanted = None if columns is None else list(columns)
        with _reading(path) as file:
            for group in range(file.num_row_groups):
                yield _guarded(path, partial(file.read_row_group, group, columns=wanted))

    @cached_property
    def signals(self) -> tuple[EmotionSignal, ...]:
        """Each participant's expressions by source, one row a second."""
        return read_signals(self.path, start_s=self.facts["signals_start_s"])

    @cached_property
    def fusion(self) -> FusionTrace:
        """The weights of the two models over time."""
        low, high = self.facts["fusion_clamp"]
        participants = tuple(self.facts["fusion_participants"])
        return read_fusion(self.path, participants=participants, clamp=(low, high))

    @cached_property
    def groups(self) -> tuple[GroupSignal, ...]:
        """The group's expression, for each kind of members that was computed."""
        return read_groups(self.path, facts=self.facts["groups"])

    @property
    def group(self) -> GroupSignal:
        """The expression of all visible members."""
        for group in self.groups:
            if group.members == "all":
                return group
        message = sentence(
            wanted="the session needs the group of all members",
            got="none",
            remedy=f"analyse the recording again with --force: {self.path}",
        )
        raise UnreadableSessionError(message)

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Changes of the group, of one member, and those that were dismissed."""
        return read_events(self.path)

    @cached_property
    def states(self) -> tuple[GroupState, ...]:
        """What kind of group it was, over time; none in sessions of schema 1."""
        if self.record.schema_version < SINCE_SCHEMA[STATES_FILE]:
            return ()
        return read_states(self.path)

    @cached_property
    def members(self) -> MemberStates:
        """Who is engaged, and in which camp, by second."""
        people = tuple(facts.participant for facts in self.participants)
        start_s = self.facts["signals_start_s"]
        return read_members(self.path, participants=people, start_s=start_s)

    @cached_property
    def participants(self) -> tuple[ParticipantFacts, ...]:
        """Who was seen, where and how much."""
        return read_participants(self.path)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What people should know: the analysis's warnings, and whether an overlay is missing."""
        gone = (OVERLAY_GONE,) if lacks_overlay(self.path) else ()
        return (*self.facts["warnings"], *gone)

    @property
    def lasting_warnings(self) -> tuple[str, ...]:
        """Warnings that stay true when the session is analysed again from its frame table."""
        # The first sessions did not tell them apart: a warning too many is better than one lost.
        return tuple(self.facts.get("lasting_warnings", self.facts["warnings"]))

    @property
    def has_embeddings(self) -> bool:
        """Whether the frame table keeps what the models' last layers saw."""
        path = self.path / FACES_FILE
        return bool(_guarded(path, lambda: has_embeddings(path)))

    def iterate_readings(
        self, *, with_embeddings: bool = False
    ) -> Iterator[tuple[ObservedStretch, ModelScores, ModelScores]]:
        """Yield what both models read, frame by frame, some seconds at a time.

        Stretches that count as not analysed (``record.excluded``) are among them, and profiles
        of persons are not applied.

        Raises
        ------
        UnreadableSessionError : the table is damaged.
        """
        yield from iterate_readings(self.path / FACES_FILE, with_embeddings=with_embeddings)

    def analysis(self) -> Analysis:
        """Return everything per second, as the pipeline made it.

        Numbers have passed through float32 (signals) or 6 significant digits (CSV).
        """
        return Analysis(
            participants=self.participants,
            n_frames=self.facts["n_frames"],
            duration_s=self.facts["duration_s"],
            signals=self.signals,
            fusion=self.fusion,
            groups=self.groups,
            events=self.events,
            states=self.states,
            members=self.members,
            warnings=tuple(self.facts["warnings"]),
            stage_wall_s=dict(self.facts["stage_wall_s"]),
            lasting_warnings=self.lasting_warnings,
        )


def load_session(path: Path | str) -> Session:
    """Open a session folder without reading its tables yet.

    Raises
    ------
    UnreadableSessionError : not a session, a table is missing, or written by a newer version.
    """
    folder = Path(path).absolute()
    values = _read_json(folder / RECORD_FILE)
    record = record_from_dict(values)
    due = [name for name in FILES if SINCE_SCHEMA.get(name, 1) <= record.schema_version]
    missing = [name for name in due if not (folder / name).is_file()]
    facts = values.get("analysis")
    wanted = {"n_frames", "duration_s", "signals_start_s", "fusion_participants", "fusion_clamp"}
    wanted |= {"groups", "warnings", "stage_wall_s"}
    if missing or not isinstance(facts, dict) or not wanted <= facts.keys():
        message = sentence(
            wanted="a session folder must be whole",
            got=f"one without {', '.join(missing) or 'its analysis in session.json'}",
            remedy=f"analyse the recording again with --force: {folder}",
        )
        raise UnreadableSessionError(message)
    return Session(folder, record, facts)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        got = "a folder without one" if path.parent.is_dir() else "no such folder"
        raise _no_session(path, got) from error
    except PermissionError as error:
        message = sentence(
            wanted=f"`{path.name}` of the session must be readable",
            got="no permission to read it",
            remedy=f"ask for it: {path.parent}",
        )
        raise UnreadableSessionError(message) from error
    except OSError as error:
        raise _no_session(path, error.strerror or str(error)) from error
    except ValueError as error:
        raise _no_session(path, "a damaged one") from error
    if not isinstance(values, dict):
        raise _no_session(path, "a damaged one")
    return values


def _no_session(path: Path, got: str) -> UnreadableSessionError:
    return UnreadableSessionError(
        sentence(
            wanted=f"a session is a folder with `{path.name}`",
            got=got,
            remedy=f"choose the folder that `groupaffect analyze` wrote: {path.parent}",
        )
    )


def _reading(path: Path) -> Any:  # noqa: ANN401  (pyarrow.parquet.ParquetFile)
    return _guarded(path, lambda: pq.ParquetFile(path))


def _guarded(path: Path, read: Callable[[], Any]) -> Any:  # noqa: ANN401
    try:
        return read()
    except (OSError, pa.ArrowException) as error:
        raise damaged_table(path, str(error).splitlines()[0].rstrip(".")) from error
