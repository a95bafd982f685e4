"""Analyse several recordings at once, one process for each.

A process of its own keeps a recording that crashes the decoder, or is killed for its memory,
from ending the others.
"""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections import deque
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from groupaffect.app.progress import Display
from groupaffect.app.stopping import exit_on_sigterm
from groupaffect.app.tasks import Outcome, Task, analyze_task, failed
from groupaffect.errors import MediaError, sentence
from groupaffect.types import Hook

REPORT_EVERY_S = 0.2  # a worker's progress; more often would only keep the pipe busy
STOP_WITHIN_S = 10.0  # for a worker to remove what it has half-written

Analyzer = Callable[..., Outcome]


def run_tasks(
    tasks: Sequence[Task], *, n_jobs: int, display: Display, analyzer: Analyzer = analyze_task
) -> list[Outcome]:
    """Return the outcome of each task, in their order, ``n_jobs`` at a time."""
    if n_jobs == 1 or len(tasks) == 1:
        return [_run_here(row, task, display, analyzer) for row, task in enumerate(tasks)]
    return _run_apart(tasks, n_jobs=n_jobs, display=display, analyzer=analyzer)


def _run_here(row: int, task: Task, display: Display, analyzer: Analyzer) -> Outcome:
    def hook(step: str, *, completed: float, total: float | None) -> None:
        display.advance(row, step, completed=completed, total=total)

    display.start(row, task.source.name, start_s=task.plan.settings.media.start_s)
    outcome = analyzer(task, hook=hook)
    display.finish(row, outcome)
    return outcome


def _run_apart(
    tasks: Sequence[Task], *, n_jobs: int, display: Display, analyzer: Analyzer
) -> list[Outcome]:
    waiting = deque(enumerate(tasks))
    running: dict[Connection, tuple[int, BaseProcess]] = {}
    outcomes: dict[int, Outcome] = {}
    try:
        while waiting or running:
            while waiting and len(running) < n_jobs:
                row, task = waiting.popleft()
                display.start(row, task.source.name, start_s=task.plan.settings.media.start_s)
                connection, process = _start(task, analyzer)
                running[connection] = (row, process)
            ready = wait(list(running))
            for connection in [c for c in running if c in ready]:
                row, process = running[connection]
                message = _receive(connection, process, tasks[row])
                if isinstance(message, Outcome):
                    outcomes[row] = message
                    display.finish(row, message)
                    running.pop(connection)
                    process.join()
                else:
                    step, completed, total = message
                    display.advance(row, step, completed=completed, total=total)
    finally:
        _stop([process for _, process in running.values()])
    return [outcomes[row] for row in range(len(tasks))]


Progress = tuple[str, float, float | None]


def _start(task: Task, analyzer: Analyzer) -> tuple[Connection, BaseProcess]:
    # "spawn": a forked copy of a process that holds decoder threads can hang.
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(task, sender, analyzer), daemon=True)
    process.start()
    sender.close()
    return receiver, process


def _receive(connection: Connection, process: BaseProcess, task: Task) -> Outcome | Progress:
    try:
        message: Outcome | Progress = connection.recv()
    except EOFError:
        process.join()
        error = MediaError(
            sentence(
                wanted=f"`{task.source}` must be analysed to its end",
                got=f"a process that ended with code {process.exitcode}",
                remedy="try it alone, with fewer `--jobs` if memory is short",
            )
        )
        return failed(task.source, error)
    return message


def _stop(processes: Sequence[BaseProcess]) -> None:
    for process in processes:
        process.terminate()
    deadline_s = time.monotonic() + STOP_WITHIN_S
    for process in processes:
        process.join(max(0.0, deadline_s - time.monotonic()))
        if process.is_alive():
            process.kill()


def _work(task: Task, sender: Connection, analyzer: Analyzer) -> None:
    # Ctrl-C reaches every process of the terminal; the parent alone decides, by SIGTERM.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    exit_on_sigterm()
    sender.send(analyzer(task, hook=_sending_hook(sender)))


def _sending_hook(sender: Connection) -> Hook:
    sent_s: dict[str, float] = {}

    def hook(step: str, *, completed: float, total: float | None) -> None:
        now_s = time.monotonic()
        if now_s - sent_s.get(step, 0.0) >= REPORT_EVERY_S or completed == total:
            sent_s[step] = now_s
            sender.send((step, completed, total))

    return hook
