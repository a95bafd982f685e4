"""Compute a session again from its frame table, with corrections: no recording is needed.

Everything after the two models is computed anew; the result that is replaced stays in the
session's ``history``, from which ``undo_reanalysis`` restores it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from groupaffect.correction_notation import parse_corrections
from groupaffect.corrections import (
    Correction,
    Merge,
    Swap,
    check_corrections,
)
from groupaffect.errors import UsageError, sentence
from groupaffect.frame_rewriting import rewrite_frames
from groupaffect.names import GivenName, Names, read_names
from groupaffect.naming import name_participants
from groupaffect.own_networks import check_reanalysis
from groupaffect.person_profile import PersonProfile
from groupaffect.profile_files import Profiles, bind_profiles, recorded_networks
from groupaffect.recomputation import recompute
from groupaffect.report import write_report
from groupaffect.session.columns import FACES_FILE
from groupaffect.session.folder import output_errors
from groupaffect.session.reader import Session, load_session
from groupaffect.session.record import Reanalysis, SessionRecord
from groupaffect.session.replacement import SessionReplacement
from groupaffect.session.writer import write_results
from groupaffect.settings import Settings, check_kept
from groupaffect.settings import preset as preset_settings
from groupaffect.types import ParticipantFacts


def reanalyze(  # noqa: PLR0913 (each is one of people's choices)
    session: str | Path,
    *,
    merge: str | Iterable[str] = (),
    swap: str | Iterable[str] = (),
    exclude: str | Iterable[str] = (),
    settings: Settings | None = None,
    preset: str | None = None,
    names: Names | None = None,
    profiles: Profiles | None = None,
    without_profiles: Iterable[str] = (),
) -> Session:
    """Correct a session and compute everything after the two models again, without the recording.

    Corrections are applied in this order: merges, swaps, exclusions. Without any, the tables
    are those of the first analysis, byte for byte.

    Parameters
    ----------
    session : its folder.
    merge : such as ``"P2,P5"``: two ids are one person; the lower id survives, and where both
        were seen in a frame, the row with the higher face score times quality.
    swap : such as ``"P1,P3@120-180"``: two people were taken for each other in [120, 180) s;
        either end may be left out, and so may the whole stretch. Names stay with the ids.
    exclude : such as ``"30-45"``: [30, 45) s count as not analysed. The frame table keeps its
        rows; the session's record says what is excluded, also for the next reanalysis.
    settings : of the stages after the models; those of ``preset``, or of the session, if None.
    names : CSV file, or mapping from ids or tiles to names; see ``groupaffect.names``.
    profiles : by id, a profile that ``personalize`` wrote; added to those of the session. A head
        needs a session that keeps embeddings; a fine-tuned one reads pictures: it is refused.
        Profiles stay with ids through swaps; that of an id that is merged away goes with it.
    without_profiles : ids whose profile is taken away.

    Raises
    ------
    UsageError : an argument is wrong, or settings of media, faces or expression would change.
    ProfileError : a profile cannot be read, or is of other networks.
    UnreadableSessionError : there is no whole session.
    OutputError : the session cannot be written, or another run is changing it. The session is
        as it was.
    """
    corrections = parse_corrections(merge=merge, swap=swap, exclude=exclude)
    given = () if names is None else read_names(names)
    with output_errors(Path(session)), SessionReplacement(Path(session)) as work:
        old = work.session
        people = tuple(facts.participant for facts in old.participants)
        check_corrections(corrections, participants=people, end_s=old.facts["duration_s"])
        chosen = choose_settings(old.record.settings, settings=settings, preset=preset)
        own = _bind(profiles or {}, old.record)
        away = tuple(name.strip() for name in without_profiles)
        check_reanalysis(old.record.profiles, corrections, given=own, away=away)
        frames, facts, dropped = _correct_frames(work, corrections)
        record = _next_record(old.record, corrections, chosen, named=bool(given))
        record = _with_profiles(record, own, away=away, people=facts)
        analysis = recompute(
            frames,
            old,
            record,
            participants=_named(facts, given),
            lasting_warnings=(*old.lasting_warnings, *dropped),
        )
        write_results(work.folder, analysis, record)
        work.keep_history()
        write_report(load_session(work.folder))
        work.keep_others()
        return work.finish()


def undo_reanalysis(session: str | Path) -> Session:
    """Put the result that the last reanalysis replaced back in its place, as it was.

    Raises
    ------
    UsageError : there is no earlier result.
    UnreadableSessionError : there is no whole session.
    OutputError : the session cannot be written, or another run is changing it.
    """
    with output_errors(Path(session)), SessionReplacement(Path(session)) as work:
        work.take_from_history()
        work.keep_others()
        return work.finish()


def choose_settings(made: Settings, *, settings: Settings | None, preset: str | None) -> Settings:
    """Return the settings of a reanalysis; up to the models they are those of the analysis.

    Raises
    ------
    UsageError : there is no such preset, both are given, or the settings change what came
        before.
    """
    if settings is not None and preset is not None:
        message = sentence(
            wanted="settings come from `settings` or from `preset`",
            got="both",
            remedy="give one of them",
        )
        raise UsageError(message)
    if preset is not None:
        return replace(
            preset_settings(preset), media=made.media, faces=made.faces, expression=made.expression
        )
    if settings is not None:
        check_kept(settings, made=made)
    return made if settings is None else settings


def _correct_frames(
    work: SessionReplacement, corrections: Sequence[Correction]
) -> tuple[Path, tuple[ParticipantFacts, ...], list[str]]:
    """Put the frame table in place; return one that is equal, who is in it, what merging dropped.

    Where no row changes that is the old one: an error of it names the session.
    """
    old = work.session
    frames = work.folder / FACES_FILE
    if not any(isinstance(correction, Merge | Swap) for correction in corrections):
        work.keep_file(FACES_FILE)
        return old.path / FACES_FILE, old.participants, []
    rewritten = rewrite_frames(old.path / FACES_FILE, frames, corrections=corrections)
    facts = {facts.participant: facts for facts in old.participants}
    # A tile is where a participant was first seen: it goes with the row that is now the first.
    placed = tuple(
        replace(facts[name], tile_row=facts[origin].tile_row, tile_column=facts[origin].tile_column)
        for name, origin in rewritten.first_origin
    )
    dropped = [
        f"{merge.survivor} and {merge.absorbed}, merged into one, were both seen in {n} frames; "
        "the better face of each was kept."
        for merge, n in rewritten.n_both
        if n
    ]
    return frames, placed, dropped


def _named(
    facts: tuple[ParticipantFacts, ...], given: Sequence[GivenName]
) -> tuple[ParticipantFacts, ...]:
    named, misfits = name_participants(facts, given)
    if misfits:
        raise UsageError(misfits[0].as_error())
    return named


def _bind(given: Profiles, record: SessionRecord) -> tuple[PersonProfile, ...]:
    networks = recorded_networks(record.settings, record.model_hashes)
    return bind_profiles(given, networks=networks)


def _with_profiles(
    record: SessionRecord,
    given: Sequence[PersonProfile],
    *,
    away: Sequence[str],
    people: Sequence[ParticipantFacts],
) -> SessionRecord:
    """Return the record with profiles added and taken away; none for who is not there (any more).

    Raises
    ------
    UsageError : a profile is given or taken away for nobody.
    """
    there = [facts.participant for facts in people]
    new = {profile.participant: profile for profile in given}
    kept = {p.participant: p for p in record.profiles if p.participant in there}
    for name in (*new, *away):
        if name not in there or (name in away and name not in kept):
            message = sentence(
                wanted=f"`{name}` must be a participant with a profile"
                if name in there
                else f"`{name}` must be one of the participants {', '.join(there) or '-'}",
                got="one without" if name in there else "nobody of that id",
                remedy="take the ids from the report",
            )
            raise UsageError(message)
    left = {name: profile for name, profile in (kept | new).items() if name not in away}
    return replace(record, profiles=tuple(left[name] for name in sorted(left)))


def _next_record(
    record: SessionRecord,
    corrections: tuple[Correction, ...],
    settings: Settings,
    *,
    named: bool,
) -> SessionRecord:
    made = Reanalysis(corrections=corrections)
    return replace(
        record,
        settings=settings,
        names_given=record.names_given or named,
        reanalyses=(*record.reanalyses, made),
    )
