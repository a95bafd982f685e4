"""People who are hardly there, or never change: a proper answer each, in values and in tables."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from groupaffect.pipeline import analyse_stored
from groupaffect.reading_fold import Reading
from groupaffect.report.unmeasured import list_unmeasured
from groupaffect.session import Session, SessionWriter, load_session
from groupaffect.types import (
    UNDETERMINED,
    Analysis,
    FaceObservations,
    ModelScores,
    ObservedStretch,
    ParticipantFacts,
)
from reference.random_expressions import random_members
from reference.random_session import make_record

N_S = 400  # long enough for every test of the kinds of group
Members = np.ndarray  # (t, p, 7), NaN where a member is not seen


def changing(n_members: int, n_s: int = N_S) -> Members:
    rng = np.random.default_rng(n_members)
    return random_members(rng, n_seconds=n_s, n_members=n_members, unseen=0.0)


def never_visible() -> Members:
    members = changing(3)
    members[:, 1] = np.nan
    return members


def mostly_missing() -> Members:
    members = changing(2)
    members[np.arange(N_S) % 10 > 0, 1] = np.nan
    return members


def read(members: Members) -> Reading:
    """Return one frame a second, read alike by both models."""
    n_s, n_members, _ = members.shape
    second = np.repeat(np.arange(n_s), n_members)
    names = np.array([f"P{k + 1}" for k in range(n_members)] * n_s, dtype="<U8")
    probability = members.reshape(-1, 7)
    seen = ~np.isnan(probability[:, 0])
    number = np.where(seen, 0.9, np.nan)
    faces = FaceObservations(
        frame_index=second,
        time_s=second.astype(float),
        participant=names,
        box_xyxy_px=np.full((len(second), 4), np.nan),
        landmark_xy_px=np.full((len(second), 68, 2), np.nan),
        detection_confidence=number,
        quality=number,
        success=seen,
    )
    image, landmark = (
        ModelScores(model, faces.time_s, names, probability) for model in ("image", "landmark")
    )
    return ObservedStretch(np.arange(n_s), np.arange(n_s, dtype=float), faces), image, landmark


def analyse(members: Members) -> tuple[Reading, Analysis]:
    n_s, n_members, _ = members.shape
    reading = read(members)
    people = tuple(
        ParticipantFacts(f"P{k + 1}", f"P{k + 1}", 1, k + 1, None, None, 0.0)
        for k in range(n_members)
    )
    settings = make_record().settings
    return reading, analyse_stored([reading], settings, end_s=float(n_s), participants=people)


def write(folder: Path, members: Members) -> Session:
    reading, analysis = analyse(members)
    with SessionWriter(folder) as writer:
        writer.write_stretch(*reading)
        writer.finish(analysis, make_record(n_s=float(len(members))))
    return load_session(folder)


def rows_of(session: Session, name: str) -> list[dict[str, str]]:
    with (session.path / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


ODD: dict[str, Callable[[], Members]] = {
    "never-visible": never_visible,
    "all-missing": lambda: np.full((N_S, 3, 7), np.nan),
    "constant": lambda: np.full((N_S, 3, 7), 1 / 7),
    "one-second": lambda: changing(3, 1),
    "mostly-missing": mostly_missing,
    "one-person": lambda: changing(1),
    "one-person-one-second": lambda: changing(1, 1),
    "nobody": lambda: np.empty((5, 0, 7)),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_group_has_whole_tables_and_reads_back(tmp_path: Path, name: str) -> None:
    """Warnings are errors here, so there is none either."""
    members = ODD[name]()
    n_s, n_members, _ = members.shape
    session = write(tmp_path / "s", members)
    assert len(rows_of(session, "group.csv")) == 2 * n_s
    assert len(rows_of(session, "members.csv")) == n_s * n_members
    states = rows_of(session, "states.csv")
    assert {row["kind"] for row in states} <= {"insufficient_data", "undetermined", "unengaged"}
    for row in states:
        assert row["reason"]
        assert (row["p"] == "") == (row["effect"] == ""), "a p without an effect, or none with one"
    found = session.analysis()
    assert found.members.participants == tuple(f"P{k + 1}" for k in range(n_members))
    assert len(found.states) == len(states)
    assert list_unmeasured(session)


def test_one_person_has_own_results_and_the_group_parts_say_why_not(tmp_path: Path) -> None:
    session = write(tmp_path / "s", changing(1))
    assert any(event.kind == "individual" for event in session.events)
    group = next(state for state in session.states if not state.participants)
    assert group.kind == "insufficient_data"
    assert "fewer than two members" in group.reason
    text = " ".join(list_unmeasured(session))
    assert "there is only one participant" in text
    assert group.reason in text
    rows = rows_of(session, "group.csv")
    assert {row["happy"] for row in rows if row["members"] == "engaged"} == {""}
    assert {row["n_engaged"] for row in rows} == {""}


def test_never_visible_member_is_undetermined_and_leaves_the_others_alone(tmp_path: Path) -> None:
    found = write(tmp_path / "a", never_visible()).analysis()
    assert (found.members.engaged[:, 1] == UNDETERMINED).all()
    assert (found.members.camp[:, 1] == -1).all()
    (state,) = [s for s in found.states if s.participants == ("P2",)]
    assert state.kind == "insufficient_data"
    assert np.isnan(state.p)
    others = write(tmp_path / "b", never_visible()[:, [0, 2]]).analysis()
    (with_them, without) = (a.states[0] for a in (found, others))
    assert (with_them.effect, with_them.p) == (without.effect, without.p)


def test_two_people_one_mostly_missing_cannot_be_judged(tmp_path: Path) -> None:
    found = write(tmp_path / "s", mostly_missing()).analysis()
    assert {state.kind for state in found.states} == {"insufficient_data"}
    assert any("seen for 10% of the time" in state.reason for state in found.states)
    assert found.groups[0].n_visible.tolist() == [2 if k % 10 == 0 else 1 for k in range(N_S)]


def test_constant_members_have_no_changes_and_no_p(tmp_path: Path) -> None:
    found = write(tmp_path / "s", np.full((N_S, 3, 7), 1 / 7)).analysis()
    assert found.events == ()
    assert {state.kind for state in found.states} == {"insufficient_data"}
    assert all(np.isnan([state.p, state.effect]).all() for state in found.states)
    np.testing.assert_allclose(found.groups[0].mean, 1 / 7, atol=1e-5)


def test_people_in_step_are_engaged_and_their_group_stands_twice(tmp_path: Path) -> None:
    """Three change together, the fourth by themselves: the engaged group is the three."""
    rng = np.random.default_rng(8)
    together = random_members(rng, n_seconds=N_S * 2, n_members=1, unseen=0.0)
    alone = random_members(rng, n_seconds=N_S * 2, n_members=1, unseen=0.0)
    members = np.concatenate([together, together, together, alone], axis=1)
    session = write(tmp_path / "s", members)
    group = next(state for state in session.states if not state.participants)
    assert group.kind == "synchronous"
    assert group.low > 0
    assert group.p <= 0.05
    assert {
        row["engaged"] for row in rows_of(session, "members.csv") if row["participant"] < "P4"
    } == {"yes"}
    everybody, engaged = session.groups
    assert (engaged.n_engaged == 3).all()
    np.testing.assert_allclose(engaged.mean, together[:, 0], atol=1e-5)
    np.testing.assert_allclose(everybody.mean, members.mean(axis=1), atol=1e-5)
