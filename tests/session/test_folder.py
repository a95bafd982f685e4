"""Nothing that looks complete is ever anything but complete."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from groupaffect.errors import (
    OutputError,
    SessionExistsError,
    UnreadableSessionError,
    UsageError,
)
from groupaffect.session import SessionWriter, load_session
from groupaffect.session.columns import FILES
from reference.random_session import make_analysis, make_record, make_stretch, write_session

KILLED = """
import os, signal, sys
from pathlib import Path
from reference.random_session import make_stretch
from groupaffect.session import SessionWriter
with SessionWriter(Path(sys.argv[1])) as writer:
    writer.write_stretch(*make_stretch(range(5), ("P1",)))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_error_inside_leaves_nothing(tmp_path: Path) -> None:
    def fail_after_some_frames() -> None:
        with SessionWriter(tmp_path / "s") as writer:
            writer.write_stretch(*make_stretch(range(5), ("P1",)))
            assert [path.name[:11] for path in tmp_path.iterdir()] == [".s.writing-"]
            raise KeyError("wanted")

    with pytest.raises(KeyError, match="wanted"):
        fail_after_some_frames()
    assert list(tmp_path.iterdir()) == []


def test_leaving_without_finish_leaves_nothing(tmp_path: Path) -> None:
    with SessionWriter(tmp_path / "s"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_killed_run_is_cleaned_by_the_next(tmp_path: Path) -> None:
    path = os.pathsep.join(str(Path(p).absolute()) for p in ("src", "tests"))
    run = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "s")],
        env={**os.environ, "PYTHONPATH": path},
        check=False,
    )
    assert run.returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".s.writing-")
    with pytest.raises(UnreadableSessionError):
        load_session(left)
    write_session(tmp_path / "s", make_analysis(n_s=5))
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


def test_living_run_is_left_alone_and_the_second_says_so(tmp_path: Path) -> None:
    with SessionWriter(tmp_path / "s") as living:
        with (
            pytest.raises(OutputError, match="another run that is writing it now; wait"),
            SessionWriter(tmp_path / "s"),
        ):
            pytest.fail("must not open")
        assert len(list(tmp_path.iterdir())) == 1
        living.finish(make_analysis(n_participants=1, n_s=3), make_record())
    assert load_session(tmp_path / "s").record.media.codec == "h264"


def test_other_outputs_leftovers_are_not_touched(tmp_path: Path) -> None:
    (tmp_path / ".s2.writing-1-abcdef01").mkdir()
    write_session(tmp_path / "s", make_analysis(n_s=5))
    assert (tmp_path / ".s2.writing-1-abcdef01").is_dir()


def test_complete_session_is_kept_without_force(tmp_path: Path) -> None:
    session = write_session(tmp_path / "s", make_analysis(n_s=5))
    before = (session.path / "session.json").read_bytes()
    with (
        pytest.raises(SessionExistsError, match=r"complete session there already.*--force"),
        SessionWriter(tmp_path / "s"),
    ):
        pytest.fail("must not open")
    assert (session.path / "session.json").read_bytes() == before


def test_force_replaces_the_old_session_only_when_the_new_is_whole(tmp_path: Path) -> None:
    session = write_session(tmp_path / "s", make_analysis(n_s=5))
    with pytest.raises(KeyError), SessionWriter(session.path, force=True):
        raise KeyError
    assert load_session(session.path).analysis().duration_s == 5
    write_session(tmp_path / "s", make_analysis(n_s=9), force=True)
    assert load_session(session.path).analysis().duration_s == 9
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


def test_force_keeps_what_is_no_result(tmp_path: Path) -> None:
    session = write_session(tmp_path / "s", make_analysis(n_s=5))
    for name in ("notes.txt", "profiles/P1.json", "history/1/group.csv", "overlay.mp4"):
        (session.path / name).parent.mkdir(parents=True, exist_ok=True)
        (session.path / name).write_text(name)
    write_session(tmp_path / "s", make_analysis(n_s=9), force=True)
    assert {path.name for path in session.path.iterdir()} == {*FILES, "notes.txt", "profiles"}
    for name in ("notes.txt", "profiles/P1.json"):
        assert (session.path / name).read_text() == name


def test_session_set_aside_by_a_killed_swap_is_given_back(tmp_path: Path) -> None:
    session = write_session(tmp_path / "s", make_analysis(n_s=5))
    session.path.rename(tmp_path / ".s.replaced-1-abcdef01")
    with pytest.raises(SessionExistsError), SessionWriter(tmp_path / "s"):
        pytest.fail("must not open")
    assert load_session(tmp_path / "s").analysis().duration_s == 5


@pytest.mark.parametrize("force", [False, True], ids=["plain", "force"])
def test_other_peoples_work_is_never_replaced(tmp_path: Path, force: bool) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "thesis.txt").write_text("years")
    with (
        pytest.raises(OutputError, match="something else there already"),
        SessionWriter(tmp_path / "s", force=force),
    ):
        pytest.fail("must not open")
    assert (tmp_path / "s" / "thesis.txt").read_text() == "years"


