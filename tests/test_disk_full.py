"""A disk that is full or forbidden: one sentence, nothing half-written, the next run works."""

from __future__ import annotations

import errno
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from groupaffect.errors import OutputError
from groupaffect.forgetting import forget
from groupaffect.session import load_session
from media.synthetic_clips import write_clip
from python_process import run_python
from reference.folded_session import tree_bytes
from reference.random_session import make_analysis, write_session
from reference.seated_session import write_seated_session

TABLES = ("fusion.csv", "group.csv", "members.csv", "events.csv", "states.csv", "participants.csv")
FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def open_path() -> Iterator[Path]:
    """Return a new folder that others may enter; pytest keeps ``tmp_path`` for itself."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


class _FullFile(io.FileIO):
    """A file that takes nothing, as on a full disk."""

    def write(self, _: Any) -> int:  # noqa: ANN401
        raise FULL


def fill_disk_for(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let every write to files of a name, or begun under it, fail."""
    plain_open = io.open

    def full_open(file: Any, mode: str = "r", *words: Any, **how: Any) -> Any:  # noqa: ANN401
        if name not in Path(str(file)).name or "r" in mode:
            return plain_open(file, mode, *words, **how)
        raw = io.BufferedWriter(_FullFile(file, "w"), buffer_size=1)
        return raw if "b" in mode else io.TextIOWrapper(raw, "utf-8", write_through=True)

    def fail(*_: object, **__: object) -> None:
        raise FULL

    monkeypatch.setattr(io, "open", full_open)
    if name == "faces.parquet":
        monkeypatch.setattr(pq.ParquetWriter, "write_table", fail)
    if name == "signals.parquet":
        monkeypatch.setattr(pq, "write_table", fail)


@pytest.mark.parametrize("name", ["faces.parquet", "signals.parquet", "session.json", *TABLES])
def test_full_disk_at_any_table_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with monkeypatch.context() as patch:
        fill_disk_for(patch, name)
        with pytest.raises(OutputError, match=r"but got a full disk; free some space.*\.$"):
            write_session(tmp_path / "s", make_analysis(n_participants=2, n_s=4))
        assert list(tmp_path.iterdir()) == []
    assert write_session(tmp_path / "s", make_analysis(n_s=4)).analysis().duration_s == 4


@pytest.mark.parametrize("name", ["report.html", "group.png", "group.svg"])
def test_full_disk_at_the_report_keeps_the_session_and_no_part_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    from groupaffect.recording import rebuild_report

    write_session(tmp_path / "s", make_analysis(n_participants=1, n_s=8, n_events=0))
    with monkeypatch.context() as patch:
        fill_disk_for(patch, name)
        words = "the report could not .* a full disk; .* then run this again, the tables are whole"
        with pytest.raises(OutputError, match=words):
            rebuild_report(tmp_path / "s")
        assert not list(tmp_path.rglob(f"*{name}*"))
        assert load_session(tmp_path / "s").analysis().duration_s == 8
    assert rebuild_report(tmp_path / "s").is_file()


@pytest.mark.parametrize("name", ["faces.parquet", "signals.parquet", "session.json", *TABLES])
def test_full_disk_while_somebody_is_forgotten_leaves_the_session_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    write_session(tmp_path / "s", make_analysis(n_participants=2, n_s=4))
    before = tree_bytes(tmp_path)
    with monkeypatch.context() as patch:
        fill_disk_for(patch, name)
        with pytest.raises(OutputError, match=r"but got a full disk; free some space.*\.$"):
            forget(tmp_path / "s", ["P1"])
    assert tree_bytes(tmp_path) == before


# What changes a session, under a limit on the size of files or in a folder of somebody else's.
CHANGING = """
import os, resource, sys
import groupaffect
from groupaffect.forgetting import forget
from groupaffect.overlay import write_overlay
from groupaffect.reanalysis import reanalyze
from groupaffect.recording import rebuild_report
way, folder, clip = sys.argv[1:]
if way == "limit":
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
elif os.getuid() == 0:
    os.seteuid(65534)
for change in (
    lambda: reanalyze(folder, merge="P1,P2"),
    lambda: forget(folder, ["P1"]),
    lambda: rebuild_report(folder),
    lambda: write_overlay(folder, clip),
):
    try:
        change()
    except groupaffect.OutputError as error:
        print(error)
"""


