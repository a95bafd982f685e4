"""Remove somebody from a session for good, and prove it.

What rests on several people is computed again without them; what cannot be, the overlay video
and earlier results, is deleted. The others keep their ids.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from groupaffect.corrections import names_in
from groupaffect.errors import OutputError, UsageError, sentence
from groupaffect.frame_rewriting import rewrite_frames
from groupaffect.recomputation import recompute
from groupaffect.report import write_report
from groupaffect.session.columns import FACES_FILE, HISTORY_FOLDER, OVERLAY_FILE
from groupaffect.session.folder import list_leftovers, output_errors
from groupaffect.session.reader import Session, load_session
from groupaffect.session.record import Reanalysis, SessionRecord
from groupaffect.session.replacement import RESULT, SessionReplacement
from groupaffect.session.traces import Traces, bears_word, find_traces
from groupaffect.session.writer import write_results
from groupaffect.types import ParticipantFacts


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was removed from one session.

    Attributes
    ----------
    participants : who was removed. deleted : files and folders that are gone as a whole.
    traces : of the search afterwards. media : name of the recording, which still shows them.
    """

    participants: tuple[ParticipantFacts, ...]
    deleted: tuple[str, ...]
    traces: Traces
    media: str


def find_people(session: Session, who: Sequence[str]) -> tuple[ParticipantFacts, ...]:
    """Return the participants whom the words name, by id or by name."""
    wanted = {word.casefold() for word in who}
    return tuple(
        facts
        for facts in session.participants
        if {facts.participant.casefold(), facts.name.casefold()} & wanted
    )


def list_deleted(session: Session, people: Sequence[ParticipantFacts]) -> tuple[str, ...]:
    """Return the files and folders that will be deleted rather than computed again."""
    words = _words_of(people)
    whole = [name for name in (HISTORY_FOLDER, OVERLAY_FILE) if (session.path / name).exists()]
    inside = (path.relative_to(session.path) for path in sorted(session.path.rglob("*")))
    named = [
        str(path)
        for path in inside
        if bears_word(path.name, words) and path.parts[0] not in RESULT | {HISTORY_FOLDER}
    ]
    return (*whole, *named)


def forget(session: str | Path, who: Sequence[str]) -> Forgotten:
    """Remove people from every file of a session, at once and for good.

    Parameters
    ----------
    session : its folder.
    who : ids or names; those that are not in the session are passed over.

    Raises
    ------
    UsageError : none of them is in the session, which is as it was.
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
        deleted = list_deleted(old, people)
        _build_without(work, people)
        done = work.finish()
    _check_gone(done.path)
    others = [facts.name for facts in done.participants]
    traces = find_traces(done.path, _words_of(people), but=others)
    return Forgotten(people, deleted, traces, done.record.media.name)


def _build_without(work: SessionReplacement, people: Sequence[ParticipantFacts]) -> None:
    old, words = work.session, _words_of(people)
    ids = [facts.participant for facts in people]
    rewrite_frames(old.path / FACES_FILE, work.folder / FACES_FILE, without=ids)
    record = _record_without(old.record, ids)
    analysis = recompute(
        work.folder / FACES_FILE,
        old,
        record,
        participants=tuple(f for f in old.participants if f.participant not in ids),
        lasting_warnings=tuple(w for w in old.lasting_warnings if not bears_word(w, words)),
    )
    write_results(work.folder, analysis, record)
    write_report(load_session(work.folder))
    work.keep_others()
    _delete_named(work.folder, words)


def _record_without(record: SessionRecord, ids: Sequence[str]) -> SessionRecord:
    """Return the record without corrections that are about somebody who is removed."""
    earlier = tuple(
        replace(made, corrections=tuple(c for c in made.corrections if not {*names_in(c)} & {*ids}))
        for made in record.reanalyses
    )
    last = Reanalysis(n_forgotten=len(ids))
    return replace(record, reanalyses=(*earlier, last))


def _delete_named(folder: Path, words: Sequence[str]) -> None:
    """Delete what is named after somebody, such as a profile; the results here are not."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if bears_word(path.name, words):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _check_gone(path: Path) -> None:
    left = list_leftovers(path)
    if left:
        message = sentence(
            wanted="the replaced session must be deleted",
            got="a folder that could not be",
            remedy=f"delete it by hand: {left[0]}",
        )
        raise OutputError(message)


def _words_of(people: Sequence[ParticipantFacts]) -> list[str]:
    return list(dict.fromkeys(word for f in people for word in (f.participant, f.name) if word))
