from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from groupaffect.app.stopping import StoppedError, raise_on


@pytest.fixture
def raise_if_asked() -> Iterator[object]:
    numbers = (signal.SIGUSR1, signal.SIGALRM)
    before = [signal.getsignal(number) for number in numbers]
    yield raise_on(signal.SIGUSR1)
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


def test_signal_is_raised_at_once(raise_if_asked: object) -> None:
    with pytest.raises(StoppedError, match=r"^stopped by SIGUSR1\.$") as caught:
        os.kill(os.getpid(), signal.SIGUSR1)
    assert caught.value.exit_code == 128 + signal.SIGUSR1


def test_signal_within_an_import_waits_until_it_is_over(
    raise_if_asked: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ("import os, signal, time", "os.kill(os.getpid(), signal.SIGUSR1)", "time.sleep(0.05)")
    (tmp_path / "interrupted_module.py").write_text("\n".join((*lines, "whole = True")))
    monkeypatch.syspath_prepend(tmp_path)

    def import_and_wait() -> None:
        import_module("interrupted_module")
        time.sleep(10)

    with pytest.raises(StoppedError):
        import_and_wait()
    assert sys.modules["interrupted_module"].whole
