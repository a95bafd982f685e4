from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from python_process import SOURCE

# An analysis that says it began, and leaves a mark when it is allowed to clean up.
SLOW_ANALYSIS = """
import sys, time, types
from pathlib import Path
def analyze(path, **_):
    try:
        print("began", flush=True)
        time.sleep(60)
    finally:
        Path("cleaned").touch()
stub = types.ModuleType("groupaffect.recording")
stub.analyze = analyze
sys.modules["groupaffect.recording"] = stub
from groupaffect.app.command_line import main
main(["analyze", "a.mp4"])
"""


@pytest.mark.parametrize(
    ("number", "code"),
    [
        pytest.param(signal.SIGINT, 130, id="ctrl-c"),
        pytest.param(signal.SIGTERM, 143, id="terminate"),
    ],
)
def test_signal_during_analysis_cleans_up_and_exits(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    (tmp_path / "a.mp4").touch()
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW_ANALYSIS],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "began\n"
        process.send_signal(number)
        _, err = process.communicate(timeout=30)
    assert process.returncode == code
    assert (tmp_path / "cleaned").exists()
    assert "Traceback" not in err
