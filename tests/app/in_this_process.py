"""Let commands analyse in the test's own process, where its stubs are seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from groupaffect.app import workers
from groupaffect.app.tasks import Outcome, Task


def analyze_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def run_here(tasks: Sequence[Task], **how: Any) -> list[Outcome]:  # noqa: ANN401
        return [
            workers._run_here(row, task, how["display"], how["analyzer"])
            for row, task in enumerate(tasks)
        ]

    monkeypatch.setattr(workers, "_run_apart", run_here)
