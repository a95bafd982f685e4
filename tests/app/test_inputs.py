from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path

import pytest

from groupaffect.app.inputs import Miss, find_recordings, list_left_out, session_names


def make(folder: Path, *names: str) -> list[Path]:
    paths = [folder / name for name in names]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return paths


def test_find_recordings_folder_of_videos_gives_each_in_order(tmp_path: Path) -> None:
    b, a, *_ = make(tmp_path, "b.MP4", "a.mkv", "notes.txt", "thumb.png", "._b.mp4")
    assert find_recordings([str(tmp_path)]) == [a, b]


def test_find_recordings_folder_of_images_is_one_recording(tmp_path: Path) -> None:
    make(tmp_path, "0001.png", "0002.png")
    assert find_recordings([str(tmp_path)]) == [tmp_path]


def test_find_recordings_nested_folders_are_searched(tmp_path: Path) -> None:
    video, image = make(tmp_path, "1/talk.mp4", "2/0001.jpg")
    assert find_recordings([str(tmp_path)]) == [video, image.parent]


def test_find_recordings_session_folder_is_no_recording(tmp_path: Path) -> None:
    make(tmp_path, "meeting/session.json", "meeting/figures/group.png")
    (miss,) = find_recordings([str(tmp_path)])
    assert isinstance(miss, Miss)
    assert "must hold recordings or images, but got none" in str(miss.error)


def test_find_recordings_quoted_pattern_is_expanded(tmp_path: Path) -> None:
    one, two, _ = make(tmp_path, "w1/a.mp4", "w2/a.mp4", "w2/b.avi")
    assert find_recordings([f"{tmp_path}/**/*.mp4"]) == [one, two]


def test_find_recordings_name_with_brackets_is_no_pattern(tmp_path: Path) -> None:
    (path,) = make(tmp_path, "talk [1].mp4")
    assert find_recordings([str(path)]) == [path]


def test_find_recordings_file_named_twice_comes_once(tmp_path: Path) -> None:
    (path,) = make(tmp_path, "a.mp4")
    assert find_recordings([str(path), f"{tmp_path}/*.mp4", str(tmp_path)]) == [path]


def test_find_recordings_missing_file_keeps_its_place(tmp_path: Path) -> None:
    (path,) = make(tmp_path, "a.mp4")
    miss, found = find_recordings(["nope.mp4", str(path)])
    assert found == path
    assert isinstance(miss, Miss)
    assert "`nope.mp4` must be a recording" in str(miss.error)


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        pytest.param(["a/x.mp4", "b/y.mp4"], ["x", "y"], id="distinct"),
        pytest.param(["a/x.mp4", "a/x.avi"], ["x-mp4", "x-avi"], id="suffix"),
        pytest.param(["a/x.mp4", "b/X.mp4"], ["x-a", "X-b"], id="folder-any-case"),
    ],
)
def test_session_names_tell_recordings_apart(paths: list[str], names: list[str]) -> None:
    assert session_names([Path(path) for path in paths]) == names


def test_session_names_of_many_clashes_are_all_distinct() -> None:
    paths = [Path(p) for p in ("1/a/x.mp4", "2/a/x.mp4", "2/b/x.mp4", "x-a.mp4", "c/x-mp4.avi")]
    names = session_names(paths)
    assert len({name.casefold() for name in names}) == len(paths)


def test_session_names_do_not_depend_on_order() -> None:
    paths = [Path(p) for p in ("1/a/x.mp4", "2/a/x.mp4", "2/b/x.mp4", "y.mp4", "z/y.avi")]
    forward = dict(zip(paths, session_names(paths), strict=True))
    backward = dict(zip(paths[::-1], session_names(paths[::-1]), strict=True))
    assert forward == backward


def test_find_recordings_unreadable_folder_is_one_miss_among_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _, last = make(tmp_path, "a/x.mp4", "b/y.mp4", "c/z.mp4")
    listed = Path.iterdir

    def refuse(folder: Path) -> Iterator[Path]:
        if folder.name == "b":
            raise PermissionError(errno.EACCES, "Permission denied")
        return listed(folder)

    monkeypatch.setattr(Path, "iterdir", refuse)
    found, miss, other = find_recordings([str(tmp_path)])
    assert (found, other) == (first, last)
    assert isinstance(miss, Miss)
    assert "b` must be readable, but got Permission denied" in str(miss.error)
    (alone,) = find_recordings([str(tmp_path / "b")])
    assert isinstance(alone, Miss)


def test_folder_of_images_beside_a_video_is_told_as_left_out(tmp_path: Path) -> None:
    for name in ("a.mp4", "stills/1.png", "more/b.mp4", "notes/x.txt", "s/session.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert find_recordings([str(tmp_path)]) == [tmp_path / "a.mp4"]
    (told,) = list_left_out([str(tmp_path)])
    assert told.describe() == (
        f"{tmp_path}: only the videos in it are analysed, not more/, stills/; "
        "name those as well to have them."
    )
    (told,) = list_left_out([str(tmp_path), str(tmp_path / "stills")])
    assert told.names == ("more/",)
    assert list_left_out([str(tmp_path), str(tmp_path / "stills"), str(tmp_path / "more")]) == []
