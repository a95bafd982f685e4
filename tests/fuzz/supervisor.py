"""Hand case numbers to a worker process, and start another when one hangs or dies."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

MOST_S = 20.0  # for one case
START_S = 120.0  # for a worker to import everything, and its first case
ROOT = Path(__file__).resolve().parents[2]


def run_cases(numbers: Iterable[int], *, scratch: Path) -> Iterator[dict[str, Any]]:
    """Yield the answer to each case; the files of a case with findings stay in ``scratch``."""
    worker: subprocess.Popen[str] | None = None
    try:
        for number in numbers:
            is_new = worker is None
            worker = worker or _start(scratch)
            answer = _ask(worker, number, within_s=START_S if is_new else MOST_S)
            if answer is None:
                yield {"case": number, "findings": [_end(worker)], "wall_s": MOST_S}
                worker = None
            else:
                yield answer
                if answer["findings"]:  # what it left in memory must not be told of the next ones
                    _end(worker)
                    worker = None
    finally:
        if worker is not None:
            _end(worker)


def _start(scratch: Path) -> subprocess.Popen[str]:
    path = os.pathsep.join(str(ROOT / name) for name in ("src", "tests"))
    seeds = tempfile.mkdtemp(prefix="seeds-", dir=scratch)
    return subprocess.Popen(
        [sys.executable, "-m", "fuzz.worker", seeds, str(scratch)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": path},
        text=True,
    )


def _ask(worker: subprocess.Popen[str], number: int, *, within_s: float) -> dict[str, Any] | None:
    """Return the answer; None where the worker died or took too long."""
    assert worker.stdin is not None
    assert worker.stdout is not None
    try:
        worker.stdin.write(f"{number}\n")
        worker.stdin.flush()
    except BrokenPipeError:
        return None
    with selectors.DefaultSelector() as selector:
        selector.register(worker.stdout, selectors.EVENT_READ)
        if not selector.select(within_s):
            return None
    line = worker.stdout.readline()
    answer: dict[str, Any] | None = json.loads(line) if line else None
    return answer


def _end(worker: subprocess.Popen[str]) -> str:
    """End a worker and say how it ended."""
    with worker:
        assert worker.stdin is not None
        if worker.poll() is None:
            try:
                worker.communicate(timeout=1.0)
            except subprocess.TimeoutExpired:
                worker.kill()
                return f"no answer within {MOST_S:g} s"
    return f"the process ended with {worker.returncode}"
