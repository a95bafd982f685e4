from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest

from groupaffect.app.progress import SilentDisplay, outcome_lines
from groupaffect.app.tasks import Outcome, Plan, Task
from groupaffect.app.workers import run_tasks, unfinished_line
from groupaffect.session.folder import open_work_folder
from groupaffect.settings import preset
from groupaffect.types import Hook
from python_process import run_python


def stub_analyzer(task: Task, *, hook: Hook) -> Outcome:
    """Stand for the analysis; at module level, so that a worker can import it."""
    if task.source.stem == "exit":
        os._exit(7)
    if task.source.stem == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if task.source.stem == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if task.source.stem == "begin":
        task.folder.mkdir()
        overlay = task.folder / "overlay.mp4"
        with open_work_folder(task.folder), open_work_folder(overlay):
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


def test_run_tasks_one_job_has_one_process_apart_for_all() -> None:
    tasks = make_tasks("a.mp4", "b.mp4")
    outcomes = run_tasks(tasks, n_jobs=1, display=SilentDisplay(), analyzer=stub_analyzer)
    assert len({outcome.wall_seconds for outcome in outcomes} | {os.getpid()}) == 2


def test_run_tasks_debug_stays_in_this_process() -> None:
    tasks = [replace(t, plan=replace(t.plan, debug=True)) for t in make_tasks("a.mp4")]
    (outcome,) = run_tasks(tasks, n_jobs=2, display=SilentDisplay(), analyzer=stub_analyzer)
    assert outcome.wall_seconds == os.getpid()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("crash", "got a crash of its process (SIGSEGV); convert", id="segfault"),
        pytest.param("killed", "got a process that was killed, as the system does", id="memory"),
        pytest.param("exit", "got a process that ended with code 7; try it alone", id="exit"),
    ],
)
def test_run_tasks_crashed_worker_costs_one_recording_and_order_is_kept(
    capsys: pytest.CaptureFixture[str], name: str, words: str
) -> None:
    display = RecordingDisplay()
    tasks = make_tasks("slow.mp4", f"{name}.mp4", "c.mp4")
    outcomes = run_tasks(tasks, n_jobs=2, display=display, analyzer=stub_analyzer)
    assert [o.status for o in outcomes] == ["complete", "failed", "complete"]
    assert words in str(outcomes[1].error)
    assert set(display.steps) == {(0, "faces"), (2, "faces")}
    assert os.getpid() not in {outcomes[0].wall_seconds, outcomes[2].wall_seconds}
    assert capsys.readouterr().err == f"groupaffect: {outcomes[1].error}\n"


def test_run_tasks_crashed_worker_leaves_nothing_half_written(tmp_path: Path) -> None:
    plan = Plan(tmp_path, preset())
    task = Task(Path("begin.mp4"), tmp_path / "begin", plan)
    run_tasks([task], n_jobs=1, display=SilentDisplay(), analyzer=stub_analyzer)
    assert list(tmp_path.rglob("*")) == [task.folder]


def test_outcome_lines_show_warnings_under_the_recording() -> None:
    outcome = Outcome("a.mp4", "complete", "sessions/a", 106.0, 12.0, ("P1",), ("cut short",))
    assert outcome_lines(outcome) == [
        "a.mp4: 1 participant, 106 s analysed in 12 s; open sessions/a/report.html",
        "  warning: cut short",
    ]


def test_outcome_lines_give_a_decimal_below_ten_seconds() -> None:
    (line,) = outcome_lines(Outcome("a.mp4", "complete", "sessions/a", 0.33, 8.04))
    assert line.startswith("a.mp4: 0 participants, 0.3 s analysed in 8.0 s; ")


def test_stop_before_the_report_says_that_the_tables_are_whole(tmp_path: Path) -> None:
    task = Task(Path("a.mp4"), tmp_path, Plan(tmp_path, preset()))
    assert unfinished_line(task) is None
    (tmp_path / "session.json").touch()
    told = f"a.mp4: the tables in {tmp_path} are whole; run this again for its report"
    assert unfinished_line(task) == told
    (tmp_path / "report.html").touch()
    assert unfinished_line(task) is None


def test_every_worker_is_deaf_to_ctrl_c_also_the_first() -> None:
    script = Path(__file__).with_name("deaf_child.py")
    assert run_python(str(script)).stdout.split() == ["True", "True"]
