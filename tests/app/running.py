"""Run the command line within the test process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from groupaffect.app.command_line import main

Run = Callable[..., tuple[int, str, str]]


def make_run(capsys: pytest.CaptureFixture[str], *first: str, last: tuple[str, ...] = ()) -> Run:
    """Return what runs a command line and returns exit code, standard output and error.

    Parameters
    ----------
    first, last : words before and after those that are given at each run.
    """

    def run(*words: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stopped:
            main([*first, *map(str, words), *last])
        said = capsys.readouterr()
        return int(stopped.value.code or 0), said.out, said.err

    return run
