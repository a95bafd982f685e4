from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from groupaffect.errors import StudyError, UsageError
from groupaffect.evaluation.across_sessions.contrasts import to_contrasts
from groupaffect.evaluation.across_sessions.covariates import read_covariates
from groupaffect.evaluation.across_sessions.measures import StudiedSession, measure_session
from groupaffect.evaluation.across_sessions.study import AcrossSessions, study_sessions
from groupaffect.evaluation.across_sessions.tables import participant_rows, study_to_dict
from groupaffect.session import Session
from reference.studied_sessions import write_studied_session

N_SESSIONS = 8


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, Session]]:
    """Return eight sessions: in every second one people are happier, and P1 always least."""
    folder = tmp_path_factory.mktemp("study")
    made = []
    for number in range(N_SESSIONS):
        level = 0.6 if number % 2 else 0.2
        share = [level - 0.1, level, level + 0.05 + 0.01 * number]
        name = f"day/s{number}"
        made.append((name, write_studied_session(folder / name, happy_share=share, seed=number)))
    return made


@pytest.fixture(scope="module")
def studied(sessions: list[tuple[str, Session]]) -> list[StudiedSession]:
    return [measure_session(session, name=name) for name, session in sessions[:3]]


@pytest.fixture(scope="module")
def study(
    sessions: list[tuple[str, Session]], tmp_path_factory: pytest.TempPathFactory
) -> AcrossSessions:
    path = tmp_path_factory.mktemp("covariates") / "c.csv"
    lines = ["session,participant,task,role"]
    for number in range(N_SESSIONS):
        task = "play" if number % 2 else "work"
        lines += [f"s{number},P{k},{task},{'lead' if k == 1 else 'other'}" for k in (1, 2, 3)]
    path.write_text("\n".join(lines))
    return study_sessions(sessions, covariates=path, measures=["positive", "negative"])


def test_known_effects_are_found_at_their_level(study: AcrossSessions) -> None:
    found = {(one.covariate, one.level, one.measure): one for one in study.tests}
    task = found["task", "between sessions", "positive"]
    assert task.contrast == "task: work (not play)"
    assert task.found.slope == pytest.approx(-0.4, abs=0.03)
    assert (task.found.n_sessions, task.found.p) == (8, pytest.approx(2 / 70))
    role = found["role", "within sessions", "positive"]
    assert role.contrast == "role: other (not lead)"
    assert role.found.slope == pytest.approx(0.14, abs=0.03)  # mean of .1 and .15 to .22
    assert role.found.low > 0
    assert (role.found.n_sessions, role.found.n) == (8, 24)
    # every session has one lead, so sessions do not differ in it, and a task is its sessions'
    assert {(c, level) for c, level, _ in found} == {
        ("task", "between sessions"),
        ("role", "within sessions"),
    }
    assert found["task", "between sessions", "negative"].found.why_not == (
        "the measure does not vary"
    )


def test_q_is_p_corrected_for_all_that_was_tested(study: AcrossSessions) -> None:
    p = sorted(one.found.p for one in study.tests if not math.isnan(one.found.p))
    assert len(p) == 2
    q = sorted(one.q for one in study.tests if not math.isnan(one.q))
    assert q == pytest.approx([min(2 * p[0], p[1]), p[1]])


def test_table_has_a_row_for_each_participant_and_session(study: AcrossSessions) -> None:
    rows = participant_rows(study)
    assert len(rows) == 24
    assert (rows[3]["session"], rows[3]["participant"]) == ("day/s1", "P1")
    assert (rows[3]["task"], rows[3]["role"], rows[4]["role"]) == ("play", "lead", "other")
    assert rows[3]["positive"] == pytest.approx(0.5, abs=0.01)


def test_icc_is_told_only_of_measures_that_members_do_not_share(study: AcrossSessions) -> None:
    assert study.spreads["positive"].intraclass.icc > 0.7
    assert study.spreads["agreement"].intraclass.why_not == "members share it by construction"


def test_order_of_sessions_does_not_matter(
    sessions: list[tuple[str, Session]], study: AcrossSessions, tmp_path: Path
) -> None:
    backwards = study_sessions(sessions[::-1])
    for name, spread in study.spreads.items():
        assert backwards.spreads[name].mean == pytest.approx(spread.mean, nan_ok=True)
        icc = spread.intraclass.icc
        assert backwards.spreads[name].intraclass.icc == pytest.approx(icc, nan_ok=True)


def test_few_sessions_are_insufficient_data_everywhere(
    sessions: list[tuple[str, Session]], tmp_path: Path
) -> None:
    path = tmp_path / "c.csv"
    path.write_text("session,age\ns0,3\ns1,4\n")
    found = study_sessions(sessions[:2], covariates=path)
    assert all(one.found.why_not for one in found.tests)
    assert all(one.finding.why_not for one in found.pseudo if one.measure == "synchrony")
    assert all(s.intraclass.why_not for s in found.spreads.values())
    assert math.isnan(study_to_dict(found)["associations"][0]["q"])


