"""What goes into a session comes out of it."""

from __future__ import annotations

import csv
import itertools
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaffect.errors import UnreadableSessionError
from groupaffect.session import SessionWriter, load_session
from groupaffect.session.columns import (
    EVENTS_COLUMNS,
    FACES_COLUMNS,
    FILES,
    FUSION_COLUMNS,
    GROUP_COLUMNS,
    MEMBERS_COLUMNS,
    PARTICIPANTS_COLUMNS,
    STATES_COLUMNS,
)
from groupaffect.session.csv_tables import cell_to_float, time_to_cell
from groupaffect.session.record import record_from_dict, record_to_dict
from groupaffect.types import Analysis, GroupState, ObservedStretch
from reference.random_session import (
    make_analysis,
    make_empty_analysis,
    make_record,
    make_rows,
    make_unreadable_analysis,
    write_session,
)

FLOAT32 = 1e-6  # relative; of signals.parquet
CSV = 1e-5  # relative; 6 significant digits


def read_lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def assert_same(found: Analysis, wanted: Analysis) -> None:
    assert len(found.signals) == len(wanted.signals)
    for one, other in zip(found.signals, wanted.signals, strict=True):
        assert (one.participant, one.source, one.start_s) == (
            other.participant,
            other.source,
            other.start_s,
        )
        for name in ("probability", "coverage", "quality"):
            np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=FLOAT32)
    for one, other in zip(found.groups, wanted.groups, strict=True):
        for name in ("members", "start_s", "n_bins_kept"):
            assert getattr(one, name) == getattr(other, name)
        np.testing.assert_equal(one.energy_kept, other.energy_kept)
        np.testing.assert_array_equal(one.n_visible, other.n_visible)
        for name in (
            "mean",
            "denoised",
            "dispersion",
            "polarisation",
            "polarisation_chance",
            "n_engaged",
        ):
            np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=CSV)
    for name in ("window_start_s", "window_end_s", "n_changes", "reason"):
        np.testing.assert_array_equal(getattr(found.fusion, name), getattr(wanted.fusion, name))
    np.testing.assert_allclose(found.fusion.weight, wanted.fusion.weight, rtol=CSV)
    assert found.fusion.participants == wanted.fusion.participants
    assert found.fusion.clamp == wanted.fusion.clamp
    for event, other in zip(found.events, wanted.events, strict=True):
        assert event.strength == pytest.approx(other.strength, rel=CSV)
        assert replace(event, strength=0.0) == replace(other, strength=0.0)
    for state, other_state in zip(found.states, wanted.states, strict=True):
        np.testing.assert_allclose(_numbers(state), _numbers(other_state), rtol=CSV)
        assert _words(state) == _words(other_state)
    np.testing.assert_array_equal(found.members.engaged, wanted.members.engaged)
    np.testing.assert_array_equal(found.members.camp, wanted.members.camp)
    assert found.members.participants == wanted.members.participants
    assert found.participants == wanted.participants
    for name in ("n_frames", "duration_s", "warnings", "stage_wall_s"):
        assert getattr(found, name) == getattr(wanted, name)


def _numbers(state: GroupState) -> list[float]:
    return [state.start_s, state.end_s, state.effect, state.low, state.high, state.p]


def _words(state: GroupState) -> tuple[object, ...]:
    return (state.kind, state.measure, state.participants, state.n_windows, state.reason)


@pytest.mark.parametrize(
    "analysis",
    [
        pytest.param(make_analysis(), id="four people"),
        pytest.param(make_analysis(n_participants=1, n_s=1), id="one person, one second"),
        pytest.param(make_empty_analysis(), id="nobody"),
        pytest.param(make_unreadable_analysis(), id="nobody readable"),
    ],
)
def test_analysis_from_folder_equals_analysis(tmp_path: Path, analysis: Analysis) -> None:
    assert_same(write_session(tmp_path / "s", analysis).analysis(), analysis)


