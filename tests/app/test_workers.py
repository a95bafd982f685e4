from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from groupaffect.app.progress import SilentDisplay, outcome_lines
from groupaffect.app.tasks import Outcome, Plan, Task
from groupaffect.app.workers import run_tasks
from groupaffect.settings import preset
from groupaffect.types import Hook


def stub_analyzer(task: Task, *, hook: Hook) -> Outcome:
    """Stand for the analysis; at module level, so that a worker can import it."""
    if task.source.stem == "crash":
        os._exit(7)
    if task.source.stem == "slow":
        time.sleep(0.3)
    hook("faces", completed=1.0, total=1.0)
    return Outcome(str(task.source), "complete", wall_seconds=float(os.getpid()))


class RecordingDisplay(SilentDisplay):
    def __init__(self) -> None:
        self.steps: list[tuple[int, str]] = []

    def advance(self, row: int, step: str, *, completed: float, total: float | None) -> None:
        self.steps.append((row, step))


def make_tasks(*names: str) -> list[Task]:
    plan = Plan(Path("sessions"), preset())
    return [Task(Path(name), plan.output / name, plan) for name in names]


@pytest.fixture(autouse=True)
def importable_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path(__file__).resolve().parents[2]
    monkeypatch.setenv("PYTHONPATH", f"{root / 'src'}{os.pathsep}{root}")


def test_run_tasks_one_job_stays_in_this_process() -> None:
    (outcome,) = run_tasks(
        make_tasks("a.mp4"), n_jobs=1, display=SilentDisplay(), analyzer=stub_analyzer
    )
    assert outcome.wall_seconds == os.getpid()


def test_run_tasks_crashed_worker_costs_one_recording_and_order_is_kept(
    capsys: pytest.CaptureFixture[str],
) -> None:
    display = RecordingDisplay()
    tasks = make_tasks("slow.mp4", "crash.mp4", "c.mp4")
    outcomes = run_tasks(tasks, n_jobs=2, display=display, analyzer=stub_analyzer)
    assert [o.status for o in outcomes] == ["complete", "failed", "complete"]
    assert "a process that ended with code 7" in str(outcomes[1].error)
    assert set(display.steps) == {(0, "faces"), (2, "faces")}
    assert outcomes[0].wall_seconds not in {os.getpid(), outcomes[2].wall_seconds}
    assert capsys.readouterr().err == f"groupaffect: {outcomes[1].error}\n"


def test_outcome_lines_show_warnings_under_the_recording() -> None:
    outcome = Outcome("a.mp4", "complete", "sessions/a", 106.0, 12.0, ("P1",), ("cut short",))
    assert outcome_lines(outcome) == [
        "a.mp4: 1 participant, 106 s analysed in 12 s; open sessions/a/report.html",
        "  warning: cut short",
    ]
