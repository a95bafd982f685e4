"""Remove somebody from a session for good, and prove it.

What rests on several people is computed again without them; what cannot be, the overlay video
and earlier results, is deleted. The others keep their ids. What somebody else put into the folder
is searched, never deleted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from groupaffect.cautions import NOBODY_LEFT
from groupaffect.corrections import names_in
from groupaffect.errors import OutputError, UsageError, sentence
from groupaffect.frame_rewriting import rewrite_frames
from groupaffect.recomputation import recompute
from groupaffect.report import write_report
from groupaffect.session.columns import FACES_FILE, HISTORY_FOLDER, OVERLAY_FILE
from groupaffect.session.folder import list_leftovers, output_errors
from groupaffect.session.people import Person, find_people
from groupaffect.session.reader import Session, load_session
from groupaffect.session.record import Reanalysis, SessionRecord
from groupaffect.session.replacement import SessionReplacement
from groupaffect.session.traces import Traces, find_traces
from groupaffect.session.words import bears_word, fold_text
from groupaffect.session.writer import write_results
from groupaffect.types import ParticipantFacts

_ID = re.compile(r"[Pp]\d+")


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was removed from one session.

    Attributes
    ----------
    participants : who was removed. deleted : files and folders of ours that are gone as a whole.
    traces : of the search afterwards. media : name of the recording, which still shows them.
    """

    participants: tuple[ParticipantFacts, ...]
    deleted: tuple[str, ...]
    traces: Traces
    media: str


@dataclass(frozen=True, slots=True)
class _Search:
    """What must not be found any more, and longer texts that may be though they hold it."""

    words: tuple[str, ...]
    but: tuple[str, ...]

    def finds(self, text: str) -> bool:
        return bears_word(text, self.words, but=self.but)


def _search_for(session: Session, people: Sequence[Person], who: Sequence[str]) -> _Search:
    """Return all that people were ever called, but for what somebody else is called now.

    And the names given: they may stand in a session in which nobody bears them. An id is about
    another person in each session.
    """
    gone = [person.facts.participant for person in people]
    others = [f.name for f in session.participants if f.participant not in gone and f.name]
    taken = {fold_text(name) for name in others}
    given = [word for word in who if not _ID.fullmatch(word.strip())]
    words = dict.fromkeys((*(word for person in people for word in person.words), *given))
    return _Search(tuple(w for w in words if fold_text(w) not in taken), tuple(others))


def list_deleted(session: Session) -> tuple[str, ...]:
    """Return the files and folders that will be deleted rather than computed again: all ours."""
    whole = (HISTORY_FOLDER, OVERLAY_FILE)
    return tuple(name for name in whole if (session.path / name).exists())


def forget(session: str | Path, who: Sequence[str]) -> Forgotten:
    """Remove people from every file of a session, at once and for good.

    Parameters
    ----------
    session : its folder.
    who : ids or names that they have, or had before a reanalysis; those that nobody in the
        session ever had are passed over.

    Raises
    ------
    UsageError : none of them is in the session, or two participants had one of the names; the
        session is as it was.
    UnreadableSessionError : there is no whole session.
    OutputError : the session cannot be written, or another run is changing it: it is as it was;
        or the replaced session cannot be deleted.
    """
    path = Path(session)
    with output_errors(path), SessionReplacement(path) as work:
        old = work.session
        people = find_people(old, who)
        if not people:
            message = sentence(
                wanted=f"`{', '.join(who)}` must be in the session",
                got=", ".join(facts.participant for facts in old.participants) or "nobody",
                remedy=f"take id or name from its report: {path}",
            )
            raise UsageError(message)
        search = _search_for(old, people, who)
        deleted = list_deleted(old)
        _build_without(work, people, search)
        done = work.finish()
    _check_gone(done.path)
    traces = _trace(done, search)
    return Forgotten(tuple(p.facts for p in people), deleted, traces, done.record.media.name)


def find_named(session: Session, who: Sequence[str]) -> Traces:
    """Search a session in which nobody is called so for names that it may hold all the same."""
    return _trace(session, _search_for(session, (), who))


def _trace(session: Session, search: _Search) -> Traces:
    # Whoever is called Nobody is not meant by our own sentence.
    return find_traces(session.path, search.words, but=(*search.but, NOBODY_LEFT))


def _build_without(work: SessionReplacement, people: Sequence[Person], search: _Search) -> None:
    old = work.session
    ids = [person.facts.participant for person in people]
    rewrite_frames(old.path / FACES_FILE, work.folder / FACES_FILE, without=ids)
    record = _record_without(old.record, people)
    analysis = recompute(
        work.folder / FACES_FILE,
        old,
        record,
        participants=tuple(f for f in old.participants if f.participant not in ids),
        lasting_warnings=tuple(w for w in old.lasting_warnings if not search.finds(w)),
    )
    write_results(work.folder, analysis, record)
    write_report(load_session(work.folder))
    work.keep_others()


def _record_without(record: SessionRecord, people: Sequence[Person]) -> SessionRecord:
    """Return the record without corrections and profiles of somebody who is removed."""
    ids = {name for person in people for name in person.ids}
    earlier = tuple(
        replace(made, corrections=tuple(c for c in made.corrections if not {*names_in(c)} & ids))
        for made in record.reanalyses
    )
    last = Reanalysis(n_forgotten=len(people))
    profiles = tuple(p for p in record.profiles if p.participant not in ids)
    return replace(record, reanalyses=(*earlier, last), profiles=profiles)


def _check_gone(path: Path) -> None:
    left = list_leftovers(path)
    if left:
        message = sentence(
            wanted="the replaced session must be deleted",
            got="a folder that could not be",
            remedy=f"delete it by hand: {left[0]}",
        )
        raise OutputError(message)
