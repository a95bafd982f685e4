from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from app.in_this_process import analyze_in_this_process
from app.running import Run, make_run
from groupaffect.app.command_line import COMMANDS, main
from groupaffect.app.json_output import check_target
from groupaffect.errors import NoPictureError, SessionExistsError
from python_process import run_python

Make = Callable[..., list[str]]
WARNING = "110 of 157 frames could be decoded"


@dataclass
class Stub:
    """Stands for ``recording.analyze``: remembers its calls, fails by the name of the file."""

    calls: list[dict[str, Any]] = field(default_factory=list)

    def analyze(self, path: Path, **arguments: Any) -> object:  # noqa: ANN401
        self.calls.append({"path": path, **arguments})
        arguments["hook"]("faces", completed=1.0, total=2.0)
        exists = SessionExistsError("there already.")
        exists.add_note("the context must be 'self', but got 'other'; add --force.")
        errors: dict[str, BaseException] = {
            "audio": NoPictureError("a recording must have a picture, but got sound; choose one."),
            "done": exists,
            "bug": KeyError("surprise"),
            "stop": KeyboardInterrupt(),
        }
        if path.stem in errors:
            raise errors[path.stem]
        return SimpleNamespace(
            warnings=(WARNING,),
            analysed_s=106.0,
            participants=(SimpleNamespace(participant="P1"), SimpleNamespace(participant="P2")),
        )


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Stub:
    stub = Stub()

    analyze_in_this_process(monkeypatch)
    module = ModuleType("groupaffect.recording")
    module.analyze = stub.analyze  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "groupaffect.recording", module)
    return stub


@pytest.fixture
def videos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    monkeypatch.chdir(tmp_path)

    def make(*names: str) -> list[str]:
        for name in names:
            Path(name).touch()
        return list(names)

    return make


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return make_run(capsys)


def test_analyze_all_well_exits_0_and_says_where(stub: Stub, videos: Make, run: Run) -> None:
    code, out, err = run("analyze", *videos("meeting.mp4"))
    assert (code, out) == (0, "")
    assert "meeting.mp4: 2 participants, 106 s analysed" in err
    assert "sessions/meeting/report.html" in err
    assert err.count(WARNING) == 1


def test_analyze_hands_on_what_was_asked_for(stub: Stub, videos: Make, run: Run) -> None:
    words = "--output out --preset paper --start 2 --end 9 --every 3 --context self --consent R7"
    code, *_ = run("analyze", *videos("a.mp4"), *words.split(), "--force")
    (call,) = stub.calls
    assert code == 0
    assert call["output"] == Path("out/a")
    assert (call["context"], call["consent"], call["force"]) == ("self", "R7", True)
    media = call["settings"].media
    assert (media.start_s, media.end_s, media.every) == (2.0, 9.0, 3)
    assert call["settings"].preset == "paper"


def test_analyze_settings_file_is_read(stub: Stub, videos: Make, run: Run) -> None:
    Path("own.toml").write_text("[fusion]\nstep = 0.125\n")
    run("analyze", *videos("a.mp4"), "--settings", "own.toml")
    assert stub.calls[0]["settings"].fusion.step == 0.125


@pytest.mark.parametrize(
    ("names", "options", "n_told"),
    [(("a.mp4", "b.mp4"), [], 1), (("a.mp4",), [], 0), (("a.mp4", "b.mp4"), ["--quiet"], 0)],
)
def test_analyze_warns_once_that_one_file_names_people_of_several_recordings(
    stub: Stub, videos: Make, run: Run, names: tuple[str, ...], options: list[str], n_told: int
) -> None:
    Path("names.csv").write_text("tile,name\n1,Ada\n")
    code, _, err = run("analyze", *videos(*names), "--participants", "names.csv", *options)
    assert code == 0
    assert [call["names"] for call in stub.calls] == [Path("names.csv")] * len(names)
    told = [line for line in err.splitlines() if "names the same tiles or ids" in line]
    assert len(told) == n_told
    assert all("in each of the 2 recordings" in line for line in told)


def test_analyze_context_not_asked_without_terminal(stub: Stub, videos: Make, run: Run) -> None:
    run("analyze", *videos("a.mp4"))
    assert stub.calls[0]["context"] == "not declared"