def test_session_folder_holds_exactly_the_promised_files_and_columns(tmp_path: Path) -> None:
    session = write_session(tmp_path / "s", make_analysis())
    assert sorted(path.name for path in session.path.iterdir()) == sorted(FILES)
    promised = {
        "fusion.csv": FUSION_COLUMNS,
        "group.csv": GROUP_COLUMNS,
        "members.csv": MEMBERS_COLUMNS,
        "events.csv": EVENTS_COLUMNS,
        "states.csv": STATES_COLUMNS,
        "participants.csv": PARTICIPANTS_COLUMNS,
    }
    for name, columns in promised.items():
        assert (session.path / name).read_bytes().splitlines()[0].decode() == ",".join(columns)
        assert b"\r" not in (session.path / name).read_bytes()
    assert tuple(session.faces.column_names) == FACES_COLUMNS
    assert session.path.stat().st_mode & 0o055 == 0o055, "colleagues may read it"


def test_group_table_leaves_unknown_cells_empty(tmp_path: Path) -> None:
    session = write_session(tmp_path / "s", make_empty_analysis(n_s=2))
    rows = list(csv.DictReader(read_lines(session.path / "group.csv")))
    assert [(row["second"], row["members"]) for row in rows] == [
        *(("0", "all"), ("1", "all"), ("0", "engaged"), ("1", "engaged"))
    ]
    assert {row[name] for row in rows for name in ("happy", "dominant", "n_engaged")} == {""}
    assert {row["n_visible"] for row in rows} == {"0"}


def test_members_table_has_every_second_and_participant(tmp_path: Path) -> None:
    session = write_session(tmp_path / "s", make_analysis(n_participants=3, n_s=7))
    rows = list(csv.DictReader(read_lines(session.path / "members.csv")))
    wanted = [(str(second), f"P{n}") for second in range(7) for n in (1, 2, 3)]
    assert [(row["second"], row["participant"]) for row in rows] == wanted
    assert {row["engaged"] for row in rows} == {"yes", "no", "undetermined"}
    assert {row["camp"] for row in rows} == {"", "0", "1"}


def test_group_table_gives_every_second_with_and_without_the_unengaged(tmp_path: Path) -> None:
    session = write_session(tmp_path / "s", make_analysis(n_participants=3, n_s=8))
    rows = list(csv.DictReader(read_lines(session.path / "group.csv")))
    wanted = [(members, str(second)) for members in ("all", "engaged") for second in range(8)]
    assert [(row["members"], row["second"]) for row in rows] == wanted
    engaged = [row for row in rows if row["members"] == "engaged"]
    assert [row["n_engaged"] for row in engaged] == ["0"] * 2 + ["2"] * 6


def test_states_table_names_members_and_leaves_unknown_numbers_empty(tmp_path: Path) -> None:
    session = write_session(tmp_path / "s", make_analysis(n_participants=2, n_s=20))
    rows = list(csv.DictReader(read_lines(session.path / "states.csv")))
    assert [row["participants"] for row in rows] == ["", "", "", "P1", "P2"]
    assert (rows[2]["kind"], rows[2]["p"], rows[2]["n_windows"]) == ("insufficient_data", "", "3")
    assert (rows[0]["start"], rows[0]["end"], rows[0]["p"]) == ("0", "10", "0.004")


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        pytest.param("states.csv", "synchronous", "in step", id="unknown-kind"),
        pytest.param("states.csv", ",10,a", ",ten,a", id="no-number"),
        pytest.param("members.csv", ",yes,", ",perhaps,", id="unknown-word"),
        pytest.param("members.csv", "3,P2,", "3,P9,", id="stranger"),
    ],
)
def test_damaged_states_and_members_say_which_table(
    tmp_path: Path, name: str, old: str, new: str
) -> None:
    session = write_session(tmp_path / "s", make_analysis(n_participants=2, n_s=20))
    path = session.path / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(UnreadableSessionError, match=f"whole table `{name}`"):
        load_session(session.path).analysis()


