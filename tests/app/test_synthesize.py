from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.running import Run, make_run
from groupaffect.synthetic.script_writing import script_to_toml
from synthetic.made_scripts import make_script


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return make_run(capsys, "synthesize", last=("--jobs", "1"))


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(script_to_toml(make_script(duration_s=1.0, rate_hz=4.0)))
    return path


def test_recording_is_made_told_of_and_not_made_again(
    tmp_path: Path, script: Path, run: Run
) -> None:
    words = (str(script), "--output", str(tmp_path / "made"), "--json", "-")
    code, out, err = run(*words)
    result = json.loads(out)
    assert code == 0
    assert "own.toml: 1 s rendered in" in err
    assert result["recording"] == str(tmp_path / "made/recording.mp4")
    assert (result["status"], result["people"]) == ("complete", ["Ada", "Ben", "Cid", "Dee"])
    before = (tmp_path / "made/recording.mp4").stat()
    code, out, err = run(*words)
    assert (code, json.loads(out)["status"]) == (0, "already complete")
    assert "already complete; --force renders it anew" in err
    assert (tmp_path / "made/recording.mp4").stat() == before
    assert run(*words, "--force", "--quiet")[::2] == (0, "")
    assert (tmp_path / "made/recording.mp4").stat() != before


def test_mistake_in_the_script_exits_2_and_leaves_nothing(
    tmp_path: Path, script: Path, run: Run
) -> None:
    script.write_text(script.read_text().replace('"Ben"', '"Ada"'))
    code, out, err = run(str(script), "--output", str(tmp_path / "made"))
    assert (code, out) == (2, "")
    assert err.startswith("groupaffect: own.toml line ")
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "made").exists()


def test_output_that_is_somebody_elses_exits_1(tmp_path: Path, script: Path, run: Run) -> None:
    code, _, err = run(str(script), "--output", str(tmp_path))
    assert code == 1
    assert "must be a new or empty folder, or a synthetic recording" in err
