"""A folder takes another's place at once; where the system cannot, by two renames."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from groupaffect.errors import UnreadableSessionError, UsageError
from groupaffect.session.columns import FILES
from groupaffect.session.exchange import exchange_folders
from groupaffect.session.face_reading import iterate_whole_frames
from groupaffect.session.face_table import FaceTableWriter, rows_to_table
from groupaffect.session.finding import Found, find_sessions
from groupaffect.session.folder import open_work_folder
from groupaffect.session.history import list_history
from groupaffect.session.replacement import SessionReplacement
from reference.random_session import make_analysis, make_rows, write_session


@pytest.mark.parametrize("can_exchange", [True, False], ids=["at-once", "two-renames"])
def test_replacement_takes_the_place_and_leaves_nothing_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, can_exchange: bool
) -> None:
    if not can_exchange:
        monkeypatch.setattr("groupaffect.session.folder.exchange_folders", lambda *_: False)
    session = write_session(tmp_path / "s", make_analysis(n_s=5))
    with SessionReplacement(session.path) as work:
        work.keep_history()
        for name in FILES:
            work.keep_file(name)
        new = work.finish()
    assert new.analysis().duration_s == 5
    assert [path.name for path in list_history(new.path)] == ["1"]
    assert list(tmp_path.iterdir()) == [session.path]


def test_exchange_gives_each_the_others_name(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    if not exchange_folders(tmp_path / "a", tmp_path / "b"):
        pytest.skip("this system cannot exchange two folders")
    assert (tmp_path / "a" / "b").exists()
    assert (tmp_path / "b" / "a").exists()
    assert not exchange_folders(tmp_path / "a", tmp_path / "gone")


def test_session_set_aside_by_a_killed_run_is_given_back(tmp_path: Path) -> None:
    session = write_session(tmp_path / "s", make_analysis(n_s=5))
    session.path.rename(tmp_path / ".s.replaced-1-abcdef01")
    with SessionReplacement(session.path) as work:
        assert work.session.facts["duration_s"] == 5.0


def test_replacement_outside_its_context_is_refused(tmp_path: Path) -> None:
    session = write_session(tmp_path / "s", make_analysis(n_s=5))
    with pytest.raises(UsageError, match="must be open"):
        SessionReplacement(session.path).finish()


def test_history_is_in_the_order_of_its_numbers(tmp_path: Path) -> None:
    for number in (10, 9, 1):
        (tmp_path / "history" / str(number)).mkdir(parents=True)
    assert [path.name for path in list_history(tmp_path)] == ["1", "9", "10"]


def test_find_sessions_finds_each_once_and_none_in_a_history(tmp_path: Path) -> None:
    first = write_session(tmp_path / "a/one", make_analysis(n_s=5)).path
    second = write_session(tmp_path / "two", make_analysis(n_s=5)).path
    (first / "history/1").mkdir(parents=True)
    (first / "history/1/session.json").touch()
    assert find_sessions([tmp_path, first]) == Found((first, second))
    for wrong, words in ((first / "history/1/gone", "no such folder"), (tmp_path / "e", "without")):
        (tmp_path / "e").mkdir(exist_ok=True)
        with pytest.raises(UnreadableSessionError, match=words):
            find_sessions([wrong])


def test_find_sessions_tells_what_it_did_not_look_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study, away = tmp_path / "study", tmp_path / "away"
    seen = write_session(study / ".kept" / "s", make_analysis(n_s=4)).path
    write_session(away / "s", make_analysis(n_s=4))
    (study / "link").symlink_to(away)
    (study / "same").symlink_to(seen)
    plain = os.scandir
    for name in ("closed", ".s.writing-1-ab"):
        (study / name).mkdir()

    def scandir(path: str | int = ".") -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return plain(path)

    monkeypatch.setattr(os, "scandir", scandir)
    with open_work_folder(study / "t") as work:
        found = find_sessions([study])
    assert found.sessions == (seen,)
    assert set(found.unread) == {study / "closed", work}
    assert found.links == (study / "link",)
    assert find_sessions([study / "closed"]).unread == (study / "closed",)


def test_find_sessions_clears_what_killed_runs_left(tmp_path: Path) -> None:
    whole = write_session(tmp_path / "a/s", make_analysis(n_s=5)).path
    whole.rename(tmp_path / "a/.s.replaced-1-abcdef01")
    (tmp_path / "a/.t.writing-1-abcdef01").mkdir()
    assert find_sessions([tmp_path]) == Found((whole,))
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["s"]
    whole.rename(tmp_path / "a/.s.replaced-1-abcdef01")
    assert find_sessions([whole]) == Found((whole,))


def test_whole_frames_do_not_depend_on_the_row_groups(tmp_path: Path) -> None:
    faces, image, landmark = make_rows(range(30), ("P1", "P2", "P3"))
    table = rows_to_table(faces, image=image, landmark=landmark)
    ends = []
    for rows_per_group in (7, 90):
        writer = FaceTableWriter(tmp_path / "f.parquet", rows_per_group=rows_per_group)
        writer.write(table)
        writer.close()
        parts = list(iterate_whole_frames(tmp_path / "f.parquet"))
        assert all(part.num_rows % 3 == 0 for part in parts)
        ends.append([n for part in parts for n in part["frame"].to_pylist()])
    assert ends[0] == ends[1] == table["frame"].to_pylist()
