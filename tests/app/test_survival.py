"""Real runs that are stopped, killed or met by another: never half a session, next run works."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import groupaffect
from groupaffect.session import load_session
from groupaffect.settings import MediaSettings
from media.synthetic_clips import write_clip
from python_process import SOURCE, run_python
from reference.folded_session import tree_bytes
from reference.random_session import make_analysis, write_session
from reference.seated_session import write_seated_session

PATIENCE_S = 120.0
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture(autouse=True)
def hear_ctrl_c() -> Iterator[None]:
    """Start nothing deaf to Ctrl-C, as shells start what runs in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module")
def long_clips(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return two clips that take some seconds."""
    first = write_clip(tmp_path_factory.mktemp("long") / "a.mp4", n_frames=6000, gop=250)
    second = first.with_name("b.mp4")
    second.write_bytes(first.read_bytes())
    return [first, second]


@pytest.fixture(scope="module")
def seated(long_clips: list[Path]) -> Path:
    """Return the session of a clip whose overlay takes a second or two."""
    part = MediaSettings(end_s=60.0)
    return write_seated_session(long_clips[0].parent / "s", long_clips[0], part=part).path


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start the command in a group of its own, as a terminal does."""
    begun: list[subprocess.Popen[str]] = []

    def command(*words: object) -> subprocess.Popen[str]:
        output = ["--output", "sessions"] if words[0] == "analyze" else []
        process = subprocess.Popen(
            [sys.executable, "-m", "groupaffect", *map(str, words), *output],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(SOURCE)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        begun.append(process)
        return process

    yield command
    for process in begun:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def wait_until(true: Callable[[], object]) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline_s, "it never came about"
        time.sleep(0.02)


def begun_in(folder: Path) -> list[Path]:
    return list((folder / "sessions").glob(".*.writing-*"))


def left_in(folder: Path) -> list[str]:
    sessions = folder / "sessions"
    return sorted(path.name for path in sessions.iterdir()) if sessions.is_dir() else []


@pytest.mark.parametrize(
    ("number", "n_jobs", "code"),
    [
        pytest.param(signal.SIGINT, 1, 130, id="ctrl-c"),
        pytest.param(signal.SIGINT, 2, 130, id="ctrl-c-jobs"),
        pytest.param(signal.SIGTERM, 2, 143, id="terminate-jobs"),
    ],
)
def test_signal_mid_run_leaves_nothing_and_no_words(
    tmp_path: Path,
    long_clips: list[Path],
    start: Start,
    number: signal.Signals,
    n_jobs: int,
    code: int,
) -> None:
    process = start("analyze", *long_clips, "--jobs", n_jobs)
    wait_until(lambda: len(begun_in(tmp_path)) == n_jobs)
    if number is signal.SIGINT:
        os.killpg(process.pid, number)  # Ctrl-C reaches all processes of the terminal
    else:
        process.send_signal(number)
    out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == code
    assert out == ""
    assert err == f"groupaffect: stopped by {number.name}.\n"
    assert left_in(tmp_path) == []


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["ctrl-c", "terminate"]
)
def test_signal_while_an_overlay_is_drawn_leaves_the_session_as_it_was(
    long_clips: list[Path], seated: Path, start: Start, number: signal.Signals, code: int
) -> None:
    before = tree_bytes(seated)
    process = start("overlay", seated, long_clips[0])
    wait_until(lambda: list(seated.glob(".overlay.mp4.writing-*/overlay.mp4")))
    process.send_signal(number)
    _, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == code
    assert err == f"groupaffect: stopped by {number.name}.\n"
    assert tree_bytes(seated) == before
    assert not list(seated.glob(".*"))


def test_ctrl_c_while_a_script_is_rendered_leaves_nothing(tmp_path: Path, start: Start) -> None:
    script = Path(groupaffect.__file__).parent / "synthetic/demo.toml"
    process = start("synthesize", script, "--output", "sessions/made")
    wait_until(lambda: list(tmp_path.glob("sessions/.made.writing-*/recording.mp4")))
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, out) == (130, "")
    assert err == "groupaffect: stopped by SIGINT.\n"
    assert left_in(tmp_path) == []


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["ctrl-c", "terminate"]
)
def test_signal_in_the_overlay_phase_of_an_analysis_keeps_what_was_analysed(
    tmp_path: Path, long_clips: list[Path], start: Start, number: signal.Signals, code: int
) -> None:
    process = start("analyze", long_clips[0], "--end", 20, "--overlay", "--blur-faces")
    session = tmp_path / "sessions" / "a"
    wait_until(lambda: list(session.glob(".overlay.mp4.writing-*")))
    os.killpg(process.pid, number)
    _, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == code
    assert err == f"groupaffect: stopped by {number.name}.\n"
    assert load_session(session).analysed_s == pytest.approx(20)
    assert not [path for path in session.iterdir() if path.name.startswith(".")]
    assert (session / "report.html").exists()
    assert not (session / "overlay.mp4").exists()


