"""``recording.analyze`` with the real session folder and stubs for media, pipeline and report."""

from __future__ import annotations

import hashlib
import importlib
import json
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from groupaffect.errors import OutputError, SessionExistsError, UsageError
from groupaffect.names import read_names
from groupaffect.report.drawable import caution_names
from groupaffect.types import (
    Analysis,
    FusionTrace,
    GroupSignal,
    MediaFacts,
    MemberStates,
    ParticipantFacts,
)

Analyze = Callable[..., Any]


def empty_analysis() -> Analysis:
    fusion = FusionTrace(
        participants=(),
        window_start_s=np.zeros(0),
        window_end_s=np.zeros(0),
        weight=np.zeros((0, 0, 2)),
        n_changes=np.zeros((0, 0), dtype=np.int64),
        group_n_changes=np.zeros(0),
        reason=np.zeros((0, 0), dtype=object),
    )
    nothing = np.full(2, np.nan)
    group = GroupSignal(
        members="all",
        start_s=0.0,
        mean=np.full((2, 7), np.nan),
        denoised=np.full((2, 7), np.nan),
        dominant=np.zeros((2, 7), dtype=bool),
        dispersion=nothing,
        polarisation=nothing,
        polarisation_chance=nothing,
        n_visible=np.zeros(2, dtype=np.int64),
        n_engaged=nothing,
        energy_kept=float("nan"),
        n_bins_kept=0,
    )
    return Analysis(
        participants=(),
        n_frames=50,
        duration_s=2.0,
        signals=(),
        fusion=fusion,
        groups=(group,),
        events=(),
        states=(),
        members=MemberStates((), 0.0, *(np.zeros((0, 0), dtype=np.int8) for _ in range(2))),
        warnings=("nobody was seen",),
    )


def open_media(path: Path) -> SimpleNamespace:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return SimpleNamespace(
        facts=MediaFacts(path.name, sha256, "mp4", "h264", 640, 360, 2.0, 50, None)
    )


def overlay_stub() -> dict[str, object]:
    """Return what stands for the overlay: a file that says its style."""

    def make_overlay(session: Any, media: object, *, style: str, hook: object) -> None:  # noqa: ANN401
        (session.path / "overlay.mp4").write_text(style)

    def has_overlay(session: Any, style: str) -> bool:  # noqa: ANN401
        overlay = session.path / "overlay.mp4"
        return overlay.exists() and overlay.read_text() == style

    return {"make_overlay": make_overlay, "has_overlay": has_overlay, "check_style": lambda _: None}


