"""From a recording to a session on disk: what ``groupaffect.analyze`` does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from groupaffect import pipeline
from groupaffect.errors import OutputError, SessionExistsError, sentence
from groupaffect.inference import list_networks, network_sha256
from groupaffect.media import open_media
from groupaffect.report import write_report
from groupaffect.second_fold import SecondResult
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
    silent,
)

REPORT_FILE = "report.html"


def analyze(  # noqa: PLR0913 (the one call that people make; each is one of their choices)
    path: str | Path,
    *,
    output: str | Path | None = None,
    settings: Settings | None = None,
    preset: str = "default",
    context: Context = "not declared",
    consent: str | None = None,
    force: bool = False,
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
    force : replace a complete session.
    hook : is told of progress, in seconds of media for each stage.

    Raises
    ------
    UsageError : an argument is wrong.
    MediaError : the recording cannot be read or has no picture.
    SessionExistsError : the same analysis is complete already and ``force`` is False; its notes
        say where the session was declared otherwise, or made with other networks.
    OutputError : the output cannot be written, or holds another analysis.
    """
    source = Path(path)
    chosen = settings if settings is not None else preset_settings(preset)
    folder = Path(output) if output is not None else Path("sessions") / _stem(source)
    try:
        with SessionWriter(folder, force=force) as writer:
            media = open_media(source)
            analysis = pipeline.analyse(media, chosen, keep=writer.write_stretch, hook=hook)
            record = _record(media.facts, chosen, analysis, context=context, consent=consent)
            writer.finish(analysis, record)
    except SessionExistsError as error:
        _finish_existing(source, folder, chosen)
        for note in _find_differences(load_session(folder).record, context, consent):
            error.add_note(note)
        raise
    rebuild_report(folder)
    return load_session(folder)


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
    SessionError : there is no session, or the report cannot be written.
    """
    write_report(load_session(folder))
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
        model_hashes=_network_hashes(),
        context=context,
        consent=consent,
        created_at=datetime.now().astimezone().isoformat(timespec="seconds"),
        analysed_start_s=start_s,
        analysed_end_s=analysis.duration_s if end_s is None else min(end_s, analysis.duration_s),
    )


def _network_hashes() -> dict[str, str]:
    return {f"{stage}/{name}.onnx": network_sha256(stage, name) for stage, name in list_networks()}


def _finish_existing(source: Path, folder: Path, settings: Settings) -> None:
    """Make a missing report; refuse a session that answers another question than this one."""
    session = load_session(folder)
    same_media = open_media(source).facts.sha256 == session.record.media.sha256
    if not same_media or session.record.settings != settings:
        message = sentence(
            wanted="the output must be free or hold this analysis",
            got="one of another recording" if not same_media else "one with other settings",
            remedy=f"choose another output, or add --force to replace it: {folder}",
        )
        raise OutputError(message)
    # A run that was killed between session and report leaves the one without the other.
    if not (folder / REPORT_FILE).exists():
        write_report(session)


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
    now = _network_hashes()
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