INTERRUPTED = """
import os, signal, sys
class Interruption:
    def find_spec(self, name, *_):
        if name == module:
            os.kill(os.getpid(), signal.SIGINT)
module = sys.argv.pop(1)
sys.meta_path.insert(0, Interruption())
from groupaffect.__main__ import main
main()
"""


@pytest.mark.parametrize("module", ["typer", "numpy.linalg._umath_linalg", "pyarrow.lib"])
def test_ctrl_c_while_libraries_are_imported_is_one_line(tmp_path: Path, module: str) -> None:
    """In a library written in C it came out as an ImportError."""
    session = write_session(tmp_path / "s", make_analysis(n_s=30)).path
    before = tree_bytes(tmp_path)
    done = run_python("-c", INTERRUPTED, module, "reanalyze", str(session))
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "groupaffect: stopped by SIGINT.\n"
    assert tree_bytes(tmp_path) == before


SWALLOWED = """
import os, signal, sys
from matplotlib.transforms import Affine2DBase
number = int(sys.argv.pop(1))
plain = Affine2DBase.__array__
def array(self, *words, **how):
    if "ASKED" not in os.environ:
        os.environ["ASKED"] = ""
        os.kill(os.getpid(), number)
    return plain(self, *words, **how)
Affine2DBase.__array__ = array
from groupaffect.__main__ import main
main()
"""


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["ctrl-c", "terminate"]
)
@pytest.mark.parametrize(
    "words",
    [
        ["forget", "P1", "--in", ".", "--yes"],
        ["reanalyze", "a", "--merge", "P1,P2"],
        ["report", "a", "b"],
    ],
    ids=["forget", "reanalyze", "report"],
)
def test_signal_that_matplotlib_swallows_stops_all_the_same(
    tmp_path: Path, words: list[str], number: signal.Signals, code: int
) -> None:
    """It comes out as a ValueError of Matplotlib's; ``forget`` went on to the next session."""
    for name in ("a", "b"):
        write_session(tmp_path / name, make_analysis(n_participants=2, n_s=8))
    before = tree_bytes(tmp_path)
    done = run_python("-c", SWALLOWED, str(int(number)), *words, cwd=tmp_path)
    assert done.returncode == code
    assert done.stderr.splitlines()[-1] == f"groupaffect: stopped by {number.name}."
    assert "ValueError" not in done.stderr
    assert tree_bytes(tmp_path) == before


def test_ctrl_c_while_processes_start_has_no_traceback(
    tmp_path: Path, long_clips: list[Path], start: Start
) -> None:
    process = start("analyze", *long_clips, "--jobs", 2)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    wait_until(lambda: len(children.read_text().split()) >= 2)  # one of them tracks resources
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert err == "groupaffect: stopped by SIGINT.\n"
    assert left_in(tmp_path) == []


