"""Keep what lies in a session's folder and is no result of ours: notes, exports."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from groupaffect.session.folder import leftover_of
from groupaffect.session.folder_kind import SESSION, FolderKind


def link_others(
    old: Path, new: Path, *, but: Iterable[str] = (), kind: FolderKind = SESSION
) -> None:
    """Give what is in an old folder, but for results (and a history), a place in a new one."""
    left = kind.results | set(but)
    for path in sorted(old.iterdir()):
        if path.name not in left and leftover_of(path.name) is None:
            link_tree(path, new / path.name)


def link_tree(source: Path, target: Path) -> None:
    """Give a file, or all files of a folder, a second name; copy where no links can be made."""
    if source.is_dir() and not source.is_symlink():
        shutil.copytree(source, target, symlinks=True, copy_function=_link)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        _link(source, target)


def _link(source: Path | str, target: Path | str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:  # a disk without links; a full one fails in the copy too
        shutil.copy2(source, target, follow_symlinks=False)
