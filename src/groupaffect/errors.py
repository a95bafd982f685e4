"""What can go wrong, as a tree.

GroupaffectError
├── UsageError            an argument or a setting is wrong (command line: exit 2)
├── MediaError            a recording cannot be analysed (exit 1)
│   ├── UnreadableMediaError   not a recording, damaged at its start, or no permission
│   └── NoPictureError         readable, but without one picture (audio only, empty folder)
├── SessionError          a session folder cannot be read or written (exit 1)
│   ├── SessionExistsError     the output is there already and complete
│   ├── OutputError            the output cannot be written (full disk, no permission)
│   └── UnreadableSessionError the folder is no session, is damaged, or is from a newer version
├── LabelledSetError      a labelled set cannot be read or scored (exit 1)
├── RatingsError          people's ratings cannot be read, or do not belong together (exit 1)
├── StudyError            a study's covariates cannot be read, or fit no session (exit 1)
├── ProfileError          a person's profile cannot be read, or belongs to other networks (exit 1)
├── ForeignTableError     another tool's table cannot be read as a session (exit 1)
└── InsufficientDataError  a statistic was asked of too little data

Every message is one sentence: what was wanted, what came, what to do.
"""

from __future__ import annotations


class GroupaffectError(Exception):
    """Something this package can name went wrong."""


class UsageError(GroupaffectError, ValueError):
    """An argument or a setting is wrong."""


class MediaError(GroupaffectError):
    """A recording cannot be analysed."""


class UnreadableMediaError(MediaError):
    """The path is no recording, is damaged, or may not be read."""


class NoPictureError(MediaError):
    """The recording can be read but holds no picture."""


class SessionError(GroupaffectError):
    """A session folder cannot be read or written."""


class SessionExistsError(SessionError):
    """A complete session stands where the new one should go; ``made`` was missing in it."""

    made: tuple[str, ...] = ()


class OutputError(SessionError):
    """The output cannot be written."""


class UnreadableSessionError(SessionError):
    """A folder is no session, is damaged, or was written by a newer version."""


class LabelledSetError(GroupaffectError):
    """A labelled set cannot be read, has the wrong columns, or holds a row that is refused."""


class RatingsError(GroupaffectError):
    """People's ratings cannot be read, contradict themselves, or do not belong together."""


class StudyError(GroupaffectError):
    """A study's covariates cannot be read, contradict themselves, or name who is not there."""


class ProfileError(GroupaffectError):
    """A person's profile is none, is damaged, or belongs to other networks or labels."""


class ForeignTableError(GroupaffectError):
    """Another tool's table cannot be read, or holds nothing that a session could be made of."""


class InsufficientDataError(GroupaffectError):
    """A statistic was asked of too little data."""


def sentence(*, wanted: str, got: str, remedy: str) -> str:
    """Return the one sentence that an error carries.

    Examples
    --------
    >>> sentence(wanted="`every` must be at least 1", got="0", remedy="use 1 for every frame")
    '`every` must be at least 1, but got 0; use 1 for every frame.'
    """
    return f"{wanted}, but got {got}; {remedy}."
