from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from app.running import Run, make_run
from groupaffect.reanalysis import reanalyze
from groupaffect.session import Session, load_session
from groupaffect.session.finding import Found
from reference.folded_session import make_readings, tree_bytes, write_folded


def make_forget(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *answer: str
) -> Run:
    def write(session: Session) -> None:
        (session.path / "report.html").write_text("r")

    for module in ("forgetting", "reanalysis"):
        monkeypatch.setattr(f"groupaffect.{module}.write_report", write)

    return make_run(capsys, "forget", last=answer)


@pytest.fixture
def run_unsure(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    return make_forget(capsys, monkeypatch)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    return make_forget(capsys, monkeypatch, "--yes")


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a folder of two sessions; P3 is in the first alone."""
    monkeypatch.chdir(tmp_path)
    write_folded(Path("study/one"), make_readings(6))
    write_folded(Path("study/two"), make_readings(6, ("P1", "P2")), ("P1", "P2"))
    return "study"


def test_forget_says_what_goes_and_proves_that_it_went(study: str, run: Run) -> None:
    Path("study/one/overlay.mp4").write_bytes(b"v")
    code, out, err = run("P3", "--in", study, "--json", "-")
    assert code == 0
    assert [line.rpartition("study/")[2] for line in err.splitlines()] == [
        "one: P3 will go from every table, figure and the report; deleted: overlay.mp4",
        "two: not in this session",
        "one: forgotten; found: 0 in 10 files; not reached: the recording meeting <1> & co.mp4, "
        "files outside the sessions, copies elsewhere, backups",
    ]
    one, two = json.loads(out)
    assert (one["participants"], one["found"], one["error"]) == (["P3"], 0, None)
    assert (two["participants"], two["error"]) == ([], None)
    assert [f.participant for f in load_session("study/one").participants] == ["P1", "P2"]


def test_forget_who_is_nowhere_exits_1_though_others_go(study: str, run: Run) -> None:
    code, _, err = run("P3", "Zoe", "--in", study, "--quiet")
    assert (code, err) == (1, "groupaffect: `Zoe` is in none of the sessions.\n")
    assert len(load_session("study/one").participants) == 2


def test_forget_that_leaves_a_trace_names_the_file_and_exits_1(study: str, run: Run) -> None:
    Path("study/one/notes.txt").write_text("P3 left early")
    code, _, err = run("P3", "--in", "study/one", "--quiet")
    assert code == 1
    assert "no file or folder of the session may name them any more, but got 1 that do; " in err
    assert err.endswith("look at notes.txt.\n")


def test_forget_names_what_it_could_not_read_whatever_else_it_says(study: str, run: Run) -> None:
    Path("study/one/sound.bin").write_bytes(b"\xff")
    Path("study/two/sound.bin").write_bytes(b"\xff")
    Path("study/one/notes.txt").write_text("p3 left early")
    code, out, err = run("P3", "P2", "--in", study, "--quiet", "--json", "-")
    assert code == 1
    first, second, third = (line.rpartition("study/")[2] for line in err.splitlines())
    assert first.endswith("look at notes.txt.")
    assert (second, third) == (
        "one: could not look into sound.bin",
        "two: could not look into sound.bin",
    )
    assert [r["error"] is None for r in json.loads(out)] == [False, True]


def test_forget_with_a_file_of_its_own_that_cannot_be_read_exits_1(
    study: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(session: Session) -> None:
        (session.path / "report.html").write_bytes(b"\xff")

    monkeypatch.setattr("groupaffect.forgetting.write_report", write)
    code, _, err = run("P3", "--in", "study/one", "--quiet")
    assert code == 1
    assert "must be searched, but got 1 that could not be read; look at report.html.\n" in err


def test_forget_finds_a_name_where_nobody_bears_it(study: str, run: Run) -> None:
    reanalyze("study/one", names={"P3": "Ada"})
    Path("study/two/notes.txt").write_text("Ada was late")
    code, out, err = run("Ada", "P2", "--in", study, "--json", "-")
    two = json.loads(out)[1]
    assert (code, two["participants"], two["found_in"]) == (1, ["P2"], ["notes.txt"])
    code, out, err = run("Ada", "--in", "study/two", "--json", "-")
    assert (code, json.loads(out)[0]["found_in"]) == (1, ["notes.txt"])
    assert "may name them any more, but got 1 that do; look at notes.txt." in err


def test_forget_says_which_folders_it_did_not_look_into(
    study: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Found((Path("study/one").resolve(),), links=(Path("study/link"),))
    monkeypatch.setattr("groupaffect.session.finding.find_sessions", lambda _: found)
    code, _, err = run("P3", "--in", study, "--quiet")
    assert code == 0
    assert err == "study/link: could not look into a link to a folder; give its target to `--in`\n"
    closed = replace(found, unread=(Path("study/closed"),))
    monkeypatch.setattr("groupaffect.session.finding.find_sessions", lambda _: closed)
    code, out, err = run("P2", "--in", study, "--quiet", "--json", "-")
    assert code == 1
    assert "groupaffect: study/closed: every folder must be looked into, but got one" in err
    one, unread, _ = json.loads(out)
    assert one["participants"] == ["P2"]
    assert unread["session"] == "study/closed"


def test_forget_takes_an_id_for_nobody_elsewhere(study: str, run: Run) -> None:
    Path("study/two/notes.txt").write_text("P3 is a page")
    assert run("P3", "--in", study)[0] == 0


def test_forget_by_an_earlier_name_says_who_they_are_now(study: str, run: Run) -> None:
    reanalyze("study/one", names={"P3": "Zoe\u0301", "P2": "Ada"})
    reanalyze("study/one", names={"P2": "Bea"}, merge="P2,P3")
    code, out, err = run("ZOE\u0301", "--in", study, "--json", "-")
    assert code == 0
    assert "one: P2 (Bea), called P3, Ada, Zo\u00e9 before, will go from every table" in err
    assert json.loads(out)[0]["participants"] == ["P2"]
    assert [f.participant for f in load_session("study/one").participants] == ["P1"]


def test_forget_by_a_name_that_two_had_leaves_that_session_and_asks_for_an_id(
    study: str, run: Run
) -> None:
    reanalyze("study/one", names={"P3": "Ada"})
    reanalyze("study/one", names={"P3": "Ben", "P2": "Ada"})
    reanalyze("study/two", names={"P2": "Ada"})
    code, _, err = run("ada", "--in", study)
    assert code == 1
    lines = [line.rpartition("study/")[2] for line in err.splitlines()]
    assert lines[0] == "one: will be left as it is"
    assert lines[2] == (
        "one: `ada` must have been the name of one participant, but got P2 and P3; "
        "give the id instead."
    )
    assert len(lines) == 4
    assert len(load_session("study/one").participants) == 3
    assert len(load_session("study/two").participants) == 1


def test_forget_says_that_folders_around_are_named_after_them(study: str, run: Run) -> None:
    reanalyze("study/one", names={"P3": "Study"})
    code, out, _ = run("Study", "--in", "study/one", "--json", "-")
    assert code == 0
    assert "the name of the folder study" in json.loads(out)[0]["not_reached"]


def test_forget_goes_on_after_a_damaged_session(study: str, run: Run) -> None:
    shutil.copytree("study/one", "study/zero")
    Path("study/one/session.json").write_text("{")
    code, _, err = run("P3", "Zoe", "--in", study, "--quiet")
    assert code == 1
    assert err.endswith("`Zoe` is in none of the sessions that could be read.\n")
    assert "a session is a folder with `session.json`, but got a damaged one" in err
    assert len(load_session("study/zero").participants) == 2


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["P3"], 2, "Missing option '--in'"),
        (["P3", "study", "--in", "study"], 2, "put `--in` before each folder"),
        ([" ", "--in", "study"], 2, "each participant must be an id or a name"),
        (["P3", "--in", "gone"], 1, "a session or a folder of sessions is needed"),
    ],
)
def test_forget_wrong_use_changes_nothing(
    study: str, run: Run, words: list[str], code: int, said: str
) -> None:
    before = tree_bytes(Path(study))
    found, _, err = run(*words)
    assert found == code
    assert said in err
    assert tree_bytes(Path(study)) == before


@pytest.mark.parametrize(("answer", "n_left"), [(True, 2), (False, 3)], ids=["yes", "no"])
def test_forget_asks_at_a_terminal(
    study: str, run_unsure: Run, monkeypatch: pytest.MonkeyPatch, answer: bool, n_left: int
) -> None:
    def confirm(_question: str, **_: object) -> None:
        if not answer:
            raise SystemExit(1)

    monkeypatch.setattr("groupaffect.app.settings_choice.at_terminal", lambda: True)
    monkeypatch.setattr("typer.confirm", confirm)
    code, _, _ = run_unsure("P3", "--in", study)
    assert code == int(not answer)
    assert len(load_session("study/one").participants) == n_left


def test_forget_that_can_ask_nobody_needs_yes_and_changes_nothing(
    study: str, run_unsure: Run
) -> None:
    before = tree_bytes(Path(study))
    code, _, err = run_unsure("P3", "--in", study, "--quiet")
    assert code == 2
    assert err == (
        "groupaffect: forgetting cannot be undone and must be confirmed, but got no terminal to "
        "ask at; add `--yes`.\n"
    )
    assert tree_bytes(Path(study)) == before
    assert run_unsure("Zoe", "--in", study)[0] == 1, "nothing to confirm"


def test_forget_of_a_name_that_the_report_has_as_a_word_succeeds_and_says_so(
    study: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(session: Session) -> None:
        (session.path / "report.html").write_text("<p>What may be.</p>")

    reanalyze("study/one", names={"P3": "May"})
    Path("study/two/report.html").write_text("<p>What may be.</p>")
    monkeypatch.setattr("groupaffect.forgetting.write_report", write)
    code, out, err = run("May", "--in", study, "--json", "-")
    assert code == 0, err
    assert [(r["found"], r["own_text"]) for r in json.loads(out)] == [(0, ["report.html"])] * 2
    assert err.count("report.html has the word in its own text\n") == 2
