"""``groupaffect complement`` as people type it."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.running import Run, make_run
from groupaffect.types import EMOTIONS
from reference.random_session import make_analysis, write_session
from reference.studied_sessions import write_studied_session


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return make_run(capsys, "complement")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_session(tmp_path / "s", make_analysis(n_participants=2, n_s=60))
    rng = np.random.default_rng(5)
    rows = [f"{s},P{p},{EMOTIONS[rng.integers(7)]}" for s in range(62) for p in (1, 2)]
    text = "\n".join(["second,participant,emotion", *rows])
    (tmp_path / "truth.csv").write_text(text, encoding="utf-8")
    return tmp_path


def test_complement_shows_counts_and_where_to_look(folder: Path, run: Run) -> None:
    out_csv, out_json = folder / "look.csv", folder / "r.json"
    words = [folder / "s", "--truth", folder / "truth.csv"]
    code, out, err = run(*words, "--review", out_csv, "--json", out_json)
    result = json.loads(out_json.read_text())
    assert code == 0
    assert f"{result['n_seconds']} seconds scored: image against landmark" in out
    assert "intervals: insufficient data" in out
    assert "gain" in out
    assert "4 seconds of the truth are not scored: the analysed part is over there" in err
    rows = list(csv.DictReader(out_csv.open()))
    assert len(rows) == len(result["review"]) > 0
    assert rows[0]["kind"] in ("both say another", "false positive", "borderline")
    starts = [int(row["start"]) for row in rows]
    assert starts == sorted(starts)


def test_complement_of_other_sources_on_standard_output(folder: Path, run: Run) -> None:
    words = [folder / "s", "--truth", folder / "truth.csv", "--sources", "fused, fixed"]
    code, out, _ = run(*words, "--json", "-")
    result = json.loads(out)
    assert (code, result["sources"]) == (0, ["fused", "fixed"])
    assert result["intervals"] is None
    assert "gain_captured" not in result["all"]


def test_complement_of_two_ways_of_fusing(folder: Path, run: Run) -> None:
    made = make_analysis(n_participants=2, n_s=60)
    image = {s.participant: s.probability for s in made.signals if s.source == "image"}
    signals = tuple(
        replace(s, probability=image[s.participant]) if s.source == "fused" else s
        for s in made.signals
    )
    write_session(folder / "rule", replace(made, signals=signals))
    words = ("--truth", folder / "truth.csv", "--against", folder / "rule")
    code, out, _ = run(folder / "s", *words, "--json", "-")
    result = json.loads(out)
    assert (code, result["sources"]) == (0, ["fused", "fused of rule"])
    alone = json.loads(run(folder / "s", *words[:2], "--json", "-")[1])
    assert result["all"]["accuracy"][1] == alone["all"]["accuracy"][0]  # which is the image model
    assert "fused_accuracy" not in result["all"]
    assert run(folder / "s", *words)[1].startswith(
        f"{result['n_seconds']} seconds scored: fused against fused of rule"
    )
    same = json.loads(run(folder / "s", *words, "--sources", "image", "--json", "-")[1])
    assert same["sources"] == ["image", "image of rule"]
    assert same["all"]["n_first"] == same["all"]["n_second"] == 0


def test_complement_quiet_says_nothing(folder: Path, run: Run) -> None:
    assert run(folder / "s", "--truth", folder / "truth.csv", "--quiet") == (0, "", "")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("s", "--truth", "none.csv"), 2, "the truth must be a CSV file"),
        (("none", "--truth", "truth.csv"), 1, "a session is a folder with `session.json`"),
        (("s", "--truth", "truth.csv", "--sources", "image"), 2, "two different sources"),
        (("s", "--truth", "truth.csv", "--review", "truth.csv/l.csv"), 1, "could not be written"),
        (("s", "--truth", "truth.csv", "--review", "truth.csv"), 1, "the list needs a free place"),
        (("s", "--truth", "truth.csv", "--against", "x"), 2, "must be a session of the same reco"),
        (("s", "--truth", "truth.csv", "--against", "one"), 2, "but got no P2 in one;"),
    ],
    ids=[
        "no truth",
        "no session",
        "one source",
        "no place",
        "a file",
        "another recording",
        "nobody",
    ],
)
def test_complement_of_bad_input_says_one_sentence(
    folder: Path,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(folder)
    if "--against" in words:
        write_session(folder / "one", make_analysis(n_participants=1, n_s=20))
        write_studied_session(folder / "x", happy_share=[0.5, 0.2])
    got, out, err = run(*words)
    assert (got, out) == (code, "")
    assert said in err
    assert len(err.splitlines()) == 1
