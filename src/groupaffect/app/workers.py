"""Analyse recordings in processes of their own, several at once if asked to.

A recording that crashes the decoder, or is killed for its memory, costs itself alone: its
process ends, the next recording gets a new one. A process that is well goes on to the next
recording, so that the libraries are loaded once.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import FrameType

import typer

from groupaffect.app.failures import hush_libraries
from groupaffect.app.progress import Display
from groupaffect.app.stopping import StoppedError, raise_if_asked, raise_on
from groupaffect.app.tasks import Outcome, Task, analyze_task, failed
from groupaffect.errors import MediaError, sentence
from groupaffect.types import Hook

REPORT_EVERY_S = 0.2  # a worker's progress; more often would only keep the pipe busy
STOP_WITHIN_S = 10.0  # for a worker to remove what it has half-written

Analyzer = Callable[..., Outcome]
Progress = tuple[str, float, float | None]


def run_tasks(
    tasks: Sequence[Task], *, n_jobs: int, display: Display, analyzer: Analyzer = analyze_task
) -> list[Outcome]:
    """Return the outcome of each task, in their order, ``n_jobs`` at a time.

    With ``plan.debug`` all is done in this process, so that a traceback shows where it arose.
    """
    if any(task.plan.debug for task in tasks):
        return [_run_here(row, task, display, analyzer) for row, task in enumerate(tasks)]
    return _run_apart(tasks, n_jobs=n_jobs, display=display, analyzer=analyzer)


def _run_here(row: int, task: Task, display: Display, analyzer: Analyzer) -> Outcome:
    def hook(step: str, *, completed: float, total: float | None) -> None:
        display.advance(row, step, completed=completed, total=total)

    display.start(row, task.source.name, start_s=task.plan.settings.media.start_s)
    outcome = analyzer(task, hook=hook)
    display.finish(row, outcome)
    return outcome


@dataclass(frozen=True, slots=True)
class _Worker:
    """A process and this side of the pipe to it."""

    pipe: Connection
    process: BaseProcess


def _run_apart(
    tasks: Sequence[Task], *, n_jobs: int, display: Display, analyzer: Analyzer
) -> list[Outcome]:
    waiting = deque(range(len(tasks)))
    idle: list[_Worker] = []
    busy: dict[Connection, tuple[int, _Worker]] = {}
    outcomes: dict[int, Outcome] = {}
    try:
        while waiting or busy:
            while waiting and len(busy) < n_jobs:
                row = waiting.popleft()
                display.start(row, tasks[row].source.name, start_s=_start_s(tasks[row]))
                worker = idle.pop() if idle else _start(analyzer)
                busy[worker.pipe] = (row, worker)
                worker.pipe.send(tasks[row])
            for pipe in [ready for ready in wait(list(busy)) if isinstance(ready, Connection)]:
                row, worker = busy[pipe]
                message = _receive(worker)
                if isinstance(message, tuple):
                    step, completed, total = message
                    display.advance(row, step, completed=completed, total=total)
                    continue
                del busy[pipe]
                if message is None:
                    message = _crashed(tasks[row], worker.process)
                else:
                    idle.append(worker)
                outcomes[row] = message
                display.finish(row, message)
    finally:
        _stop([worker.process for worker in [*idle, *(worker for _, worker in busy.values())]])
        for row, _ in busy.values():
            _clean(tasks[row])
            if line := unfinished_line(tasks[row]):
                typer.echo(line, err=True)
    return [outcomes[row] for row in range(len(tasks))]


def _start_s(task: Task) -> float:
    return task.plan.settings.media.start_s


def _start(analyzer: Analyzer) -> _Worker:
    # "spawn": a forked copy of a process that holds decoder threads can hang.
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, analyzer), daemon=True)
    with _interrupts_held():
        process.start()
    theirs.close()
    return _Worker(ours, process)


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """Keep Ctrl-C and SIGTERM waiting; a process started within is deaf to Ctrl-C.

    A process must be started whole or not at all. Ctrl-C reaches every process of the terminal;
    the parent alone decides, by SIGTERM.
    """
    # Else the first start would bring it up within, and it lets Ctrl-C through when it is up.
    resource_tracker.ensure_running()
    came: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        came.append(number)

    # The mask is what the new process inherits; it keeps no other thread from taking a signal.
    handlers = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        for number, handler in handlers.items():
            signal.signal(number, handler)
    for missed in came:
        signal.raise_signal(missed)


def _receive(worker: _Worker) -> Outcome | Progress | None:
    """Return what a worker says; None where it has ended without a word."""
    try:
        message: Outcome | Progress = worker.pipe.recv()
    except (EOFError, ConnectionResetError):
        worker.process.join()
        return None
    return message


def _crashed(task: Task, process: BaseProcess) -> Outcome:
    _clean(task)
    got, remedy = describe_end(process.exitcode or 0)
    wanted = f"`{task.source}` must be analysed to its end"
    return failed(task.source, MediaError(sentence(wanted=wanted, got=got, remedy=remedy)))


def _clean(task: Task) -> None:
    """Remove what a process that is no more may have left of a task.

    It removes that itself, unless it is killed, or the signal meets it in the act of leaving.
    """
    from groupaffect.session.columns import OVERLAY_FILE, REPORT_FILE
    from groupaffect.session.folder import clean_abandoned

    folder = task.folder.absolute()
    with contextlib.suppress(OSError):  # what cannot be removed now is removed by the next run
        for output in (folder, folder / REPORT_FILE, folder / OVERLAY_FILE):
            clean_abandoned(output)


def unfinished_line(task: Task) -> str | None:
    """Return what a stop after the tables leaves to do; None where it left nothing."""
    from groupaffect.session.columns import RECORD_FILE, REPORT_FILE

    has_tables = (task.folder / RECORD_FILE).is_file()
    if not has_tables or (task.folder / REPORT_FILE).exists():
        return None
    return f"{task.source}: the tables in {task.folder} are whole; run this again for its report"


def describe_end(exit_code: int) -> tuple[str, str]:
    """Return how a process ended that should not have, and what to do.

    Examples
    --------
    >>> describe_end(-11)[0], describe_end(7)[0]
    ('a crash of its process (SIGSEGV)', 'a process that ended with code 7')
    """
    if exit_code >= 0:
        return f"a process that ended with code {exit_code}", "try it alone"
    name = signal.Signals(-exit_code).name
    if name == "SIGKILL":
        got = "a process that was killed, as the system does when memory is short"
        return got, "try it alone, or with fewer `--jobs`"
    return f"a crash of its process ({name})", "convert the recording to mp4 and try again"


def _stop(processes: Sequence[BaseProcess]) -> None:
    for process in processes:
        process.terminate()
    deadline_s = time.monotonic() + STOP_WITHIN_S
    for process in processes:
        process.join(max(0.0, deadline_s - time.monotonic()))
        if process.is_alive():
            process.kill()
            process.join()


def _work(pipe: Connection, analyzer: Analyzer) -> None:
    """Analyse one task after the other until the parent is done, or is no more."""
    hush_libraries()
    _load_libraries()
    with contextlib.suppress(EOFError, OSError, StoppedError):
        raise_on(signal.SIGTERM)
        try:
            while True:
                task: Task = pipe.recv()
                outcome = analyzer(task, hook=_sending_hook(pipe))
                raise_if_asked()
                pipe.send(outcome)
        finally:  # who is stopping already needs not be told again
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
    # All is closed. A thread of a library may still run, and aborts where Python ends around it.
    os._exit(0)


def _load_libraries() -> None:
    """Import what an analysis needs, while SIGTERM still ends the process at once."""
    with contextlib.suppress(ImportError):  # told when it is needed
        import onnxruntime  # noqa: F401

        import groupaffect.recording  # noqa: F401


def _sending_hook(pipe: Connection) -> Hook:
    sent_s: dict[str, float] = {}

    def hook(step: str, *, completed: float, total: float | None) -> None:
        raise_if_asked()
        now_s = time.monotonic()
        if now_s - sent_s.get(step, 0.0) >= REPORT_EVERY_S or completed == total:
            sent_s[step] = now_s
            pipe.send((step, completed, total))

    return hook
