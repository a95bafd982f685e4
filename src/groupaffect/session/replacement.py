"""Put a new session in the place of an old one, at once, by one run at a time."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType

from groupaffect.errors import OutputError, UsageError, sentence
from groupaffect.session.columns import (
    FIGURES_FOLDER,
    FILES,
    HISTORY_FOLDER,
    OVERLAY_FILE,
    REPORT_FILE,
)
from groupaffect.session.folder import (
    WorkFolder,
    clean_abandoned,
    discard,
    open_work_folder,
    output_errors,
    publish,
)
from groupaffect.session.reader import Session, load_session
from groupaffect.session.turns import taking_turns

# What a result consists of; anything else in the folder is somebody's and stays.
RESULT = frozenset((*FILES, REPORT_FILE, FIGURES_FOLDER, OVERLAY_FILE))


class SessionReplacement:
    """A context in which the successor of a session is built out of sight, in ``folder``.

    The session stays as it is until ``finish``, which puts the new one in its place. Leaving the
    context without it removes what was begun; what a killed run left is removed by the next.

    Parameters
    ----------
    path : the session's folder.

    Raises
    ------
    UnreadableSessionError : on entering; there is no whole session.
    OutputError : on entering, another run is changing the session; anywhere, the place cannot be
        written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock: int | None = None
        self._work: WorkFolder | None = None

    def __enter__(self) -> SessionReplacement:
        """Lock the session and open the work folder."""
        self._path = self._path.resolve()
        with output_errors(self._path):
            if not self._path.exists():
                clean_abandoned(self._path)  # killed between two renames: it comes back
            load_session(self._path)
            self._lock = _lock_folder(self._path)
            try:
                clean_abandoned(self._path)
                self._work = open_work_folder(self._path)
                self.session = load_session(self._path)
            except BaseException:  # `__exit__` does not run when entering fails
                self._leave()
                raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove what was begun, unless it was finished."""
        self._leave()

    def _leave(self) -> None:
        if self._work is not None:
            discard(self._work)
        if self._lock is not None:
            os.close(self._lock)
        self._work = self._lock = None

    @property
    def folder(self) -> Path:
        """Where the new session is built."""
        return self._opened()[0].path

    def _opened(self) -> tuple[WorkFolder, int]:
        if self._work is None or self._lock is None:
            message = sentence(
                wanted="a SessionReplacement must be open",
                got="one before `with` or after `finish`",
                remedy="use it inside its `with` block",
            )
            raise UsageError(message)
        return self._work, self._lock

    def keep_file(self, name: str) -> None:
        """Take a file of the old session over as it is."""
        with output_errors(self._path):
            link_tree(self._path / name, self.folder / name)

    def keep_others(self, *, but: Iterable[str] = ()) -> None:
        """Take over what is no result of ours: somebody's notes, exports."""
        left = RESULT | {HISTORY_FOLDER} | set(but)
        with output_errors(self._path):
            for path in sorted(self._path.iterdir()):
                if path.name not in left and not is_half_written(path):
                    link_tree(path, self.folder / path.name)

    def keep_history(self) -> None:
        """Put the old result into the new one's history, after those that are there."""
        n_before = len(list_history(self._path))
        place = self.folder / HISTORY_FOLDER / str(n_before + 1)
        with output_errors(self._path):
            if n_before:
                link_tree(self._path / HISTORY_FOLDER, self.folder / HISTORY_FOLDER)
            place.mkdir(parents=True)
            for name in sorted(RESULT):
                if (self._path / name).exists():
                    link_tree(self._path / name, place / name)

    def take_from_history(self) -> None:
        """Build the new session from the last result in the history, which leaves it.

        Raises
        ------
        UsageError : there is none.
        """
        history = list_history(self._path)
        if not history:
            message = sentence(
                wanted="the session must have an earlier result to restore",
                got="none in its history",
                remedy=f"reanalyze it first: {self._path}",
            )
            raise UsageError(message)
        with output_errors(self._path):
            for path in sorted(history[-1].iterdir()):
                link_tree(path, self.folder / path.name)
            for earlier in history[:-1]:
                link_tree(earlier, self.folder / HISTORY_FOLDER / earlier.name)

    def finish(self) -> Session:
        """Flush the new session to disk and put it in the old one's place.

        Raises
        ------
        OutputError : it cannot be written, or another run replaced the session meanwhile.
        """
        work, lock = self._opened()
        with output_errors(self._path), taking_turns(self._path):
            _check_same(lock, self._path)
            publish(work, self._path)
        self._work = None
        return load_session(self._path)


def list_history(session: Path) -> list[Path]:
    """Return the folders of the results that were replaced, oldest first."""
    folder = session / HISTORY_FOLDER
    if not folder.is_dir():
        return []
    return sorted((p for p in folder.iterdir() if p.name.isdigit()), key=lambda p: int(p.name))


def is_half_written(path: Path) -> bool:
    """Return whether a file is what a killed run left of a file that it wrote."""
    hidden, _, last = path.name.rpartition(".")
    return hidden.startswith(".") and (last == "writing" or last.startswith("writing-"))


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


@contextlib.contextmanager
def changing_session(path: Path) -> Iterator[None]:
    """Let nobody else replace a session or add to it within.

    Raises
    ------
    OutputError : another run is changing it.
    """
    lock = _lock_folder(path)
    try:
        yield
        _check_same(lock, path)
    finally:
        os.close(lock)


def _lock_folder(path: Path) -> int:
    lock = os.open(path, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some network disks lock no folders: see `finish`
            _take(lock)
        _check_same(lock, path)
    except BaseException:
        os.close(lock)
        raise
    return lock


def _take(lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise _in_use() from error


def _check_same(lock: int, path: Path) -> None:
    """Check that the name still leads to the folder that was locked."""
    if not os.path.samestat(os.fstat(lock), path.stat()):
        raise _in_use()


def _in_use() -> OutputError:
    return OutputError(
        sentence(
            wanted="a session is changed by one run at a time",
            got="another run that is changing it",
            remedy="look at its result, then run this again if it is still needed",
        )
    )