@pytest.fixture
def analyze(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Analyze:
    """Return ``analyze`` over stubs that stand for every other part than the session."""
    stubs: dict[str, dict[str, object]] = {
        "pipeline": {"analyse": lambda *_, **__: empty_analysis(), "Keep": object},
        "media": {"open_media": open_media, "Media": object},
        "overlay": overlay_stub(),
        "report": {"write_report": lambda session: (session.path / "report.html").write_text("r")},
    }
    for name, content in stubs.items():
        module = ModuleType(f"groupaffect.{name}")
        vars(module).update(content)
        monkeypatch.setitem(sys.modules, module.__name__, module)
        monkeypatch.setattr(f"groupaffect.{name}", module, raising=False)
    monkeypatch.delitem(sys.modules, "groupaffect.recording", raising=False)
    monkeypatch.chdir(tmp_path)
    Path("meeting.mp4").write_bytes(b"one")
    recording = importlib.import_module("groupaffect.recording")
    monkeypatch.delitem(sys.modules, "groupaffect.recording")
    function: Analyze = recording.analyze
    return function


def test_analyze_leaves_session_and_report_under_the_stem(analyze: Analyze) -> None:
    session = analyze("meeting.mp4", context="research", consent="R7")
    assert Path("sessions/meeting/report.html").exists()
    assert session.path == Path("sessions/meeting").absolute()
    assert (session.record.context, session.record.consent) == ("research", "R7")
    assert session.record.analysed_end_s == 2.0
    assert "faces/centerface.onnx" in session.record.model_hashes


def test_analyze_again_says_it_is_complete_and_makes_a_missing_report(analyze: Analyze) -> None:
    report = analyze("meeting.mp4", output="s").path / "report.html"
    report.unlink()
    with pytest.raises(SessionExistsError, match="a complete session there already") as found:
        analyze("meeting.mp4", output="s")
    assert report.exists()
    assert found.value.made == ("report",)
    with pytest.raises(SessionExistsError) as found:
        analyze("meeting.mp4", output="s")
    assert found.value.made == ()


def test_analyze_again_makes_the_overlay_that_is_missing_or_another(analyze: Analyze) -> None:
    overlay = analyze("meeting.mp4", output="s").path / "overlay.mp4"
    assert not overlay.exists()
    for style in ("plain", "blurred"):
        with pytest.raises(SessionExistsError):
            analyze("meeting.mp4", output="s", overlay=style)
        assert overlay.read_text() == style
    made = overlay.stat().st_mtime_ns
    for style in ("blurred", None):  # it is there, or is not asked for
        with pytest.raises(SessionExistsError):
            analyze("meeting.mp4", output="s", overlay=style)
        assert overlay.stat().st_mtime_ns == made


def test_analyze_output_of_another_recording_is_refused(analyze: Analyze) -> None:
    analyze("meeting.mp4", output="s")
    Path("meeting.mp4").write_bytes(b"another")
    with pytest.raises(OutputError, match="got one of another recording"):
        analyze("meeting.mp4", output="s")
    assert analyze("meeting.mp4", output="s", force=True).record.media.name == "meeting.mp4"


def test_analyze_output_with_other_settings_is_refused(analyze: Analyze) -> None:
    analyze("meeting.mp4", output="s")
    with pytest.raises(OutputError, match="got one with other settings"):
        analyze("meeting.mp4", output="s", preset="paper")


def test_analyze_failure_leaves_nothing(analyze: Analyze) -> None:
    with pytest.raises(UsageError, match="the preset must be one of"):
        analyze("meeting.mp4", preset="best")
    with pytest.raises(FileNotFoundError):
        analyze("gone.mp4", output="s")
    assert sorted(path.name for path in Path().iterdir()) == ["meeting.mp4"]


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        pytest.param({"context": "self"}, "the context .* 'self' .* 'research'", id="context"),
        pytest.param({"consent": "R8"}, "the consent reference .* 'R8' .* 'R7'", id="consent"),
    ],
)
def test_analyze_again_notes_what_was_declared_otherwise(
    analyze: Analyze, declared: dict[str, str], words: str
) -> None:
    same = {"context": "research", "consent": "R7"}
    analyze("meeting.mp4", output="s", **same)
    for again in (same, {}):  # what is not declared again is no difference
        with pytest.raises(SessionExistsError) as found:
            analyze("meeting.mp4", output="s", **again)
        assert not hasattr(found.value, "__notes__")
    with pytest.raises(SessionExistsError) as found:
        analyze("meeting.mp4", output="s", **(same | declared))
    (note,) = found.value.__notes__
    assert re.search(words, note)
    assert "--force" in note


def test_analyze_again_notes_networks_that_changed(analyze: Analyze) -> None:
    path = analyze("meeting.mp4", output="s").path / "session.json"
    values = json.loads(path.read_text())
    values["model_hashes"]["faces/centerface.onnx"] = "0" * 64
    path.write_text(json.dumps(values))
    with pytest.raises(SessionExistsError) as found:
        analyze("meeting.mp4", output="s")
    (note,) = found.value.__notes__
    assert "others for faces/centerface.onnx; add --force" in note


def test_analyze_with_wrong_names_does_no_work(analyze: Analyze) -> None:
    Path("n.csv").write_text("participant,name\nP1,\n")
    with pytest.raises(UsageError, match="row 2 of the names needs a name"):
        analyze("meeting.mp4", output="s", names="n.csv")
    assert not Path("s").exists()


def test_analyze_with_a_name_for_nobody_is_complete_with_a_warning(analyze: Analyze) -> None:
    session = analyze("meeting.mp4", output="s", names={"P1": "Ada"})
    assert session.record.names_given
    assert session.facts["warnings"] == [
        "nobody was seen",
        "row 1 of the names must be about one of nobody, but got 'P1'; leave it out; this name is "
        "not used.",
    ]
    assert "Ada" not in (session.path / "participants.csv").read_text()


def test_name_that_cannot_be_drawn_is_a_warning() -> None:
    from groupaffect.recording import _name_all

    person = ParticipantFacts("P1", "P1", None, None, 0.0, 1.0, 1.0)
    seen = replace(empty_analysis(), participants=(person,))
    named = _name_all(seen, read_names({"P1": "\u540d\u524d"}))
    (told,) = caution_names(named.participants)
    assert named.warnings[-1] == told
