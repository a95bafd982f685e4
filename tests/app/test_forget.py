from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from groupaffect.app.command_line import main
from groupaffect.session import Session, load_session
from reference.folded_session import make_readings, tree_bytes, write_folded

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def write(session: Session) -> None:
        (session.path / "report.html").write_text("r")

    monkeypatch.setattr("groupaffect.forgetting.write_report", write)

    def command(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stopped:
            main(["forget", *words])
        said = capsys.readouterr()
        return int(stopped.value.code or 0), said.out, said.err

    return command


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
        "one: forgotten; found: 0 in 9 files; not reached: the recording meeting <1> & co.mp4, "
        "copies elsewhere, backups",
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


def test_forget_goes_on_after_a_damaged_session(study: str, run: Run) -> None:
    shutil.copytree("study/one", "study/zero")
    Path("study/one/session.json").write_text("{")
    code, _, err = run("P3", "--in", study, "--quiet")
    assert code == 1
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
    study: str, run: Run, monkeypatch: pytest.MonkeyPatch, answer: bool, n_left: int
) -> None:
    def confirm(_question: str, **_: object) -> None:
        if not answer:
            raise SystemExit(1)

    monkeypatch.setattr("groupaffect.app.settings_choice.at_terminal", lambda: True)
    monkeypatch.setattr("typer.confirm", confirm)
    code, _, _ = run("P3", "--in", study)
    assert code == int(not answer)
    assert len(load_session("study/one").participants) == n_left
