"""Start two workers in a fresh process; print whether each is deaf to Ctrl-C."""

from __future__ import annotations

import signal
import sys
from multiprocessing.connection import Connection

from groupaffect.app import workers
from groupaffect.app.workers import Analyzer


def say_if_deaf(pipe: Connection, _analyzer: Analyzer) -> None:
    pipe.send(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, []))


def main() -> None:
    workers._work = say_if_deaf
    for _ in range(2):
        worker = workers._start(str)  # type: ignore[arg-type]
        sys.stdout.write(f"{worker.pipe.recv()}\n")
        worker.process.join()


if __name__ == "__main__":
    main()
