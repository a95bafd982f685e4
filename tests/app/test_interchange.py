"""``groupaffect export`` and ``import`` as people type them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.running import Run, make_run
from groupaffect.session import load_session
from reference.random_session import make_analysis, write_session


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return make_run(capsys)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("session") / "talk"
    return write_session(folder, make_analysis(n_participants=2, n_s=10)).path


def test_export_says_where_and_writes_json(session: Path, run: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.eaf"
    words = ("--to", "rating-sheet", "--output", sheet, "--json", "-")
    code, out, err = run("export", session, *words)
    assert (code, json.loads(out)["output"]) == (0, str(sheet))
    assert sheet.is_file()
    assert f"written for rating-sheet to {sheet}" in err
    assert run("export", session, "--to", "csv", "--output", tmp_path / "t", "--quiet") == (
        *(0, "", ""),
    )


def test_export_then_import_gives_the_same_people(session: Path, run: Run, tmp_path: Path) -> None:
    run("export", session, "--to", "openface", "--output", tmp_path / "o.csv", "--quiet")
    words = ("--from", "openface", "--output", tmp_path / "s", "--context", "research")
    code, out, err = run("import", tmp_path / "o.csv", *words, "--json", "-")
    result = json.loads(out)
    assert (code, result["participants"]) == (0, ["P1", "P2"])
    assert "OpenFace measures action units" in result["warnings"][0]
    assert "2 participants; open" in err
    assert load_session(tmp_path / "s").record.context == "research"
    assert run("import", tmp_path / "o.csv", *words, "--quiet")[0] == 1  # there already
    assert run("import", tmp_path / "o.csv", *words, "--force", "--quiet") == (0, "", "")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        pytest.param("export . --to elan --output a.eaf", 1, "a session is a folder", id="session"),
        pytest.param("export {} --to elan --output a.csv", 2, "must end in .eaf", id="ending"),
        pytest.param("export {} --to csv --output mine.txt", 1, "needs a free place", id="taken"),
        pytest.param("import mine.txt --from openface --output s", 1, "that tool's", id="columns"),
        pytest.param("import gone --from py-feat --output s", 1, "must be readable", id="gone"),
    ],
)
def test_interchange_wrong_use_is_one_line(
    run: Run,
    session: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: str,
    code: int,
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.txt").write_text("mine")
    stopped, out, err = run(*words.format(session).split())
    assert (stopped, out) == (code, "")
    assert told in err
    assert len(err.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_unknown_format_exits_2(session: Path, run: Run) -> None:
    assert run("export", session, "--to", "spss", "--output", "x")[0] == 2
