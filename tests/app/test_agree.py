"""``groupaffect agree`` as people type it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from app.running import Run, make_run
from groupaffect.evaluation.truth import read_truth
from groupaffect.types import EMOTIONS
from reference.random_session import make_analysis, write_session
from reference.simulated_raters import RATERS, share_of_neutral, simulate_study


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return make_run(capsys, "agree")


@pytest.fixture(scope="module")
def ratings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one wide file of three raters and two people over ten minutes."""
    rng = np.random.default_rng(5)
    made = simulate_study(
        rng, habit=share_of_neutral(0.4), sees=0.8, n_s=300, participants=("P1", "P2")
    )
    path = tmp_path_factory.mktemp("ratings") / "all.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["second", "participant", *RATERS])
        for second, person, row in zip(made.second, made.participant, made.emotion, strict=True):
            writer.writerow([second, person, *(EMOTIONS[label] for label in row)])
    return path


def test_agree_shows_figures_beside_chance(ratings: Path, run: Run) -> None:
    code, out, err = run(ratings)
    assert (code, err) == (0, "")
    assert "alpha      0.6" in out
    assert "2 of 3     0.9" in out
    assert "(by chance alone 0.5" in out
    assert "intervals  95 %, from" in out
    assert all(name in out for name in (*EMOTIONS, "P1", "P2"))


def test_agree_writes_json_and_a_folder(ratings: Path, run: Run, tmp_path: Path) -> None:
    code, out, _ = run(ratings, "--json", "-", "--output", tmp_path / "out")
    result = json.loads(out)
    assert code == 0
    assert result["raters"] == [*RATERS]
    assert [*result["by_emotion"]] == [*EMOTIONS]
    assert [row["participant"] for row in result["by_participant"]] == ["P1", "P2"]
    low, high = result["overall"]["alpha_interval"]
    assert low < result["overall"]["alpha"] < high
    assert result["truth_intervals_from"]["block_s"] > result["intervals_from"]["block_s"]
    files = {path.name for path in (tmp_path / "out").iterdir()}
    assert files == {
        *("agreement.csv", "agreement.json", "captions.md", "truth.csv"),
        *("truth.pdf", "truth.png", "truth.svg"),
    }
    caption = (tmp_path / "out" / "captions.md").read_text(encoding="utf-8")
    assert f"n = {result['truth'][0]['n']} s (angry " in caption
    assert "no intervals: insufficient data" in caption
    assert f"alpha {result['overall']['alpha']:.2f} [{low:.2f}, {high:.2f}]." in caption
    people = make_analysis(n_participants=2).participants
    truth = read_truth(tmp_path / "out" / "truth.csv", people)  # what other studies read
    assert sum((label >= 0).sum() for label in truth.values()) == result["truth"][0]["n"]


def test_agree_never_replaces_a_folder(ratings: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    code, _, err = run(ratings, "--output", tmp_path)
    assert code == 1
    assert "the agreement needs a free place" in err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_agree_quiet_says_nothing(ratings: Path, run: Run) -> None:
    assert run(ratings, "--quiet") == (0, "", "")


def test_agree_with_a_session_checks_times(ratings: Path, run: Run, tmp_path: Path) -> None:
    write_session(tmp_path / "talk", make_analysis(n_participants=2, n_s=20))
    code, out, err = run(ratings, "--session", tmp_path / "talk")
    assert (code, out) == (1, "")
    assert "the session talk lasts 20 s" in err
    assert "all.csv, line 22" in err
    assert len(err.splitlines()) == 1


def test_agree_warns_where_alpha_is_undefined(run: Run, tmp_path: Path) -> None:
    rows = "".join(f"{t},P1,neutral,neutral\n" for t in range(30))
    (tmp_path / "r.csv").write_text("second,participant,a,b\n" + rows)
    code, out, err = run(tmp_path / "r.csv")
    assert code == 0
    assert "alpha      undefined" in out
    assert "insufficient data" in out
    assert "warning: all raters chose neutral throughout" in err


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        pytest.param(("one.csv",), 1, "needs two raters", id="one rater"),
        pytest.param(("gone.csv",), 1, "`gone.csv` must be readable", id="gone"),
        pytest.param(("two.csv", "--k", "1"), 2, "of 2 raters at least 2", id="k"),
        pytest.param(("two.csv", "--session", "."), 1, "a session is a folder", id="session"),
        pytest.param(("two.csv", "--json", "no/r.json"), 1, "`--json` must name", id="json"),
    ],
)
def test_agree_wrong_use_is_one_line(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    code: int,
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("one.csv").write_text("second,participant,emotion\n0,P1,sad\n")
    Path("two.csv").write_text("second,participant,a,b\n0,P1,sad,fear\n1,P1,sad,sad\n")
    stopped, out, err = run(*words)
    assert (stopped, out) == (code, "")
    assert told in err
    assert len(err.splitlines()) == 1