def test_same_recording_and_same_people_are_said(tmp_path: Path) -> None:
    names = ["Ada", "P2"]
    made = [
        (k, write_studied_session(tmp_path / k, happy_share=[0.5, 0.1], seed=3, names=names))
        for k in ("a", "b")
    ]
    warnings = study_sessions(made).warnings
    assert warnings[0].startswith(
        "people who come again, by names or recordings: 2; the 2 sessions"
    )
    assert "for 1 independent circle," in warnings[0]
    assert "a and b are of one recording: leave out all but one" in warnings[1]


def test_unknown_measure_is_refused(sessions: list[tuple[str, Session]]) -> None:
    with pytest.raises(UsageError, match=r"a measure must be one of .* got 'joy'"):
        study_sessions(sessions[:1], measures=["joy"])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("session,x\ns9,1", "'s9' \\(c.csv, line 2\\)", id="unknown-session"),
        pytest.param("session,participant,x\ns0,P9,1", "in the session day/s0", id="unknown-who"),
        pytest.param("participant,x\nP9,1", "in one of the sessions", id="unknown-anywhere"),
        pytest.param("session,x\ns0,1\nday/s0,2", "day/s0 in lines 2 and 3", id="twice"),
        pytest.param("session,participant,x\ns0,P1,1\ns0,P1,1", "lines 2 and 3", id="who-twice"),
        pytest.param("day,x\ns0,1", "a column `session`", id="no-key"),
        pytest.param("session\ns0", "a column `session`", id="no-covariate"),
        pytest.param("session,x,x\ns0,1,2", "each once", id="same-column"),
        pytest.param("session,\ns0,1", "each once", id="nameless-column"),
        pytest.param("session,happy\ns0,1", "`happy`", id="name-of-a-measure"),
        pytest.param("session,x\ns0", "got 1 \\(c.csv, line 2\\)", id="short-line"),
        pytest.param("session,x\n", "need rows", id="no-rows"),
        pytest.param("", "a column `session`", id="empty"),
    ],
)
def test_wrong_covariates_are_one_sentence(
    studied: list[StudiedSession], tmp_path: Path, text: str, told: str
) -> None:
    path = tmp_path / "c.csv"
    path.write_text(text)
    with pytest.raises(StudyError, match=told):
        read_covariates(path, studied)


def test_no_file_and_no_text_are_said(studied: list[StudiedSession], tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="No such file"):
        read_covariates(tmp_path / "gone.csv", studied)
    (tmp_path / "bad.csv").write_bytes(b"session,x\n\xff\xfe,1")
    with pytest.raises(StudyError, match="no CSV in UTF-8"):
        read_covariates(tmp_path / "bad.csv", studied)


def test_folders_of_one_name_must_be_told_apart(
    studied: list[StudiedSession], tmp_path: Path
) -> None:
    alike = [replace(studied[0], name="a/talk"), replace(studied[1], name="b/talk")]
    (tmp_path / "c.csv").write_text("session,x\ntalk,1")
    with pytest.raises(StudyError, match="write one of a/talk, b/talk"):
        read_covariates(tmp_path / "c.csv", alike)
    (tmp_path / "c.csv").write_text("session,x\na/talk,1\nb/talk,2")
    assert len(read_covariates(tmp_path / "c.csv", alike).cells["x"]) == 6


def test_covariates_join_by_recording_by_name_and_by_id(
    studied: list[StudiedSession], tmp_path: Path
) -> None:
    named = [replace(studied[0], names=("Ada", "Ben", "P3")), *studied[1:]]
    (tmp_path / "c.csv").write_text("﻿Session;Participant;x\ns0.mp4;Ada;1\ns1;P2;NA\n;;\n", "utf-8")
    found = read_covariates(tmp_path / "c.csv", named)
    assert found.cells == {"x": {(0, 0): "1"}}
    assert found.warnings[0].startswith("no covariates for 7 of 9 participants: day/s0 P2")
    (tmp_path / "c.csv").write_text("participant\tx\nP1\t1\n")
    cells = read_covariates(tmp_path / "c.csv", named).cells["x"]
    assert cells == {(s, 0): "1" for s in range(3)}
    twins = [replace(named[0], names=("Ada", "Ada", "P3"))]
    (tmp_path / "c.csv").write_text("participant,x\nAda,1\n")
    with pytest.raises(StudyError, match="the name of several"):
        read_covariates(tmp_path / "c.csv", twins)


