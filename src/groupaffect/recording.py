"""From a recording to a session on disk: what ``groupaffect.analyze`` does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from groupaffect import pipeline
from groupaffect.cautions import caution_others_profiles
from groupaffect.errors import OutputError, SessionExistsError, sentence
from groupaffect.inference import network_file_hashes
from groupaffect.media import Media, open_media
from groupaffect.names import GivenName, Names, read_names
from groupaffect.naming import name_participants
from groupaffect.overlay import check_style, has_overlay, make_overlay
from groupaffect.person_profile import PersonProfile
from groupaffect.profile_files import Profiles, bind_profiles, networks_used
from groupaffect.profile_notation import profile_to_dict
from groupaffect.report import write_report
from groupaffect.report.drawable import caution_names
from groupaffect.second_fold import SecondResult
from groupaffect.session.columns import REPORT_FILE
from groupaffect.session.folder import output_errors
from groupaffect.session.lock import changing_session
from groupaffect.session.reader import Session, load_session
from groupaffect.session.record import SessionRecord, installed_versions
from groupaffect.session.writer import SessionWriter
from groupaffect.settings import Settings
from groupaffect.settings import preset as preset_settings
from groupaffect.types import (
    Analysis,
    Context,
    Hook,
    MediaFacts,
    OverlayStyle,
    silent,
)


def analyze(  # noqa: PLR0913 (the one call that people make; each is one of their choices)
    path: str | Path,
    *,
    output: str | Path | None = None,
    settings: Settings | None = None,
    preset: str = "default",
    context: Context = "not declared",
    consent: str | None = None,
    overlay: OverlayStyle | None = None,
    force: bool = False,
    names: Names | None = None,
    profiles: Profiles | None = None,
    keep_embeddings: bool = False,
    hook: Hook = silent,
) -> Session:
    """Analyse a recording and return its session, which lies in a folder with its report.

    Parameters
    ----------
    path : recording (a file, or a folder of images).
    output : folder for the session; ``sessions/<stem>`` in the working directory if None.
    settings : of every stage; those of ``preset`` if None.
    context : what the analysis is for, kept in the session (METHODS 11).
    consent : reference to the participants' consent, kept in the session.
    overlay : how to draw what was found into the recording as ``overlay.mp4``: "plain",
        "blurred" (every face hidden) or "no-pixels" (on black); None: not at all.
    force : replace a complete session, with its history; other files in its folder stay.
    names : of the participants: a CSV file, or a mapping from ids or tiles; a row that fits
        nobody becomes a warning. See ``groupaffect.names``.
    profiles : by id, a profile that ``personalize`` wrote; corrects that participant's readings
        before fusion. The frame table keeps what the shared models read, but for a person who
        is read by a fine-tuned network.
    keep_embeddings : keep in the frame table what the models' last layers see, which a personal
        head is fitted on: 640 bytes a face and frame before compression. Something of a face
        could be drawn from them: treat them like pictures.
    hook : is told of progress, in seconds of media for each stage.

    Raises
    ------
    UsageError : an argument is wrong.
    MediaError : the recording cannot be read or has no picture.
    SessionExistsError : the same analysis is complete already and ``force`` is False; ``made``
        says what was missing for people and was made now, its notes where the session was
        declared otherwise, or made with other networks.
    OutputError : the output cannot be written, or holds another analysis.
    ProfileError : a profile cannot be read, or is of other networks.
    """
    check_style(overlay)
    source = Path(path)
    chosen = settings if settings is not None else preset_settings(preset)
    folder = Path(output) if output is not None else Path("sessions") / _stem(source)
    given = () if names is None else read_names(names)  # before the work: a wrong file costs none
    own = bind_profiles(profiles or {}, networks=networks_used(chosen))
    try:
        with SessionWriter(folder, force=force) as writer:
            media = open_media(source)
            analysis = pipeline.analyse(
                media,
                chosen,
                keep=writer.write_stretch,
                profiles=own,
                keep_embeddings=keep_embeddings,
                hook=hook,
            )
            record = _record(media.facts, chosen, analysis, context=context, consent=consent)
            kept = tuple(profile.without_weights() for profile in own)
            record = replace(record, names_given=bool(given), profiles=kept)
            doubts = caution_others_profiles(own, media.facts.sha256)
            analysis = replace(analysis, warnings=(*analysis.warnings, *doubts))
            writer.finish(_name_all(analysis, given), record)
    except SessionExistsError as error:
        _check_same_profiles(load_session(folder), own, keep_embeddings=keep_embeddings)
        error.made = _finish_existing(source, folder, chosen, overlay=overlay, hook=hook)
        session = load_session(folder)
        for note in _find_differences(session.record, context, consent):
            error.add_note(note)
        for note in _find_other_names(session, given):
            error.add_note(note)
        raise
    session = load_session(folder)
    _add_for_people(session, media, overlay=overlay, hook=hook)
    return session


def analyze_seconds(
    path: str | Path, *, settings: Settings | None = None, preset: str = "default"
) -> Iterator[SecondResult]:
    """Yield what is known of each second of a recording as it passes; nothing is kept on disk.

    Parameters
    ----------
    path : recording (a file, or a folder of images).
    settings : of every stage; those of ``preset`` if None.

    Raises
    ------
    UsageError : an argument is wrong.
    MediaError : the recording cannot be read or has no picture.
    """
    chosen = settings if settings is not None else preset_settings(preset)
    yield from pipeline.iterate_seconds(open_media(Path(path)), chosen)


def rebuild_report(folder: str | Path) -> Path:
    """Write a session's report from its tables and return where it is.

    Raises
    ------
    SessionError : there is no session, the report cannot be written, or another run is changing
        the session.
    """
    path = load_session(folder).path
    then = "run this again, the tables are whole"
    with output_errors(path, what="report", then=then), changing_session(path):
        write_report(load_session(path))
    return Path(folder) / REPORT_FILE


def _stem(source: Path) -> str:
    """Return what the session of a recording is called, also of ``.`` and of ``...mp4``."""
    whole = Path(os.path.abspath(source))  # noqa: PTH100 (a link keeps its own name)
    stem = whole.name if whole.is_dir() or not whole.stem.strip(".") else whole.stem
    return os.fsencode(stem).decode("utf-8", "backslashreplace")


def _record(
    facts: MediaFacts,
    settings: Settings,
    analysis: Analysis,
    *,
    context: Context,
    consent: str | None,
) -> SessionRecord:
    start_s = settings.media.start_s
    end_s = settings.media.end_s
    return SessionRecord(
        facts,
        settings,
        versions=installed_versions(),
        model_hashes=network_file_hashes(),
        context=context,
        consent=consent,
        created_at=datetime.now().astimezone().isoformat(timespec="seconds"),
        analysed_start_s=start_s,
        analysed_end_s=analysis.duration_s if end_s is None else min(end_s, analysis.duration_s),
    )


def _name_all(analysis: Analysis, given: tuple[GivenName, ...]) -> Analysis:
    """Return the analysis with names; a row that fits nobody must not cost what was analysed."""
    named, misfits = name_participants(analysis.participants, given)
    told = (*(misfit.as_warning() for misfit in misfits), *caution_names(named))
    return replace(analysis, participants=named, warnings=(*analysis.warnings, *told))


def _find_other_names(session: Session, given: tuple[GivenName, ...]) -> list[str]:
    named, _ = name_participants(session.participants, given)
    if named == session.participants:
        return []
    return [
        sentence(
            wanted="the names of the complete session must be those given now",
            got="others",
            remedy=f"use groupaffect reanalyze with --participants: {session.path}",
        )
    ]


def _finish_existing(
    source: Path, folder: Path, settings: Settings, *, overlay: OverlayStyle | None, hook: Hook
) -> tuple[str, ...]:
    """Make what is missing for people and return it; refuse what answers another question."""
    session = load_session(folder)
    media = open_media(source)
    same_media = media.facts.sha256 == session.record.media.sha256
    if not same_media or session.record.settings != settings:
        message = sentence(
            wanted="the output must be free or hold this analysis",
            got="one of another recording" if not same_media else "one with other settings",
            remedy=f"choose another output, or add --force to replace it: {folder}",
        )
        raise OutputError(message)
    # A run that was killed after the tables leaves them without the rest.
    return _add_for_people(session, media, overlay=overlay, hook=hook)


def _check_same_profiles(
    session: Session, profiles: tuple[PersonProfile, ...], *, keep_embeddings: bool
) -> None:
    """Refuse a complete session with other profiles, or without embeddings that are to be kept."""
    mine, theirs = (
        [profile_to_dict(p.without_weights()) for p in ps]
        for ps in (profiles, session.record.profiles)
    )
    lacks = keep_embeddings and not session.has_embeddings
    if mine == theirs and not lacks:
        return
    message = sentence(
        wanted="the output must be free or hold this analysis",
        got="one without embeddings" if lacks else "one with other personal profiles",
        remedy=f"choose another output, or add --force to replace it: {session.path}",
    )
    raise OutputError(message)


def _add_for_people(
    session: Session, media: Media, *, overlay: OverlayStyle | None, hook: Hook
) -> tuple[str, ...]:
    """Make the report, and the overlay that is asked for, unless they are there; return which."""
    made = list[str]()
    if not (session.path / REPORT_FILE).exists():
        rebuild_report(session.path)
        made.append("report")
    if overlay is not None and not has_overlay(session, overlay):
        make_overlay(session, media, style=overlay, hook=hook)
        made.append("overlay")
    return tuple(made)


def _find_differences(record: SessionRecord, context: Context, consent: str | None) -> list[str]:
    """Return a sentence for each thing that a complete session says otherwise than this run.

    What this run does not declare is no difference.
    """
    notes = []
    for name, here, there in (
        ("context", None if context == "not declared" else context, record.context),
        ("consent reference", consent, record.consent),
    ):
        if here is not None and here != there:
            notes.append(
                sentence(
                    wanted=f"the {name} of the complete session must be {here!r} as declared now",
                    got="none" if there is None else repr(there),
                    remedy="add --force to analyse anew",
                )
            )
    now = network_file_hashes()
    names = {*now, *record.model_hashes}
    changed = sorted(name for name in names if now.get(name) != record.model_hashes.get(name))
    if changed:
        notes.append(
            sentence(
                wanted="the networks of the complete session must be those of this version",
                got=f"others for {', '.join(changed)}",
                remedy="add --force to analyse anew",
            )
        )
    return notes
