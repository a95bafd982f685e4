"""Put a new session in the place of an old one, at once, by one run at a time."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from groupaffect.errors import UsageError, sentence
from groupaffect.session.columns import HISTORY_FOLDER
from groupaffect.session.folder import (
    clean_abandoned,
    open_work_folder,
    output_errors,
    publish,
)
from groupaffect.session.folder_kind import RESULT
from groupaffect.session.history import list_history
from groupaffect.session.lock import changing_session
from groupaffect.session.others import link_others, link_tree
from groupaffect.session.permission import check_changeable
from groupaffect.session.reader import Session, load_session
from groupaffect.session.turns import taking_turns


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
    OutputError : on entering, another run is changing the session, or a folder of it may not be
        read and written; anywhere, the place cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._begun = ExitStack()
        self._work: Path | None = None

    def __enter__(self) -> SessionReplacement:
        """Lock the session and open the work folder."""
        self._path = self._path.resolve()
        with output_errors(self._path), ExitStack() as begun:
            if not self._path.exists():
                clean_abandoned(self._path)  # killed between two renames: it comes back
            load_session(self._path)
            self._check_same = begun.enter_context(changing_session(self._path))
            check_changeable(self._path)
            clean_abandoned(self._path)
            self._work = begun.enter_context(open_work_folder(self._path))
            self.session = load_session(self._path)
            self._begun = begun.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Remove what was begun, unless it was finished."""
        self._work = None
        self._begun.close()

    @property
    def folder(self) -> Path:
        """Where the new session is built."""
        if self._work is None:
            message = sentence(
                wanted="a SessionReplacement must be open",
                got="one before `with` or after `finish`",
                remedy="use it inside its `with` block",
            )
            raise UsageError(message)
        return self._work

    def keep_file(self, name: str) -> None:
        """Take a file of the old session over as it is."""
        with output_errors(self._path):
            link_tree(self._path / name, self.folder / name)

    def keep_others(self, *, but: Iterable[str] = ()) -> None:
        """Take over what is no result of ours: somebody's notes, exports."""
        with output_errors(self._path):
            link_others(self._path, self.folder, but=but)

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
        work = self.folder
        with output_errors(self._path), taking_turns(self._path):
            self._check_same()
            publish(work, self._path)
        self._work = None
        return load_session(self._path)