def test_words_become_contrasts() -> None:
    members = [(0, 0), (1, 0), (2, 0), (3, 0)]

    def told(*words: str) -> dict[str, list[float]]:
        cells = {"x": {m: w for m, w in zip(members, words, strict=True) if w}}
        return {one.label: one.value.tolist() for one in to_contrasts(cells, members)[0]}

    assert told("1", "2.5", "-3", "4e1") == {"x": [1, 2.5, -3, 40]}
    assert told("b", "a", "b", "a") == {"x: b (not a)": [1, 0, 1, 0]}
    three = told("b", "a", "c", "a")
    assert [*three] == ["x: a (not others)", "x: b (not others)", "x: c (not others)"]
    assert three["x: a (not others)"] == [0, 1, 0, 1]
    assert np.isnan(told("b", "", "a", "a")["x: b (not a)"][1])


@pytest.mark.parametrize(
    ("words", "got"), [(("1", "two"), "'1' and 'two'"), (("1,5", "2,5"), "'1,5'")]
)
def test_numbers_mixed_with_words_are_refused(words: tuple[str, str], got: str) -> None:
    cells = {"x": {(0, 0): words[0], (1, 0): words[1]}}
    with pytest.raises(StudyError, match=f"decimal point, or words, but got {got};"):
        to_contrasts(cells, [(0, 0), (1, 0)])


def test_too_many_words_are_a_warning() -> None:
    members = [(k, 0) for k in range(8)]
    found, warnings = to_contrasts({"note": {m: f"w{m[0]}" for m in members}}, members)
    assert found == []
    assert warnings == ["`note` has 8 different words and is not tested"]


def write_again(folder: Path, *, named: bool) -> list[tuple[str, Session]]:
    """Return twelve sessions of six pairs who come twice, happier at "play" than at "work"."""
    made = []
    for number in range(12):
        pair, is_second = number // 2, number % 2
        is_play = (pair + is_second) % 2  # as often first as second
        share = [0.2 + 0.05 * pair + 0.3 * is_play, 0.25 + 0.03 * pair + 0.3 * is_play]
        names = [f"A{pair}", f"B{pair}"] if named else []
        one = write_studied_session(
            folder / f"s{number:02}", happy_share=share, seed=number, names=names
        )
        made.append((one.path.name, one))
    return made


def covariates_of_pairs(*, with_person: bool) -> str:
    lines = [f"session,participant,task{',person' if with_person else ''}"]
    for number in range(12):
        task = "play" if (number // 2 + number % 2) % 2 else "work"
        for who in ("P1", "P2"):
            person = f",{who}-{number // 2}" if with_person else ""
            lines.append(f"s{number:02},{who},{task}{person}")
    return "\n".join(lines)


@pytest.mark.parametrize("by", ["names", "person"])
def test_people_who_come_again_are_compared_with_themselves(tmp_path: Path, by: str) -> None:
    sessions = write_again(tmp_path / "s", named=by == "names")
    path = tmp_path / "c.csv"
    path.write_text(covariates_of_pairs(with_person=by == "person"))
    study = study_sessions(sessions, covariates=path, measures=["positive"])
    assert (len(study.members), study.n_again, study.circle.max() + 1) == (24, 12, 6)
    found = {one.level: one.found for one in study.tests}
    assert [*found] == ["between sessions of the same people"]  # every pair did both
    same = found["between sessions of the same people"]
    assert same.slope == pytest.approx(-0.3, abs=0.02)  # "work" less "play"
    assert (same.n_circles, same.n_sessions, same.p <= 0.05) == (6, 12, True)
    assert "for 6 independent circles" in study.warnings[0]
    assert ("`person`" in study.warnings[0]) == (by == "person")
    row = participant_rows(study)[2]  # the first of the second session
    assert (row["person"], row["circle"], "person" in study.covariates.cells) == (1, 1, False)
    assert [one.n_sessions for one in study.pseudo] == [6, 6]  # nobody with whom they met
    assert study.spreads["positive"].intraclass.n == 12  # people, not visits
    told = study_to_dict(study)
    assert (told["n_people"], told["n_circles"]) == (12, 6)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("session,person,x\ns0,Ada,1", "`participant` beside it", id="session-alone"),
        pytest.param(
            "session,participant,person,x\ns0,P1,Ada,1\ns0,P2,Ada,2",
            "one participant of a session, but got 'Ada' in lines 2 and 3 of c.csv",
            id="two-at-once",
        ),
        pytest.param("session,circle\ns0,1", "`circle`", id="a column of ours"),
    ],
)
def test_wrong_persons_are_one_sentence(
    studied: list[StudiedSession], tmp_path: Path, text: str, told: str
) -> None:
    (tmp_path / "c.csv").write_text(text)
    with pytest.raises(StudyError, match=told):
        read_covariates(tmp_path / "c.csv", studied)


def test_persons_may_be_all_that_is_told(studied: list[StudiedSession], tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("participant,Person\nP1,Ada\nP2,\n")
    found = read_covariates(tmp_path / "c.csv", studied)
    assert found.cells == {}
    assert found.person == {(s, 0): "Ada" for s in range(3)}
