from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from groupaffect.app.stopping import StoppedError, exiting_when_stopped, raise_if_asked, raise_on


@pytest.fixture
def heard() -> Iterator[None]:
    numbers = (signal.SIGUSR1, signal.SIGALRM, signal.SIGINT, signal.SIGTERM)
    before = [signal.getsignal(number) for number in numbers]
    raise_on(signal.SIGUSR1)
    yield
    raise_on()  # and nothing has come
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


def test_signal_is_raised_at_once(heard: None) -> None:
    with pytest.raises(StoppedError, match=r"^stopped by SIGUSR1\.$") as caught:
        os.kill(os.getpid(), signal.SIGUSR1)
    assert caught.value.exit_code == 128 + signal.SIGUSR1


def test_signal_within_an_import_waits_until_it_is_over(
    heard: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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


def test_signal_that_a_library_swallowed_is_raised_once_more(heard: None) -> None:
    with contextlib.suppress(StoppedError):
        os.kill(os.getpid(), signal.SIGUSR1)
    with pytest.raises(StoppedError):
        raise_if_asked()
    raise_on(signal.SIGUSR1)
    raise_if_asked()


@pytest.mark.parametrize("end", [ValueError, SystemExit, StopIteration])
def test_program_ends_as_stopped_whatever_came_of_the_signal(
    heard: None, capsys: pytest.CaptureFixture[str], end: type[BaseException]
) -> None:
    @exiting_when_stopped()
    def run() -> None:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        except StoppedError:
            raise end from None

    with pytest.raises(SystemExit) as ended:
        run()
    assert ended.value.code == 143
    assert capsys.readouterr().err == "groupaffect: stopped by SIGTERM.\n"
