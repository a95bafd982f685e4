"""A folder that appears under its name only when it is whole.

Whatever is half-written, a session, a report, an overlay or a synthetic recording, lies in a
hidden sibling of its place, ``.NAME.writing-PID-XXXX``, which is locked while its run lives: the
kernel frees the lock when the run is killed, so the next run can tell what is abandoned (a process
id alone could not, because containers and reboots use ids again).
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from groupaffect.errors import OutputError, SessionExistsError, sentence
from groupaffect.session.exchange import exchange_folders
from groupaffect.session.folder_kind import SESSION, FolderKind
from groupaffect.session.turns import try_lock

_ELSEWHERE = "choose another place"
# What the system says, and what to do: about a new output, and about one that has its place.
_WORDS = {
    errno.ENOSPC: ("a full disk", f"free some space or {_ELSEWHERE}", "free some space"),
    errno.EDQUOT: ("a used-up disk quota", f"free some space or {_ELSEWHERE}", "free some space"),
    errno.EACCES: ("no permission to write", "choose a place you may write to", "ask for it"),
    errno.EPERM: ("no permission to write", "choose a place you may write to", "ask for it"),
    errno.EFBIG: ("a limit on the size of files", f"raise the limit or {_ELSEWHERE}", "raise it"),
    errno.EROFS: ("a read-only disk", "choose a place you may write to", "make it writable"),
    errno.ENOTDIR: ("a file where a folder is needed", _ELSEWHERE, "move it away"),
    errno.EEXIST: ("a file where a folder is needed", _ELSEWHERE, "move it away"),
}


NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_LEFTOVER = re.compile(r"\.(.+)\.(writing|replaced)-\d+-\w+")


def no_room(error: OSError) -> tuple[str, str] | None:
    """Return what stands in the way of writing, and what to do, if it is want of room.

    Examples
    --------
    >>> no_room(OSError(errno.ENOSPC, "No space left on device"))
    ('a full disk', 'free some space or choose another place')
    """
    return _WORDS[error.errno][:2] if error.errno in NO_ROOM else None


@contextlib.contextmanager
def output_errors(
    output: Path, *, what: str = "session", then: str | None = None
) -> Iterator[None]:
    """Turn what the system says about writing ``what`` into one sentence.

    Parameters
    ----------
    then : what to do once the cause is mended, where nothing but this place will do.

    Raises
    ------
    OutputError : any OSError within.
    """
    try:
        yield
    except OSError as error:
        unknown = (error.strerror or str(error), _ELSEWHERE, "mend that")
        got, elsewhere, here = _WORDS.get(error.errno or 0, unknown)
        remedy = elsewhere if then is None else f"{here}, then {then}"
        message = sentence(
            wanted=f"the {what} could not be written whole", got=got, remedy=f"{remedy}: {output}"
        )
        raise OutputError(message) from error


def check_encodable(output: Path) -> None:
    """Check that a path can be written in UTF-8, as the writer of tables needs it.

    Raises
    ------
    OutputError : it cannot.
    """
    try:
        str(output).encode("utf-8")
    except UnicodeEncodeError as error:
        shown = os.fsencode(output).decode("utf-8", "backslashreplace")
        message = sentence(
            wanted="the output's path must be text in UTF-8",
            got="bytes that are none",
            remedy=f"choose another name: {shown}",
        )
        raise OutputError(message) from error


def check_vacant(output: Path, *, force: bool, kind: FolderKind = SESSION) -> None:
    """Check that a session, or another kind of folder, may be written at ``output``.

    An empty folder may be taken; a complete one of the kind only with ``force``; anything else
    is somebody's work and never replaced.

    Raises
    ------
    SessionExistsError : a complete one is there and ``force`` is not given.
    OutputError : something else is there.
    """
    if not os.path.lexists(output):
        return
    if (output / kind.record).is_file():
        if force:
            return
        message = sentence(
            wanted=f"a new {kind.name} needs a free place",
            got=f"a complete {kind.name} there already",
            remedy=f"keep it, or add --force to start anew: {output}",
        )
        raise SessionExistsError(message)
    if is_empty_folder(output):
        return
    message = sentence(
        wanted=f"the output must be a new or empty folder, or a {kind.name}",
        got="something else there already",
        remedy=f"choose another name: {output}",
    )
    raise OutputError(message)


def is_empty_folder(path: Path) -> bool:
    """Return whether a place is a folder of its own, no link, with nothing in it."""
    return path.is_dir() and not path.is_symlink() and not any(path.iterdir())


def check_unclaimed(output: Path, *, kind: FolderKind = SESSION) -> None:
    """Check that no living run is writing ``output``.

    Raises
    ------
    OutputError : one is.
    """
    if all(_is_abandoned(path) for path in _siblings(output, "writing")):
        return
    message = sentence(
        wanted=f"one run at a time may write a {kind.name}",
        got="another run that is writing it now",
        remedy=f"wait for that run, or choose another output: {output}",
    )
    raise OutputError(message)


@contextlib.contextmanager
def open_work_folder(output: Path) -> Iterator[Path]:
    """Make and lock a hidden sibling in which the output is built; it is gone afterwards.

    What cannot be removed is left.
    """
    # Not tempfile.mkdtemp: its mode 0700 would keep colleagues out of the finished session.
    path = output.with_name(f".{output.name}.writing-{os.getpid()}-{secrets.token_hex(4)}")
    lock: int | None = None
    try:
        path.mkdir()
        lock = os.open(path, os.O_RDONLY)
        try_lock(lock)  # where that is not possible, `_is_abandoned` goes by the process
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def publish(work: Path, output: Path, *, kind: FolderKind = SESSION) -> None:
    """Flush the work to disk and give it its name; what was there goes only at that moment."""
    for path in sorted(work.rglob("*")):
        _flush(path)
    _flush(work)
    old = _put_in_place(work, output, kind)
    _flush(output.parent)
    shutil.rmtree(old, ignore_errors=True)


def _put_in_place(work: Path, output: Path, kind: FolderKind) -> Path:
    """Give the work its name; return where an old folder is now, if there was one."""
    replaces = (output / kind.record).is_file()
    if replaces and exchange_folders(work, output):
        return work
    old = output.with_name(f".{output.name}.replaced-{os.getpid()}-{work.name[-8:]}")
    if replaces:
        output.rename(old)
    try:
        work.rename(output)
    except BaseException:  # also Ctrl-C at this very moment
        if replaces and not output.exists():
            old.rename(output)
        raise
    return old


def clean_abandoned(output: Path) -> None:
    """Remove what dead runs left beside ``output``; give back a session they had set aside."""
    for path in _siblings(output, "replaced"):
        if _is_abandoned(path) and not os.path.lexists(output):
            path.rename(output)  # killed between the two renames: the old session is whole
    for path in list_leftovers(output):
        if _is_abandoned(path):
            shutil.rmtree(path, ignore_errors=True)


def list_leftovers(output: Path) -> list[Path]:
    """Return what runs left beside ``output``, or are writing now."""
    return [*_siblings(output, "writing"), *_siblings(output, "replaced")]


def leftover_of(name: str) -> str | None:
    """Return the name of the output that a hidden folder is a work folder of; None for others.

    Examples
    --------
    >>> [leftover_of(name) for name in (".s.writing-12-ab34", ".s.replaced-12-ab34", ".s", "s")]
    ['s', 's', None, None]
    """
    match = _LEFTOVER.fullmatch(name)
    return None if match is None else match[1]


def _siblings(output: Path, kind: str) -> list[Path]:
    if not output.parent.is_dir():
        return []
    wanted = output.name, kind
    return sorted(
        path
        for path in output.parent.iterdir()
        if (match := _LEFTOVER.fullmatch(path.name)) and match.groups() == wanted
    )


def _is_abandoned(path: Path) -> bool:
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return False  # gone meanwhile, or not ours
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return not _is_running(int(path.name.split("-")[-2]))
    finally:
        os.close(handle)
    return True


def _is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _flush(path: Path) -> None:
    # Some network disks flush no folders; the files within are flushed all the same.
    with contextlib.suppress(OSError) if path.is_dir() else contextlib.nullcontext():
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