def test_empty_folder_may_be_taken(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    assert write_session(tmp_path / "s", make_analysis(n_s=5)).path == tmp_path / "s"


def test_full_disk_is_one_sentence_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_kwargs: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("groupaffect.session.writer.write_analysis", full)
    with pytest.raises(OutputError, match=r"but got a full disk; free some space.*\.$"):
        write_session(tmp_path / "s", make_analysis(n_s=5))
    assert list(tmp_path.iterdir()) == []


def test_parent_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(OutputError, match="a file where a folder is needed"),
        SessionWriter(tmp_path / "file" / "s"),
    ):
        pytest.fail("must not open")


def test_writer_outside_its_context_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="must be open"):
        SessionWriter(tmp_path / "s").finish(make_analysis(), make_record())


def test_folder_without_session_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSessionError, match="a folder without one"):
        load_session(tmp_path)
    with pytest.raises(UnreadableSessionError, match="no such folder"):
        load_session(tmp_path / "nowhere")


def test_damaged_record_is_unreadable(tmp_path: Path) -> None:
    session = write_session(tmp_path / "s", make_analysis(n_s=5))
    record = session.path / "session.json"
    whole = json.loads(record.read_text())
    for text, words in [
        ("{", "a damaged one"),
        ("[]", "a damaged one"),
        ("{}", "without a schema version"),
        (json.dumps(whole | {"schema_version": 99}), "got schema 99; update groupaffect"),
        (json.dumps(whole | {"media": {}}), "written by another version"),
        (json.dumps(whole | {"context": "workplace"}), "or changed since"),
        (json.dumps({k: v for k, v in whole.items() if k != "analysis"}), "without its analysis"),
    ]:
        record.write_text(text)
        with pytest.raises(UnreadableSessionError, match=words):
            load_session(session.path)


def test_record_with_a_setting_of_another_version_is_one_plain_sentence(tmp_path: Path) -> None:
    session = write_session(tmp_path / "s", make_analysis(n_s=5))
    record = session.path / "session.json"
    values = json.loads(record.read_text())
    values["settings"]["faces"]["n_layout_probes"] = 5
    record.write_text(json.dumps(values))
    with pytest.raises(UnreadableSessionError) as refused:
        load_session(session.path)
    assert str(refused.value) == (
        "`session.json` must be as this version of groupaffect writes it, but got one written by "
        "another version of groupaffect, or changed since; analyse the recording again with "
        "--force."
    )


def test_missing_table_is_unreadable(tmp_path: Path) -> None:
    session = write_session(tmp_path / "s", make_analysis(n_s=5))
    (session.path / "events.csv").unlink()
    with pytest.raises(UnreadableSessionError, match=r"one without events\.csv"):
        load_session(session.path)


@pytest.mark.parametrize(
    ("name", "content", "attribute"),
    [
        ("signals.parquet", b"PAR1 not", "signals"),
        ("faces.parquet", b"", "faces"),
        ("fusion.csv", b"start,end\n0,1\n", "fusion"),
        ("group.csv", b"\xff\xfe", "groups"),
        ("events.csv", None, "events"),
        ("participants.csv", b"", "participants"),
    ],
)
def test_damaged_table_is_unreadable(
    tmp_path: Path, name: str, content: bytes | None, attribute: str
) -> None:
    session = write_session(tmp_path / "s", make_analysis(n_s=30))
    path = session.path / name
    cut = path.read_bytes().replace(b"individual", b"lonely") if content is None else content
    path.write_bytes(cut)
    with pytest.raises(UnreadableSessionError, match=f"a whole table `{name}`"):
        getattr(load_session(session.path), attribute)


def test_session_moved_elsewhere_is_read_the_same(tmp_path: Path) -> None:
    session = write_session(tmp_path / "s", make_analysis(n_s=5))
    events = session.events
    shutil.move(session.path, tmp_path / "moved")
    assert len(events) == 25
    assert load_session(tmp_path / "moved").events == events


def test_disk_that_flushes_no_folders_still_gets_its_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flush, refused = os.fsync, []

    def refuse_folders(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            refused.append(handle)
            raise OSError(errno.EINVAL, "Invalid argument")
        flush(handle)

    monkeypatch.setattr(os, "fsync", refuse_folders)
    assert write_session(tmp_path / "s", make_analysis(n_s=5)).analysis().duration_s == 5
    assert refused


def test_file_that_cannot_be_flushed_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_handle: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OutputError, match="Input/output error"):
        write_session(tmp_path / "s", make_analysis(n_s=5))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError, MemoryError])
def test_entering_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    def fail(_path: Path) -> None:
        raise error

    n_open = len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").is_dir() else 0
    monkeypatch.setattr("groupaffect.session.writer.FaceTableWriter", fail)
    with pytest.raises(error), SessionWriter(tmp_path / "s"):
        pytest.fail("must not open")
    assert list(tmp_path.iterdir()) == []
    if n_open:
        assert len(list(Path("/proc/self/fd").iterdir())) == n_open


def count_open_files() -> int:
    """Return how many files this process holds open; 0 where the system does not say."""
    listed = Path("/proc/self/fd")
    return sum(1 for _ in listed.iterdir()) if listed.is_dir() else 0
