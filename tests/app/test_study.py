"""``groupaffect study`` as people type it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from app.running import Run, make_run
from reference.studied_sessions import write_studied_session


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return make_run(capsys, "study")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return eight sessions of two people, and what is known of the sessions."""
    folder = tmp_path_factory.mktemp("study")
    for number in range(8):
        share = [0.1 + 0.05 * number, 0.2 + 0.05 * number]
        write_studied_session(folder / "all" / f"s{number}", happy_share=share, seed=number)
    rows = "\n".join(f"s{number},{number},{number % 3}" for number in range(8))
    (folder / "c.csv").write_text(f"session,dose,weekday\n{rows}\n")
    return folder


def test_study_shows_table_pseudo_groups_and_effects(folder: Path, run: Run) -> None:
    code, out, err = run(folder / "all", "--covariates", folder / "c.csv")
    assert (code, err) == (0, "")
    assert "8 sessions, 16 participants" in out
    assert "pseudo-groups  synchrony, 8 groups of 2: insufficient data" in out
    assert "pseudo-groups  agreement, 8 groups of 2: 0." in out
    assert "dose, between sessions:" in out
    assert "insufficient data: dose, between sessions: negative, surprise" in out
    assert "…" not in out  # nothing is cut off


def test_study_without_covariates_describes(folder: Path, run: Run) -> None:
    code, out, err = run(folder / "all")
    assert (code, err) == (0, "")
    assert "ICC(1)" in out
    assert "associations" not in out


def test_study_writes_json_and_a_folder(folder: Path, run: Run, tmp_path: Path) -> None:
    words = ("--covariates", folder / "c.csv", "--measures", "positive")
    output = tmp_path / "out"
    code, out, err = run(folder / "all", *words, "--json", "-", "--output", output)
    assert (code, err) == (0, "")
    result = json.loads(out)
    assert (result["n_sessions"], result["n_participants"]) == (8, 16)
    dose = result["associations"][0]
    assert (dose["contrast"], dose["measure"]) == ("dose", "positive")
    assert dose["r"] > 0.99
    assert dose["p"] < 0.01
    assert result["columns"]["positive"]
    assert {path.name for path in output.iterdir()} == {
        *("study.csv", "sessions.csv", "measures.csv", "pseudo_groups.csv", "associations.csv"),
        *("study.json", "captions.md", "effects.pdf", "effects.png", "effects.svg"),
    }
    with (output / "study.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 16
    assert (rows[2]["session"], rows[2]["participant"], rows[2]["dose"]) == ("s1", "P1", "1")
    assert rows[2]["synchrony"] == "0.1"
    assert "n = 8 sessions" in (output / "captions.md").read_text(encoding="utf-8")
    assert run(folder / "all", "--output", output, "--quiet")[0] == 1  # there already


@pytest.mark.parametrize(
    ("covariates", "why"),
    [(None, "no covariates to test with"), ("few.csv", "insufficient data, see above")],
    ids=["no covariates", "few sessions"],
)
def test_study_without_a_figure_says_so(
    folder: Path, run: Run, tmp_path: Path, covariates: str | None, why: str
) -> None:
    (tmp_path / "few.csv").write_text("session,dose\ns0,1\ns1,2\n")
    words = [] if covariates is None else ["--covariates", tmp_path / covariates]
    code, out, _ = run(folder / "all", *words, "--output", tmp_path / "out")
    assert code == 0
    said = f"no figure of effects, nor captions: nothing was tested ({why})"
    assert out.splitlines()[-1] == said
    assert not [*(tmp_path / "out").glob("effects.*"), *(tmp_path / "out").glob("captions.md")]
    assert "no figure" not in run(folder / "all", *words)[1]


def test_study_quiet_says_nothing(folder: Path, run: Run) -> None:
    assert run(folder / "all", "--quiet") == (0, "", "")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        pytest.param(("gone",), 1, "no such folder", id="folder"),
        pytest.param(("all", "--covariates", "gone.csv"), 1, "must be a CSV file", id="file"),
        pytest.param(("all", "--measures", "joy"), 2, "a measure must be one of", id="measure"),
    ],
)
def test_study_wrong_use_is_one_line(
    folder: Path,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    code: int,
    told: str,
) -> None:
    monkeypatch.chdir(folder)
    stopped, out, err = run(*words)
    assert (stopped, out) == (code, "")
    assert told in err
    assert len(err.splitlines()) == 1


def test_study_with_a_damaged_session_names_it(run: Run, tmp_path: Path) -> None:
    write_studied_session(tmp_path / "a", happy_share=[0.5, 0.2])
    (tmp_path / "a" / "signals.parquet").write_bytes(b"no")
    code, out, err = run(tmp_path)
    assert (code, out) == (1, "")
    assert "`signals.parquet`" in err
