"""Folders that a failed run made go with it, and never from under another run."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from groupaffect.errors import OutputError, SessionExistsError
from groupaffect.session import SessionWriter, turns
from groupaffect.session.turns import list_missing_parents, remove_empty, taking_turns
from reference.random_session import make_analysis, write_session


def test_run_without_result_removes_the_folders_it_made(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    with SessionWriter(tmp_path / "there/a/b/s"):
        assert (tmp_path / "there/a/b").is_dir()
    assert list(tmp_path.rglob("*")) == [tmp_path / "there"]


def test_run_without_result_leaves_folders_that_hold_something(tmp_path: Path) -> None:
    with SessionWriter(tmp_path / "a/b/s"):
        (tmp_path / "a/notes.txt").touch()
    assert sorted(tmp_path.rglob("*")) == [tmp_path / "a", tmp_path / "a/notes.txt"]


def test_run_that_may_not_begin_leaves_no_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise SessionExistsError("There.")

    monkeypatch.setattr("groupaffect.session.whole_folder.check_vacant", refuse)
    with pytest.raises(SessionExistsError), SessionWriter(tmp_path / "a/b/s"):
        pytest.fail("must not open")
    assert list(tmp_path.iterdir()) == []


def test_complete_run_keeps_its_folders(tmp_path: Path) -> None:
    assert write_session(tmp_path / "a/b/s", make_analysis(n_s=5)).path.is_dir()


@pytest.mark.parametrize("name", [b"out\xff/s", b"s\xff"])
def test_output_that_is_no_utf8_is_one_sentence_and_leaves_nothing(
    tmp_path: Path, name: bytes
) -> None:
    with (
        pytest.raises(OutputError, match=r"must be text in UTF-8, but got .*\\xff") as refused,
        SessionWriter(tmp_path / os.fsdecode(name)),
    ):
        pytest.fail("must not open")
    str(refused.value).encode("utf-8")
    assert list(tmp_path.iterdir()) == []


def test_folder_removed_while_its_turn_is_waited_for_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    removed: list[int] = []
    try_lock = turns.try_lock

    def remove_first(handle: int) -> bool:
        if len(removed) < 3:
            removed.append(handle)
            (tmp_path / "a/b").rmdir()
            (tmp_path / "a").rmdir()
        return try_lock(handle)

    monkeypatch.setattr(turns, "try_lock", remove_first)
    with taking_turns(tmp_path / "a/b/s"):
        (tmp_path / "a/b/s").mkdir()
    assert len(removed) == 3


def test_folder_that_goes_in_the_act_of_making_it_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``mkdir`` finds it there, and no folder when it looks what it is."""
    removed: list[Path] = []
    is_dir = Path.is_dir

    def remove_first(path: Path) -> bool:
        if len(removed) < 3:
            removed.append(path)
            path.rmdir()
        return is_dir(path)

    (tmp_path / "a").mkdir()
    monkeypatch.setattr(Path, "is_dir", remove_first)
    for _ in range(3):
        with taking_turns(tmp_path / "a/s"):
            (tmp_path / "a/s").mkdir()
        (tmp_path / "a/s").rmdir()
    assert len(removed) == 3


def test_folder_in_somebodys_turn_is_not_removed(tmp_path: Path) -> None:
    done = threading.Event()
    made = list_missing_parents(tmp_path / "a/s")
    assert made == [tmp_path / "a"]

    def remove() -> None:
        remove_empty(made)
        done.set()

    with taking_turns(tmp_path / "a/s"):
        thread = threading.Thread(target=remove)
        thread.start()
        assert not done.wait(0.1)
        (tmp_path / "a/s").mkdir()
    thread.join()
    assert (tmp_path / "a/s").is_dir()


def test_runs_that_fail_beside_each_other_disturb_nobody(tmp_path: Path) -> None:
    errors: list[BaseException] = []

    def begin_and_fail(number: int) -> None:
        output = tmp_path / f"a/b/{number}"
        try:
            for _ in range(40):
                made = list_missing_parents(output)
                with taking_turns(output):
                    output.mkdir()
                output.rmdir()
                remove_empty(made)
        except OSError as error:
            errors.append(error)

    threads = [threading.Thread(target=begin_and_fail, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