def test_analyze_one_failure_exits_1_and_does_the_rest(stub: Stub, videos: Make, run: Run) -> None:
    names = videos("a.mp4", "audio.mp4", "bug.mp4", "z.mp4")
    code, out, err = run("analyze", *names, "gone.mp4", "--quiet", "--json", "-")
    results = json.loads(out)
    assert code == 1
    assert [r["input"] for r in results] == [*names, "gone.mp4"]
    statuses = [r["status"] for r in results]
    assert statuses == ["complete", "failed", "failed", "complete", "failed"]
    assert results[0]["participants"] == ["P1", "P2"]
    assert results[0]["warnings"] == [WARNING]
    assert "unexpected KeyError" in results[2]["error"]
    assert len(err.splitlines()) == 3
    assert all(line.startswith("groupaffect: ") for line in err.splitlines())


def test_analyze_that_crashes_leaves_no_empty_output(
    stub: Stub, videos: Make, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(_path: Path, *, output: Path, **_: object) -> None:
        output.parent.mkdir(parents=True, exist_ok=True)
        raise MemoryError

    monkeypatch.setattr(sys.modules["groupaffect.recording"], "analyze", crash)
    assert run("analyze", *videos("a.mp4"), "--output", "out/deep")[0] == 1
    Path("kept").mkdir()
    assert run("analyze", "a.mp4", "--output", "kept")[0] == 1
    assert sorted(path.name for path in Path().iterdir()) == ["a.mp4", "kept"]


def test_analyze_already_complete_exits_0(stub: Stub, videos: Make, run: Run) -> None:
    code, _, err = run("analyze", *videos("done.mp4"), "--json", "r.json")
    assert code == 0
    assert "already complete in sessions/done" in err
    assert "  warning: the context must be 'self', but got 'other'" in err
    (result,) = json.loads(Path("r.json").read_text())
    assert result["status"] == "already complete"
    assert len(result["warnings"]) == 1


@pytest.mark.parametrize("command", ["analyze", "report"])
def test_json_that_cannot_be_written_is_told_before_the_work(
    stub: Stub, videos: Make, run: Run, command: str
) -> None:
    code, _, err = run(command, *videos("a.mp4"), "--json", "no/such/folder.json")
    assert (code, stub.calls) == (1, [])
    assert "`--json` must name a file that can be written" in err
    assert len(err.splitlines()) == 1


def test_check_target_leaves_nothing_and_keeps_what_is_there(videos: Make) -> None:
    videos()
    Path("old.json").write_text("[]")
    for target in (None, "-", "new.json", "old.json"):
        check_target(target)
    assert [path.name for path in Path().iterdir()] == ["old.json"]
    assert Path("old.json").read_text() == "[]"


@pytest.mark.parametrize(
    ("complete", "words", "n_asked"),
    [
        pytest.param(("a", "b"), [], 0, id="all-complete"),
        pytest.param(("a",), [], 1, id="one-to-do"),
        pytest.param(("a", "b"), ["--force"], 1, id="force"),
        pytest.param((), ["--context", "self"], 0, id="declared"),
    ],
)
def test_analyze_asks_for_the_context_only_when_there_is_work(
    stub: Stub,
    videos: Make,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    complete: tuple[str, ...],
    words: list[str],
    n_asked: int,
) -> None:
    asked: list[str] = []

    def prompt(question: str, **_: object) -> str:
        asked.append(question)
        return "other"

    monkeypatch.setattr("groupaffect.app.settings_choice.at_terminal", lambda: True)
    monkeypatch.setattr("typer.prompt", prompt)
    names = videos("a.mp4", "b.mp4")
    for name in complete:
        Path("sessions", name).mkdir(parents=True)
        Path("sessions", name, "session.json").touch()
    run("analyze", *names, *words)
    assert len(asked) == n_asked
    wanted = "self" if words[:1] == ["--context"] else "other" if n_asked else "not declared"
    assert {call["context"] for call in stub.calls} == {wanted}


def test_analyze_interrupted_exits_130_without_traceback(
    stub: Stub,
    videos: Make,
    run: Run,
) -> None:
    code, _, err = run("analyze", *videos("stop.mp4", "z.mp4"))
    assert code == 130
    assert "Traceback" not in err
    assert len(stub.calls) == 1


def test_analyze_debug_shows_what_is_not_ours(stub: Stub, videos: Make) -> None:
    with pytest.raises(KeyError, match="surprise"):
        main(["analyze", "--debug", *videos("bug.mp4")])


SETTINGS_GONE = (
    "groupaffect: `--settings` must be a TOML file, but got no.toml (No such file or directory); "
    "check the path.\n"
)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["--preset", "best"], "the preset must be one of", id="preset"),
        pytest.param(["--start", "5", "--end", "5"], "`--end` must be after", id="part"),
        pytest.param(["--context", "fun"], "`--context` must be one of", id="context"),
        pytest.param(["--settings", "no.toml"], SETTINGS_GONE, id="file"),
        pytest.param(["--every", "0"], "`--every` must be 1 or more, but got 0; use 1", id="every"),
        pytest.param(["--jobs", "0"], "`--jobs` must be 1 or more, but got 0; use 1", id="jobs"),
        pytest.param(["--start", "nan"], "a time of 0 s or more, but got nan s; give", id="nan"),
        pytest.param(["--end", "inf"], "but got inf s; leave it out to analyse to the", id="inf"),
        pytest.param(["--start", "-1"], "but got -1 s; give it from the start", id="negative"),
        pytest.param(["--frobnicate"], "--frobnicate", id="option"),
    ],
)
def test_analyze_wrong_use_exits_2(
    stub: Stub,
    videos: Make,
    run: Run,
    words: list[str],
    said: str,
) -> None:
    code, _, err = run("analyze", *videos("a.mp4"), *words)
    assert (code, stub.calls) == (2, [])
    assert said in err
    assert "Traceback" not in err
    assert len(err.splitlines()) == 1 or "frobnicate" in said


