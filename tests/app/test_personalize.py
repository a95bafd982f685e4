from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.running import Run, make_run
from groupaffect.fusion.mix import fuse
from groupaffect.group_lessons import MembersRead
from groupaffect.profile_files import load_profile, write_profile
from groupaffect.session import Session, load_session
from groupaffect.settings import Settings
from groupaffect.types import EMOTIONS
from reference.folded_session import tree_bytes
from reference.personal_session import make_group_readings, make_truth, write_personal

N_S = 480
SOURCES = ["image", "landmark", "fixed", "adaptive", "personal", "wrong group"]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def write(session: Session) -> None:
        (session.path / "report.html").write_text("r")

    def fuse_evenly(read: MembersRead, settings: Settings) -> np.ndarray:
        return fuse(read.image, read.landmark, 0.5)

    for module in ("reanalysis", "forgetting"):
        monkeypatch.setattr(f"groupaffect.{module}.write_report", write)
    # Adaptive fusion has its own tests; with types checked, minutes of it take long.
    for module in ("group_lessons", "evaluation.personal.sources"):
        monkeypatch.setattr(f"groupaffect.{module}.fuse_read", fuse_evenly)
    return make_run(capsys)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    truth = make_truth(N_S)
    write_personal(Path("s"), make_group_readings(truth, sadness=4.0))
    rows = (f"{second},{EMOTIONS[k]}" for second, k in enumerate(truth[:, 0]))
    Path("truth.csv").write_text("\n".join(["second,P1", *rows]))
    return Path("s")


def test_personalize_learns_examines_and_draws(folder: Path, run: Run) -> None:
    words = ["personalize", folder, "--participant", "P1", "--output", "p.json"]
    code, out, err = run(*words, "--truth", "truth.csv", "--json", "-", "--figure", "f")
    assert code == 0
    assert err.startswith("p.json: offset of P1, learned in ")
    assert "points of agreement with the labels on seconds held out" in err
    result = json.loads(out)
    assert list(result["held_out"]["sources"]) == SOURCES
    assert result["held_out"]["n_seconds"] == result["held_out"]["n_seconds_of_truth"] == 180
    assert result["held_out"]["gain"]["macro_f1"]["value"] > 0.1
    assert result["about"]["origins"][0]["train_s"] == [[0.0, 240.0]]
    assert "shift" not in result["about"]
    assert sorted(p.name for p in Path("f").iterdir()) == [
        *("captions.md", "personal_P1.pdf", "personal_P1.svg")
    ]
    assert load_profile("p.json").participant == "P1"
    words[-1] = "q.json"
    code, out, err = run(*words, "--figure", "f")
    assert (code, out) == (1, "")
    assert "the folder of figures needs a free place, but got something there already" in err
    assert not Path("q.json").exists()


def test_without_truth_there_is_agreement_beside_the_control(folder: Path, run: Run) -> None:
    words = ["personalize", folder, "--participant", "P1", "--output", "p.json"]
    code, out, err = run(*words, "--json", "-")
    assert code == 0
    assert "against the others (agreement, not truth)" in err
    held_out = json.loads(out)["held_out"]
    assert held_out["sources"]["personal"]["macro_f1"]["value"] is None
    agreement = {name: s["group_same"]["value"] for name, s in held_out["sources"].items()}
    assert agreement["personal"] > agreement["adaptive"] + 0.1
    assert np.isfinite(agreement["wrong group"])


def test_profile_is_applied_and_forgotten_by_the_command_line(folder: Path, run: Run) -> None:
    write_personal(Path("in/s"), make_group_readings(make_truth(N_S)[:200]))
    words = ("--participant", "P1", "--output", "in/p.json", "--anyway", "--quiet")
    assert run("personalize", "in/s", *words, "--fraction", "1") == (0, "", "")
    code, _, err = run("reanalyze", "in/s", "--profile", "P1=in/p.json")
    assert code == 0
    assert "warning: Readings of P1 are corrected by a personal offset" in err
    for name, teacher in (("taught", "group"), ("rested", "neutral")):
        profile = load_profile("in/p.json")
        origins = tuple(replace(origin, participant="P2") for origin in profile.origins)
        write_profile(replace(profile, origins=origins, teacher=teacher), f"in/{name}.json")
    code, out, err = run("forget", "P1", "--in", "in", "--yes", "--json", "-")
    assert code == 0, err
    assert not Path("in/p.json").exists()
    assert json.loads(out)[0]["deleted"][-1].endswith("in/p.json")
    assert [line for line in json.loads(out)[0]["not_reached"] if "profile" in line] == [
        f"the profile {Path('in/taught.json').resolve()}, learned from a group with them"
    ]
    assert Path("in/rested.json").exists()
    assert load_session("in/s").record.profiles == ()


@pytest.mark.parametrize(
    ("words", "said", "wanted"),
    [
        (["--participant", "P9"], "`P9` must be in the session", 2),
        (["--participant", "P1", "--adapter", "x"], "one of offset, head, fine-tune, but", 2),
        (["--participant", "P1", "--adapter", "fine-tune"], "the recordings of its sessions", 2),
        (["--participant", "P1", "--recording", "a.mp4"], "recordings for another adapter", 2),
        (["--participant", "P1", "--teacher", "x"], "one of group, neutral, online", 2),
        (["--participant", "P1", "--train", "9"], "`--train` must be written like 30-600", 2),
        (["--participant", "P1", "--neutral", "30-10"], "`--neutral` must be written like", 2),
        (["--participant", "P1", "--teacher", "neutral"], "like `--neutral 10-40`", 2),
        (["--participant", "P1", "--neutral", "1-9"], "add `--teacher neutral`, or leave", 2),
        (["--participant", "P1", "--train", "0-90"], "of 180 needed", 1),
        (["--participant", "P1", "--truth", "truth.csv", "--truth", "truth.csv"], "once for", 2),
    ],
)
def test_personalize_wrong_use_is_one_line_and_writes_nothing(
    folder: Path,
    run: Run,
    words: list[str],
    said: str,
    wanted: int,
) -> None:
    before = tree_bytes(Path())
    code, _, err = run("personalize", folder, "--output", "p.json", *words)
    assert code == wanted
    assert said in err
    assert len(err.splitlines()) == 1
    assert tree_bytes(Path()) == before


def test_profile_words_are_checked(folder: Path, run: Run) -> None:
    for words, said in (
        (["--profile", "P1"], "`--profile` names a participant and a file"),
        (["--profile", "P1=", "--profile", "P1="], "but got P1 twice"),
        (["--profile", "P1=gone.json"], "No such file"),
        (["--profile", "P1=truth.csv"], "must be JSON"),
    ):
        code, _, err = run("reanalyze", folder, *words)
        assert code in (1, 2)
        assert said in err
        assert len(err.splitlines()) == 1
    code, _, err = run("analyze", "a.mp4", "b.mp4", "--profile", "P1=")
    assert code == 2
    assert "names a participant and a file" in err
