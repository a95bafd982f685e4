"""An ``Analysis`` as tables: signals.parquet and the CSV files."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from groupaffect.session.columns import (
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
from groupaffect.session.csv_tables import time_to_cell, write_csv
from groupaffect.types import (
    EMOTIONS,
    NO_CAMP,
    Analysis,
    EmotionSignal,
    FusionTrace,
    GroupSignal,
    GroupState,
    MemberStates,
)

Row = list[Any]

_SIGNAL_TYPES = {"second": pa.int64(), "participant": pa.string(), "source": pa.string()}
SIGNALS_SCHEMA = pa.schema(
    [(name, _SIGNAL_TYPES.get(name, pa.float32())) for name in SIGNALS_COLUMNS]
)


def write_analysis(folder: Path, analysis: Analysis) -> None:
    """Write all per-second tables of an analysis into a folder."""
    _write_signals(folder / SIGNALS_FILE, analysis.signals)
    write_csv(folder / FUSION_FILE, FUSION_COLUMNS, _fusion_rows(analysis.fusion))
    write_csv(
        folder / GROUP_FILE,
        GROUP_COLUMNS,
        (row for group in analysis.groups for row in _group_rows(group)),
    )
    write_csv(folder / MEMBERS_FILE, MEMBERS_COLUMNS, _member_rows(analysis.members))
    write_csv(folder / STATES_FILE, STATES_COLUMNS, _state_rows(analysis.states))
    write_csv(folder / EVENTS_FILE, EVENTS_COLUMNS, _event_rows(analysis))
    write_csv(folder / PARTICIPANTS_FILE, PARTICIPANTS_COLUMNS, _participant_rows(analysis))


def analysis_to_dict(analysis: Analysis) -> dict[str, Any]:
    """Return what no table has a column for, as plain values for JSON (NaN as None)."""
    return {
        "n_frames": analysis.n_frames,
        "duration_s": analysis.duration_s,
        "signals_start_s": analysis.signals[0].start_s if analysis.signals else 0.0,
        "fusion_participants": list(analysis.fusion.participants),
        "fusion_clamp": list(analysis.fusion.clamp),
        "groups": [_group_facts(group) for group in analysis.groups],
        "warnings": list(analysis.warnings),
        "stage_wall_s": dict(analysis.stage_wall_s),
        "lasting_warnings": list(analysis.lasting_warnings),
    }


def _group_facts(group: GroupSignal) -> dict[str, Any]:
    energy = None if math.isnan(group.energy_kept) else group.energy_kept
    return {
        "members": group.members,
        "start_s": group.start_s,
        "energy_kept": energy,
        "n_bins_kept": group.n_bins_kept,
    }


def _seconds(start_s: float, n_rows: int) -> np.ndarray:
    return math.floor(start_s + 1e-6) + np.arange(n_rows)


def _write_signals(path: Path, signals: tuple[EmotionSignal, ...]) -> None:
    tables = [_signal_table(signal) for signal in signals]
    table = pa.concat_tables([SIGNALS_SCHEMA.empty_table(), *tables])
    pq.write_table(table, path, compression="zstd", use_dictionary=["participant", "source"])


def _signal_table(signal: EmotionSignal) -> Any:  # noqa: ANN401
    n_rows = len(signal)
    columns: dict[str, Any] = {
        "second": _seconds(signal.start_s, n_rows),
        "participant": [signal.participant] * n_rows,
        "source": [signal.source] * n_rows,
        "coverage": _as_float32(signal.coverage),
        "quality": _as_float32(signal.quality),
    }
    probability = _as_float32(signal.probability).T.copy()
    columns |= dict(zip(EMOTIONS, probability, strict=True))
    return pa.table({name: columns[name] for name in SIGNALS_COLUMNS}, schema=SIGNALS_SCHEMA)


def _as_float32(values: np.ndarray) -> np.ndarray:
    """Return values with one kind of NaN: that of 0 / 0 has another sign, so other bytes."""
    return np.where(np.isnan(values), np.nan, values).astype(np.float32)


def _fusion_rows(trace: FusionTrace) -> Iterator[Row]:
    for window, (start_s, end_s) in enumerate(
        zip(trace.window_start_s, trace.window_end_s, strict=True)
    ):
        for member, participant in enumerate(trace.participants):
            yield [
                *(time_to_cell(start_s), time_to_cell(end_s), participant),
                *trace.weight[window, member],
                *(trace.n_changes[window, member], trace.group_n_changes[window]),
                trace.reason[window, member],
            ]


def _group_rows(group: GroupSignal) -> Iterator[Row]:
    for row, second in enumerate(_seconds(group.start_s, len(group))):
        dominant = [EMOTIONS[k] for k in np.flatnonzero(group.dominant[row])]
        yield [
            *(second, group.members, *group.mean[row], *group.denoised[row]),
            ";".join(dominant),
            *(group.dispersion[row], group.polarisation[row], group.n_visible[row]),
            *(group.n_engaged[row], group.polarisation_chance[row]),
        ]


def _member_rows(members: MemberStates) -> Iterator[Row]:
    for row, second in enumerate(_seconds(members.start_s, len(members))):
        for place, participant in enumerate(members.participants):
            camp = int(members.camp[row, place])
            engaged = ENGAGED_WORDS[int(members.engaged[row, place])]
            yield [second, participant, engaged, None if camp == NO_CAMP else camp]


def _state_rows(states: tuple[GroupState, ...]) -> Iterator[Row]:
    for state in states:
        yield [
            *(time_to_cell(state.start_s), time_to_cell(state.end_s), state.kind, state.measure),
            ";".join(state.participants),
            *(state.effect, state.low, state.high, state.p, state.n_windows, state.reason),
        ]


def _event_rows(analysis: Analysis) -> Iterator[Row]:
    for event in analysis.events:
        yield [
            *(time_to_cell(event.start_s), time_to_cell(event.end_s), event.kind),
            *(";".join(event.participants), event.from_label, event.to_label),
            *(event.strength, event.reason),
        ]


def _participant_rows(analysis: Analysis) -> Iterator[Row]:
    for facts in analysis.participants:
        yield [
            *(facts.participant, facts.name, facts.tile_row, facts.tile_column),
            *(time_to_cell(facts.first_s), time_to_cell(facts.last_s), facts.visible_share),
        ]
