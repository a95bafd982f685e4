from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.running import Run, make_run
from groupaffect.session import Session, load_session
from reference.folded_session import make_readings, table_bytes, tree_bytes, write_folded


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def write(session: Session) -> None:
        (session.path / "report.html").write_text("r")

    monkeypatch.setattr("groupaffect.reanalysis.write_report", write)

    return make_run(capsys, "reanalyze")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    write_folded(Path("s"), make_readings(12))
    return "s"


def test_reanalyze_says_what_it_corrected(folder: str, run: Run) -> None:
    Path("n.csv").write_text("participant,name\nP1,Ada\n")
    words = ["--merge", "P3,P2", "--swap", "P1,P2@3-4", "--exclude", "0:05-0:06", "--exclude", "9-"]
    code, out, err = run(folder, *words, "--participants", "n.csv", "--json", "-")
    assert code == 0
    lines = err.splitlines()
    assert lines[0].startswith("s: computed again in ")
    assert lines[0].endswith("s (P1 (Ada), P2); open s/report.html")
    assert lines[1:5] == [
        "  P3 is merged into P2, the lower id.",
        "  P1 and P2 are exchanged from 3 s to 4 s.",
        "  Not analysed from 5 s to 6 s.",
        "  Not analysed from 9 s to the end.",
    ]
    assert lines[5].startswith("  warning: P2 and P3, merged into one, were both seen in ")
    result = json.loads(out)
    assert result["participants"] == {"P1": "Ada", "P2": "P2"}
    assert [c["kind"] for c in result["reanalyses"][0]["corrections"]] == [
        *("merge", "swap", "exclude", "exclude")
    ]


def test_reanalyze_records_an_exclusion_given_twice_once(folder: str, run: Run) -> None:
    spans = ("0-1", "6-7", "0-1", "0:00-2")
    code, _, err = run(folder, *(word for span in spans for word in ("--exclude", span)))
    assert code == 0
    assert err.splitlines()[1:] == [
        "  Not analysed from 0 s to 2 s.",
        "  Not analysed from 6 s to 7 s.",
    ]
    assert len(load_session(folder).record.excluded) == 2


def test_reanalyze_undo_restores(folder: str, run: Run) -> None:
    before = table_bytes(Path(folder))
    assert run(folder, "--merge", "P3,P2", "--quiet") == (0, "", "")
    assert table_bytes(Path(folder)) != before
    code, _, err = run(folder, "--undo")
    assert (code, table_bytes(Path(folder))) == (0, before)
    assert "earlier result restored" in err


def test_reanalyze_settings_file_keeps_what_came_before_the_models(folder: str, run: Run) -> None:
    Path("t.toml").write_text('[media]\nevery = 1\n[fusion]\nrule = "fixed"\n')
    assert run(folder, "--settings", "t.toml")[0] == 0
    assert load_session(folder).record.settings.fusion.rule == "fixed"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--merge", "P2"], "a merge needs two different participants"),
        (["--swap", "P1,P9"], "`P9` must be one of the participants P1, P2, P3"),
        (["--undo", "--merge", "P1,P2"], "`--undo` restores a result as it was"),
        (["--undo"], "none in its history"),
        (["--preset", "best"], "the preset must be one of"),
        (["--settings", "t.toml"], "media.every must stay 1 in a reanalysis, but got 2"),
        (["--settings", "t.toml", "--preset", "paper"], "but got both"),
        (["--participants", "gone.csv"], "the names must be a CSV file"),
    ],
)
def test_reanalyze_wrong_use_exits_2_and_changes_nothing(
    folder: str, run: Run, words: list[str], said: str
) -> None:
    Path("t.toml").write_text("[media]\nevery = 2\n")
    before = tree_bytes(Path(folder))
    code, _, err = run(folder, *words)
    assert code == 2
    assert said in err
    assert len(err.splitlines()) == 1
    assert tree_bytes(Path(folder)) == before


def test_reanalyze_of_no_session_exits_1(tmp_path: Path, run: Run) -> None:
    code, _, err = run(str(tmp_path))
    assert code == 1
    assert err.startswith("groupaffect: a session is a folder with `session.json`")