def test_killed_command_takes_its_processes_along(
    tmp_path: Path, long_clips: list[Path], start: Start
) -> None:
    process = start("analyze", *long_clips, "--jobs", 2)
    wait_until(lambda: len(begun_in(tmp_path)) == 2)
    process.kill()
    wait_until(lambda: left_in(tmp_path) == [])
    _, err = process.communicate(timeout=PATIENCE_S)
    assert err == ""


def test_killed_process_costs_one_recording_and_leaves_nothing(
    tmp_path: Path, long_clips: list[Path], start: Start
) -> None:
    process = start("analyze", *long_clips, "--end", 30)
    wait_until(lambda: begun_in(tmp_path))
    os.kill(int(begun_in(tmp_path)[0].name.split("-")[-2]), signal.SIGKILL)
    _, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 1
    failed, complete, *_ = err.splitlines()
    assert "a.mp4` must be analysed to its end, but got a process that was killed" in failed
    assert "b.mp4: 0 participants, 30 s analysed" in complete
    assert left_in(tmp_path) == ["b"]


def test_all_killed_at_once_is_cleaned_by_the_next_run(
    tmp_path: Path, long_clips: list[Path], start: Start
) -> None:
    process = start("analyze", long_clips[0])
    wait_until(lambda: begun_in(tmp_path))
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    (left,) = left_in(tmp_path)
    assert left.startswith(".a.writing-")
    again = start("analyze", long_clips[0], "--end", 1)
    again.communicate(timeout=PATIENCE_S)
    assert again.returncode == 0
    assert left_in(tmp_path) == ["a"]


def test_second_run_on_the_same_output_says_so_and_the_first_goes_on(
    tmp_path: Path, long_clips: list[Path], start: Start
) -> None:
    first = start("analyze", long_clips[0], "--end", 60)
    wait_until(lambda: begun_in(tmp_path))
    worker = int(begun_in(tmp_path)[0].name.split("-")[-2])
    os.kill(worker, signal.SIGSTOP)  # else it might be over too early
    second = start("analyze", long_clips[0], "--end", 60)
    _, err = second.communicate(timeout=PATIENCE_S)
    os.kill(worker, signal.SIGCONT)
    assert second.returncode == 1
    (line,) = err.splitlines()
    assert "one run at a time may write a session, but got another run" in line
    first.communicate(timeout=PATIENCE_S)
    assert first.returncode == 0
    assert left_in(tmp_path) == ["a"]
    assert load_session(tmp_path / "sessions" / "a").analysed_s == pytest.approx(60)


def test_full_device_for_json_is_one_sentence(tmp_path: Path) -> None:
    run = 'python=$1; shift; "$python" -m groupaffect "$@" >/dev/full'
    for target, name in (("/dev/full", "/dev/full"), ("-", "standard output")):
        words = ["doctor", "--json", target, "--quiet"]
        done = subprocess.run(
            ["sh", "-c", run, "sh", sys.executable, *words],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(SOURCE)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        (line,) = done.stderr.splitlines()
        assert f"must name a file that can be written, but got {name} (No space left" in line


def test_full_device_for_tables_is_one_sentence(tmp_path: Path) -> None:
    write_session(tmp_path / "a", make_analysis(n_participants=2, n_s=40))
    truth = tmp_path / "truth.csv"
    truth.write_text("second,participant,emotion\n" + "".join(f"{s},P1,sad\n" for s in range(40)))
    run = 'python=$1; shift; "$python" -m groupaffect "$@" >/dev/full'
    for words in (["doctor"], ["complement", "a", "--truth", "truth.csv"], ["study", "."]):
        done = subprocess.run(
            ["sh", "-c", run, "sh", sys.executable, *words],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(SOURCE)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        (line,) = done.stderr.splitlines()
        assert line == (
            "groupaffect: standard output must take what is written, but got a full disk; "
            "free some space or choose another place."
        )
        assert "Traceback" not in done.stderr
