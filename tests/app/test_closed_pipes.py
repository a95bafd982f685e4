"""A reader of standard output or error that has enough of it, as ``| head`` has."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from python_process import SOURCE
from reference.random_session import make_analysis, write_session


def run_with_closed(stream: str, *words: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    """Run the program with one stream's reader gone; the other one's words are kept."""
    ours, theirs = os.pipe()
    os.close(ours)
    kept = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | {stream: theirs}
    try:
        return subprocess.run(
            [sys.executable, "-m", "groupaffect", *words],
            cwd=cwd,
            env=os.environ | {"PYTHONPATH": str(SOURCE)},
            check=False,
            **kept,
        )
    finally:
        os.close(theirs)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pipes")
    write_session(folder / "s", make_analysis(n_participants=2, n_s=40))
    rows = "".join(f"{s},P1,sad,sad\n{s},P2,sad,happy\n" for s in range(40))
    (folder / "truth.csv").write_text(
        "second,participant,emotion\n" + "".join(f"{s},P1,sad\n" for s in range(40))
    )
    (folder / "ratings.csv").write_text("second,participant,a,b\n" + rows)
    return folder


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("--help",), id="help"),
        pytest.param(("doctor",), id="plain text"),
        pytest.param(("doctor", "--json", "-"), id="json"),
        pytest.param(("agree", "ratings.csv"), id="table"),
    ],
)
def test_reader_that_has_enough_is_no_error(folder: Path, words: tuple[str, ...]) -> None:
    done = run_with_closed("stdout", *words, cwd=folder)
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_rest_of_the_work_is_done(folder: Path, tmp_path: Path) -> None:
    words = ("complement", "s", "--truth", "truth.csv", "--json", str(tmp_path / "r.json"))
    done = run_with_closed("stdout", *words, cwd=folder)
    assert done.returncode == 0
    assert all(line.startswith(b"warning: ") for line in done.stderr.splitlines())
    assert json.loads((tmp_path / "r.json").read_text())["n_seconds"] > 0


def test_an_error_that_nobody_reads_is_still_told_by_the_code(folder: Path) -> None:
    done = run_with_closed("stderr", "agree", "gone.csv", cwd=folder)
    assert (done.returncode, done.stdout) == (1, b"")
