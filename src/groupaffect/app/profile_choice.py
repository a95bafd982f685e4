"""Which profile is for whom, as it is written: ``P1=FILE``, or ``P1=`` for none."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from groupaffect.errors import UsageError, sentence
from groupaffect.person_profile import PersonProfile


def choose_profiles(
    words: Iterable[str], *, may_remove: bool = True
) -> tuple[dict[str, str | Path | PersonProfile], list[str]]:
    """Return profiles by id, and the ids that are to have none.

    The files are read here: what is wrong with one is known before any work.

    Raises
    ------
    UsageError : a word is not written like P1=FILE, or an id stands there twice.
    ProfileError : a file is no profile.

    Examples
    --------
    >>> choose_profiles(["P1="])
    ({}, ['P1'])
    """
    from groupaffect.profile_files import load_profile

    given: dict[str, str | Path | PersonProfile] = {}
    away: list[str] = []
    for word in words:
        name, equals, file = (part.strip() for part in word.partition("="))
        wrong = not equals or not name or not (file or may_remove)
        if wrong or name in given or name in away:
            got = f"{name} twice" if name in given or name in away else repr(word)
            message = sentence(
                wanted="`--profile` names a participant and a file",
                got=got,
                remedy="write it once for each, like P1=ada.json",
            )
            raise UsageError(message)
        if file:
            given[name] = load_profile(file)
        else:
            away.append(name)
    return given, away


def check_one_recording(words: Iterable[str], *, n_recordings: int) -> None:
    """Check that profiles are for the people of one recording.

    Raises
    ------
    UsageError : there are several recordings; the same id is another person in each.
    """
    if list(words) and n_recordings > 1:
        message = sentence(
            wanted="`--profile` is about the people of one recording",
            got=f"{n_recordings} recordings",
            remedy="analyze that recording by itself",
        )
        raise UsageError(message)
