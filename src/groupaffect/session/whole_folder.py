"""A folder built out of sight that is seen under its name once everything is in it."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

from groupaffect.errors import UsageError, sentence
from groupaffect.session.folder import (
    check_encodable,
    check_unclaimed,
    check_vacant,
    clean_abandoned,
    open_work_folder,
    output_errors,
    publish,
)
from groupaffect.session.folder_kind import SESSION, FolderKind
from groupaffect.session.others import link_others
from groupaffect.session.turns import list_missing_parents, remove_empty, taking_turns


class WholeFolder:
    """A context in which ``folder`` is filled, and seen at ``output`` by ``finish``.

    Leaving the context without ``finish`` (an error, Ctrl-C) removes what was begun, with the
    folders made for it; what a killed run left is removed by the next.

    Parameters
    ----------
    output : where it goes; its parents are made.
    force : replace a complete one that is there, once the new one is whole; what is no result
        stays, earlier results go.

    Raises
    ------
    SessionExistsError : on entering; a complete one is there and ``force`` is not given.
    OutputError : on entering and by ``finish``; the place cannot be written, or another run is
        writing it.
    """

    def __init__(self, output: Path, *, force: bool = False, kind: FolderKind = SESSION) -> None:
        self.output = Path(output)
        self._force = force
        self._kind = kind
        self._begun = ExitStack()
        self._work: Path | None = None

    def __enter__(self) -> WholeFolder:
        """Clean up after dead runs and open the work folder."""
        with output_errors(self.output, what=self._kind.name), ExitStack() as begun:
            self.output = Path(os.path.realpath(self.output))
            check_encodable(self.output)
            begun.callback(remove_empty, list_missing_parents(self.output))
            with taking_turns(self.output):
                clean_abandoned(self.output)
                check_vacant(self.output, force=self._force, kind=self._kind)
                check_unclaimed(self.output, kind=self._kind)
                self._work = begun.enter_context(open_work_folder(self.output))
            self._begun = begun.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Remove what was begun, unless it was finished."""
        self._work = None
        self._begun.close()

    @property
    def folder(self) -> Path:
        """Where it is built."""
        if self._work is None:
            message = sentence(
                wanted=f"a {self._kind.name} is written in an open context",
                got="one before `with` or after `finish`",
                remedy="write it inside its `with` block",
            )
            raise UsageError(message)
        return self._work

    def finish(self) -> Path:
        """Flush to disk, give the folder its name, and return its absolute path."""
        work = self.folder
        with output_errors(self.output, what=self._kind.name), taking_turns(self.output):
            check_vacant(self.output, force=self._force, kind=self._kind)
            if self.output.is_dir():
                link_others(self.output, work, kind=self._kind)
            publish(work, self.output, kind=self._kind)
        self._work = None
        return self.output