def test_analyze_tells_of_folders_that_it_leaves_out(stub: Stub, videos: Make, run: Run) -> None:
    Path("study/stills").mkdir(parents=True)
    videos("study/a.mp4", "study/stills/1.png")
    told = "warning: study: only the videos in it are analysed, not stills/; name that as well"
    assert told in run("analyze", "study")[2]
    assert told not in run("analyze", "study", "--quiet")[2]
    assert len(stub.calls) == 2


def test_analyze_says_what_a_complete_session_lacked_and_got(
    stub: Stub, videos: Make, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SessionExistsError, "made", ("report",))
    code, _, err = run("analyze", *videos("done.mp4"), "--json", "r.json")
    assert code == 0
    assert "already complete in sessions/done; its report was missing and is made; " in err
    assert json.loads(Path("r.json").read_text())[0]["made"] == ["report"]


def test_doctor_json_lists_networks_with_their_hashes(run: Run) -> None:
    _, out, _ = run("doctor", "--json", "-")
    findings = json.loads(out)
    names = {f"{model['stage']}/{model['name']}" for model in findings["models"]}
    assert "faces/centerface" in names
    assert all(len(model["sha256"]) == 64 for model in findings["models"])
    assert findings["packages"]["numpy"]
    assert "CPUExecutionProvider" in findings["execution_providers"]


def test_help_is_quick_and_lists_every_command() -> None:
    started_s = time.perf_counter()
    done = run_python("-m", "groupaffect", "--help")
    assert time.perf_counter() - started_s < 5.0  # `make bench` holds it to 0.6 s
    assert done.returncode == 0
    assert all(name in done.stdout for name in COMMANDS)


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from groupaffect.app.command_line import build_app; build_app()\n"
        "print([n for n in ('numpy', 'av', 'onnxruntime', 'pyarrow') if n in sys.modules])"
    )
    assert run_python("-c", code).stdout.strip() == "[]"


def test_missing_file_exits_1_with_one_sentence(tmp_path: Path) -> None:
    done = run_python("-m", "groupaffect", "analyze", "gone.mp4", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        "groupaffect: `gone.mp4` must be a recording, a folder or a pattern, but got nothing of "
        "that name; check the path."
    ]


def test_no_input_exits_2() -> None:
    assert run_python("-m", "groupaffect", "analyze").returncode == 2
