from __future__ import annotations

import glob
from pathlib import Path

import pytest

from groupaffect.app.inputs import find_recordings
from groupaffect.app.patterns import match_pattern


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("a.mp4", "w1/a.mp4", "w1/d/b.mp4", "w2/d/c.avi", "[x]/d/e.mp4", ".h/f.mp4"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path


@pytest.mark.parametrize(
    "pattern",
    [
        *("*.mp4", "**/*.mp4", "**", "*/**", "w1/**/*.mp4", "**/d/*", "**/d/**/*.mp4"),
        *("**/**/*.mp4", "w?/**/b.mp4", "gone/**", "**/.h/*", "./**/*.avi", "[[]x]/**/*"),
    ],
)
@pytest.mark.parametrize("is_absolute", [False, True])
def test_match_pattern_without_links_matches_the_files_that_glob_does(
    tree: Path, pattern: str, is_absolute: bool
) -> None:
    whole = f"{tree}/{pattern}" if is_absolute else pattern
    wanted = {Path(p) for p in glob.glob(whole, recursive=True) if Path(p).is_file()}  # noqa: PTH207
    assert [path for path in match_pattern(whole) if path.is_file()] == sorted(wanted)


def test_match_pattern_goes_into_links_but_not_round_in_them(tree: Path) -> None:
    (tree / "w1/back").symlink_to(tree)
    (tree / "w2/back").symlink_to(tree)
    (tree / "w2/itself").symlink_to("itself")
    (tree / "other").symlink_to(tree / ".h")
    matched = {str(path) for path in match_pattern("**/*.mp4")}
    assert {"a.mp4", "w1/a.mp4", "w1/d/b.mp4", "[x]/d/e.mp4", "other/f.mp4"} <= matched
    assert len(matched) < 50
    found = [path.name for path in find_recordings(["**/*.mp4"]) if isinstance(path, Path)]
    assert sorted(found) == ["a.mp4", "a.mp4", "b.mp4", "e.mp4", "f.mp4"]
