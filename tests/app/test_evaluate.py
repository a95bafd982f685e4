"""``groupaffect evaluate`` as people type it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from app.running import Run, make_run
from evaluation.made_sets import FACE_POINTS, encoded, pixel_text, write_csv, write_parquet
from groupaffect.types import EMOTIONS


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return make_run(capsys, "evaluate")


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    columns = {
        "png": [encoded() for _ in range(4)],
        "emotion": ["happy", "sad", "contempt", "happiness"],
        "points_xy_px": [FACE_POINTS.ravel().tolist()] * 4,
        "split": ["train", "valid", "valid", "valid"],
    }
    return write_parquet(tmp_path / "faces.parquet", **columns)


def test_evaluate_writes_every_figure(labelled: Path, run: Run, tmp_path: Path) -> None:
    code, out, err = run(labelled, "--split", "valid", "--json", tmp_path / "r.json")
    result = json.loads((tmp_path / "r.json").read_text())
    assert code == 0
    wanted = {"n", "n_no_face", "accuracy", "macro_f1", "recall", "precision", "confusion", "ece"}
    assert wanted <= result.keys()
    assert (result["n"], result["n_left_out"], result["model"]) == (2, 1, "fused")
    assert [*result["recall"]] == result["labels"] == [*EMOTIONS]
    assert result["recall"]["fear"] is None  # missing, not 0
    assert np.array(result["confusion"]).shape == (7, 7)
    low, high = result["accuracy_interval"]
    assert 0 <= low <= result["accuracy"] <= high <= 1
    assert len(result["networks"]["expression/image_model"]) == 64
    assert "2 faces, 0 not found" in out
    assert "macro F1" in out
    assert "ECE" in out
    assert "warning: left out 1 row: 'contempt' 1." in err


def test_evaluate_json_on_standard_output_is_alone(labelled: Path, run: Run) -> None:
    code, out, _ = run(labelled, "--model", "landmark", "--json", "-")
    result = json.loads(out)
    assert (code, result["model"], result["image_weight"]) == (0, "landmark", 0.0)


def test_evaluate_quiet_says_nothing(labelled: Path, run: Run) -> None:
    assert run(labelled, "--quiet") == (0, "", "")


def test_evaluate_landmarks_shows_errors(labelled: Path, run: Run) -> None:
    code, out, _ = run(labelled, "--task", "landmarks", "--json", "-")
    result = json.loads(out)
    wanted = {"mean", "median", "mean_inner51", "median_inner51", "share_over_8", "n", "n_no_face"}
    assert code == 0
    assert wanted <= result.keys()
    assert result["n"] == 4  # whatever the label
    _, out, _ = run(labelled, "--task", "landmarks", "--split", "train")
    assert "1 annotated faces, 0 not found" in out
    assert "median" in out


def test_evaluate_points_file_decides_what_is_a_face(
    labelled: Path, run: Run, tmp_path: Path
) -> None:
    points = np.stack([FACE_POINTS, np.full((68, 2), np.nan), FACE_POINTS])
    np.savez(tmp_path / "p.npz", points_xy_px=points)
    words = ("--split", "valid", "--points", tmp_path / "p.npz", "--json", "-")
    _, out, _ = run(labelled, *words)
    result = json.loads(out)
    assert (result["n"], result["n_no_face"], result["points"]) == (2, 0, "file")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        pytest.param(("gone.csv",), 1, "No such file or directory", id="gone"),
        pytest.param(("bare.csv",), 1, "`pixels`, but got the columns 'emotion'", id="column"),
        pytest.param(("bad.csv", "--on-bad-row", "refuse"), 1, "(row 1)", id="refused"),
        pytest.param(("bad.csv", "--split", "dev"), 2, "`--split dev` must be a split", id="split"),
        pytest.param(("bad.csv", "--points", "bad.csv"), 2, "`--points` must be an", id="points"),
        pytest.param(("bad.csv", "--json", "no/r.json"), 1, "`--json` must name a file", id="json"),
    ],
)
def test_evaluate_wrong_use_is_one_line(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    code: int,
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    write_csv(Path("bare.csv"), [(1,)], ["emotion"])
    write_csv(Path("bad.csv"), [(1, pixel_text(), "Training"), (7, pixel_text(), "Training")])
    stopped, out, err = run(*words)
    assert (stopped, out) == (code, "")
    assert told in err
    assert len(err.splitlines()) == 1
    assert err.startswith("groupaffect: ")


def test_evaluate_skips_bad_rows_and_names_them(run: Run, tmp_path: Path) -> None:
    rows = [(3, pixel_text(), "Training"), (3, "1 2 3", "Training"), (-1, pixel_text(), "Training")]
    code, _, err = run(write_csv(tmp_path / "a.csv", rows))
    assert code == 0
    assert "could not use 2 rows: row 1: 3 pixels, which make no square; row 2: label -1" in err


def test_evaluate_unknown_choice_exits_2(labelled: Path, run: Run) -> None:
    assert run(labelled, "--model", "both")[0] == 2
