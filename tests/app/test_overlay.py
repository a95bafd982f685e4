from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from app.in_this_process import analyze_in_this_process
from groupaffect.app.command_line import main
from groupaffect.errors import MediaError, SessionExistsError


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[dict[str, Any]]:
    """Return what the commands ask of the package, which is not run."""
    asked: list[dict[str, Any]] = []

    def analyze(path: Path, **arguments: Any) -> object:  # noqa: ANN401
        asked.append({"path": path, **arguments})
        if path.stem == "done":
            raise SessionExistsError("there already.")
        return SimpleNamespace(warnings=(), analysed_s=2.0, participants=())

    def write_overlay(session: Path, recording: Path, **arguments: Any) -> Path:  # noqa: ANN401
        asked.append({"session": session, "recording": recording, **arguments})
        arguments["hook"]("overlay", completed=1.0, total=2.0)
        if recording.stem == "other":
            raise MediaError("the overlay needs 'a.mp4', but got another; choose it.")
        return session / "overlay.mp4"

    for name, function in {"recording": analyze, "overlay": write_overlay}.items():
        module = ModuleType(f"groupaffect.{name}")
        setattr(module, function.__name__, function)
        monkeypatch.setitem(sys.modules, module.__name__, module)
    analyze_in_this_process(monkeypatch)
    monkeypatch.chdir(tmp_path)
    for name in ("a.mp4", "done.mp4", "other.mp4"):
        Path(name).touch()
    return asked


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(words)
    return int(stopped.value.code or 0)


@pytest.mark.parametrize(
    ("words", "style"),
    [
        ("", None),
        ("--overlay", "plain"),
        ("--overlay --blur-faces", "blurred"),
        ("--overlay --no-pixels", "no-pixels"),
        ("--overlay --no-pixels --blur-faces", "no-pixels"),
    ],
)
def test_analyze_asks_for_the_overlay(
    calls: list[dict[str, Any]], words: str, style: str | None
) -> None:
    assert run("analyze", "a.mp4", *words.split()) == 0
    assert [call["overlay"] for call in calls] == [style]


@pytest.mark.parametrize("option", ["--blur-faces", "--no-pixels"])
def test_option_of_the_overlay_without_it_exits_2(
    calls: list[dict[str, Any]], capsys: pytest.CaptureFixture[str], option: str
) -> None:
    assert run("analyze", "a.mp4", option) == 2
    said = f"groupaffect: `{option}` belongs to `--overlay`, but got it alone; add `--overlay`"
    assert capsys.readouterr().err.startswith(said)
    assert calls == []


def test_analyze_says_where_the_overlay_is(
    calls: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("analyze", "a.mp4", "done.mp4", "--overlay", "--json", "r.json") == 0
    err = capsys.readouterr().err
    assert err.count("  overlay: sessions/") == 2
    overlays = [result["overlay"] for result in json.loads(Path("r.json").read_text())]
    assert overlays == ["sessions/a/overlay.mp4", "sessions/done/overlay.mp4"]


def test_analyze_without_overlay_names_none(
    calls: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("analyze", "a.mp4", "--json", "-") == 0
    said = capsys.readouterr()
    assert json.loads(said.out)[0]["overlay"] is None
    assert "overlay" not in said.err


def test_overlay_of_a_session_is_made_as_asked(
    calls: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("overlay", "sessions/a", "a.mp4", "--blur-faces", "--json", "r.json") == 0
    (call,) = calls
    assert (call["session"], call["recording"]) == (Path("sessions/a"), Path("a.mp4"))
    assert call["style"] == "blurred"
    assert "overlay made; open sessions/a/overlay.mp4" in capsys.readouterr().err
    (result,) = json.loads(Path("r.json").read_text())
    assert result == {"session": "sessions/a", "overlay": "sessions/a/overlay.mp4", "error": None}


def test_overlay_of_another_recording_exits_1_with_one_sentence(
    calls: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("overlay", "sessions/a", "other.mp4", "--json", "-", "--quiet") == 1
    said = capsys.readouterr()
    assert said.err == "groupaffect: the overlay needs 'a.mp4', but got another; choose it.\n"
    assert json.loads(said.out)[0]["overlay"] is None