def test_session_of_the_first_schema_is_read_without_kinds_of_group(tmp_path: Path) -> None:
    session = write_session(tmp_path / "s", make_analysis(n_participants=2, n_s=20))
    (session.path / "states.csv").unlink()
    with pytest.raises(UnreadableSessionError, match=r"without states\.csv"):
        load_session(session.path)
    record = session.path / "session.json"
    values = json.loads(record.read_text())
    record.write_text(json.dumps(values | {"schema_version": 1}))
    old = load_session(session.path)
    assert old.states == ()
    assert old.analysis().participants == session.participants


def test_fusion_table_repeats_the_groups_changes_for_each_member(tmp_path: Path) -> None:
    analysis = make_analysis(n_participants=3, n_s=30)
    session = write_session(tmp_path / "s", analysis)
    rows = list(csv.DictReader(read_lines(session.path / "fusion.csv")))
    wanted = np.repeat(analysis.fusion.group_n_changes, 3)
    assert [float(row["group_n_changes"]) for row in rows] == pytest.approx(wanted, 1e-5)


def test_record_from_json_equals_record() -> None:
    record = make_record()
    assert record_from_dict(json.loads(json.dumps(record_to_dict(record)))) == record


def test_equal_input_gives_equal_bytes_however_the_rows_arrive(tmp_path: Path) -> None:
    whole = make_rows(range(60), ("P1", "P2"))
    for name, cuts in (("a", [0, 120]), ("b", [0, 2, 50, 120])):
        with SessionWriter(tmp_path / name) as writer:
            for first, end in itertools.pairwise(cuts):
                chosen = np.arange(first, end)
                scores = [
                    replace(
                        s,
                        time_s=s.time_s[chosen],
                        participant=s.participant[chosen],
                        probability=s.probability[chosen],
                    )
                    for s in whole[1:]
                ]
                faces = whole[0].where(chosen)
                index = np.unique(faces.frame_index)
                writer.write_stretch(ObservedStretch(index, index / 25, faces), *scores)
            writer.finish(make_analysis(n_participants=2), make_record())
    for name in FILES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_faces_iterated_equal_faces_read_at_once(tmp_path: Path) -> None:
    session = write_session(tmp_path / "s", make_analysis())
    parts = list(session.iterate_faces(["frame", "success"]))
    assert [n for part in parts for n in part["frame"].to_pylist()] == session.faces[
        "frame"
    ].to_pylist()
    assert parts[0].column_names == ["frame", "success"]


def test_loading_reads_no_table(tmp_path: Path) -> None:
    session = write_session(tmp_path / "s", make_analysis())
    (session.path / "signals.parquet").write_bytes(b"broken")
    assert load_session(session.path).record.context == "research"


@given(st.floats(min_value=0, max_value=1e6, allow_nan=False))
def test_time_cell_is_plain_and_lossless(time_s: float) -> None:
    assert "e" not in time_to_cell(time_s)
    assert cell_to_float(time_to_cell(time_s)) == time_s


def test_warnings_and_times_stand_once_in_the_record(tmp_path: Path) -> None:
    session = write_session(tmp_path / "s", make_analysis(n_s=5))
    values = json.loads((session.path / "session.json").read_text())
    assert not {"warnings", "stage_wall_s"} & values.keys()
    assert {"warnings", "stage_wall_s"} <= values["analysis"].keys()


def test_record_with_keys_of_an_older_version_is_read() -> None:
    values = record_to_dict(make_record()) | {"warnings": ["old"], "stage_wall_s": {"media": 1.0}}
    assert record_from_dict(values) == make_record()


def test_analysed_seconds_leave_out_what_came_before_the_start(tmp_path: Path) -> None:
    whole = write_session(tmp_path / "s", make_analysis(n_s=5))
    assert whole.analysed_s == 5.0
    record = replace(whole.record, analysed_start_s=3600.0, analysed_end_s=3610.0)
    assert replace(whole, record=record).analysed_s == 10.0