@pytest.mark.parametrize(
    ("way", "got"),
    [("limit", "a limit on the size of files"), ("forbidden", "no permission to write")],
)
def test_what_may_not_be_written_is_one_sentence_and_the_session_is_as_it_was(
    open_path: Path, way: str, got: str
) -> None:
    clip = write_clip(open_path / "a.mp4", n_frames=50)
    session = write_seated_session(
        open_path / "out" / "s", clip, seats_xy_px=((20.0, 20.0), (60.0, 20.0))
    )
    if way == "forbidden":
        for folder in (session.path, session.path.parent):
            folder.chmod(0o555)
    before = tree_bytes(open_path)
    done = run_python("-W", "error", "-c", CHANGING, way, str(session.path), str(clip))
    for folder in (session.path.parent, session.path):
        folder.chmod(0o755)
    assert done.stderr == ""
    assert [got in line for line in done.stdout.splitlines()] == [True] * 4, done.stdout
    assert tree_bytes(open_path) == before
    assert not list((open_path / "out").rglob(".*"))


@pytest.mark.parametrize(
    ("closed", "mode", "got"),
    [
        ("", 0o555, "no permission to write in it; ask for it"),
        ("figures", 0o555, "no permission to write in its folder `figures`"),
        ("mine", 0o300, "no permission to read in its folder `mine`"),
    ],
    ids=["session", "figures", "unreadable"],
)
def test_session_with_a_folder_that_may_not_be_changed_is_refused_and_left_alone(
    open_path: Path, closed: str, mode: int, got: str
) -> None:
    """The name could be given to another folder, but this one would stay, hidden."""
    session = open_path / "out" / "s"
    write_session(session, make_analysis(n_participants=2, n_s=4))
    for name in ("figures", "mine"):
        (session / name).mkdir()
        (session / name / "a.txt").write_text("mine")
    for folder in (session.parent, session, session / "figures", session / "mine"):
        folder.chmod(0o777)
    before = tree_bytes(open_path)
    (session / closed).chmod(mode)
    script = CHANGING
    for allowed in ("rebuild_report(folder)", "write_overlay(folder, clip)"):
        script = script.replace(f"lambda: {allowed},", "")
    done = run_python("-W", "error", "-c", script, "forbidden", str(session), "")
    (session / closed).chmod(0o777)
    assert done.stderr == ""
    changed, forgotten = done.stdout.splitlines()
    assert got in changed
    assert got in forgotten
    assert tree_bytes(open_path) == before
    assert [path.name for path in session.parent.iterdir()] == ["s"]


# Limits the size of files instead: what libraries written in C do then, nobody can stub.
LIMITED = """
import resource, sys
from pathlib import Path
import groupaffect
clip, folder = sys.argv[1], Path(sys.argv[2])
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
for limit in (0, 3, 1000, 2000, 12000):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        groupaffect.analyze(clip, output=folder / "s")
    except groupaffect.OutputError as error:
        said = str(error)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert "a limit on the size of files; raise the limit" in said, said
    assert not list(folder.iterdir()), (limit, list(folder.iterdir()))
groupaffect.analyze(clip, output=folder / "s")
print(sorted(path.name for path in folder.iterdir()))
"""


def test_limit_on_file_size_is_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mp4", n_frames=2)
    (tmp_path / "out").mkdir()
    done = run_python("-W", "error", "-c", LIMITED, str(clip), str(tmp_path / "out"))
    assert (done.stdout, done.stderr) == ("['s']\n", "")


# Root may do everything, so the work is done by nobody in particular.
FORBIDDEN = """
import os, sys
import groupaffect
clip, secret, output = sys.argv[1:]
groupaffect.analyze(clip, output=f"{output}/mine/before")
if os.getuid() == 0:
    os.seteuid(65534)
for source, target in ((secret, f"{output}/mine/s"), (clip, f"{output}/theirs/s")):
    try:
        groupaffect.analyze(source, output=target)
    except groupaffect.GroupaffectError as error:
        print(type(error).__name__, error)
"""


def test_forbidden_input_and_output_are_one_sentence_each(open_path: Path) -> None:
    clip, secret = (write_clip(open_path / name, n_frames=2) for name in ("a.mp4", "b.mp4"))
    mine, theirs = open_path / "out" / "mine", open_path / "out" / "theirs"
    for folder, mode in ((mine, 0o777), (theirs, 0o555)):
        folder.mkdir(parents=True)
        folder.chmod(mode)
    secret.chmod(0)
    words = [str(clip), str(secret), str(open_path / "out")]
    done = run_python("-W", "error", "-c", FORBIDDEN, *words)
    assert done.stderr == ""
    unreadable, unwritable = done.stdout.splitlines()
    assert unreadable.startswith("UnreadableMediaError 'b.mp4' must be a video file")
    assert "but got one that may not be read; ask for permission to read it: " in unreadable
    assert unwritable.startswith("OutputError the session could not be written whole, but got no")
    assert [path.name for path in mine.iterdir()] == ["before"]
    assert list(theirs.iterdir()) == []
