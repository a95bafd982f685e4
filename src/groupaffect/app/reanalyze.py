"""``groupaffect reanalyze``: correct a session and compute it again, without the recording."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from groupaffect.app.options import (
    Debug,
    Json,
    Participants,
    Preset,
    Profile,
    Quiet,
    SettingsFile,
)
from groupaffect.errors import UsageError, sentence

if TYPE_CHECKING:
    from groupaffect.session import Session

Option = typer.Option


def command(  # noqa: PLR0913 (each is an option of the command line)
    session: Annotated[Path, typer.Argument(metavar="SESSION", help="Session folder.")],
    merge: Annotated[
        list[str] | None,
        Option(metavar="P2,P5", help="These are one person; the lower id survives. Repeatable."),
    ] = None,
    swap: Annotated[
        list[str] | None,
        Option(
            metavar="P1,P3@120-180",
            help="These were taken for each other, in these seconds (or m:ss; either end, or "
            "the whole stretch, may be left out). Repeatable.",
        ),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        Option(metavar="30-45", help="These seconds count as not analysed. Repeatable."),
    ] = None,
    preset: Preset = None,
    settings: SettingsFile = None,
    participants: Participants = None,
    profile: Profile = None,
    undo: Annotated[
        bool, Option("--undo", help="Restore the result before the last reanalysis.")
    ] = False,
    quiet: Quiet = False,
    json: Json = None,
    _debug: Debug = False,
) -> None:
    """Correct a session and compute all after the models again; merges first, then swaps."""
    from groupaffect.app.json_output import check_target, write_json
    from groupaffect.app.profile_choice import choose_profiles
    from groupaffect.app.settings_choice import choose_settings
    from groupaffect.reanalysis import reanalyze, undo_reanalysis
    from groupaffect.session import load_session

    check_target(json)
    changes = (merge, swap, exclude, preset, settings, participants, profile)
    if undo and any(changes):
        raise UsageError(
            sentence(
                wanted="`--undo` restores a result as it was",
                got="it with other options",
                remedy="undo first, then reanalyze",
            )
        )
    started_s = time.perf_counter()
    if undo:
        done = undo_reanalysis(session)
    else:
        profiles, without = choose_profiles(profile or ())
        made = load_session(session).record.settings if settings is not None else None
        done = reanalyze(
            session,
            merge=merge or (),
            swap=swap or (),
            exclude=exclude or (),
            settings=choose_settings(preset, settings, made=made) if settings else None,
            preset=preset,
            names=participants,
            profiles=profiles,
            without_profiles=without,
        )
    wall_s = time.perf_counter() - started_s
    if not quiet:
        for line in _lines(session, done, undone=undo, wall_s=wall_s):
            typer.echo(line, err=True)
    write_json(_to_dict(session, done, wall_s=wall_s), json)


def _lines(folder: Path, done: Session, *, undone: bool, wall_s: float) -> list[str]:
    from groupaffect.corrections import describe_correction
    from groupaffect.report.labels import label_participant

    who = ", ".join(label_participant(f.participant, f.name) for f in done.participants)
    what = "earlier result restored" if undone else "computed again"
    made = () if undone else done.record.reanalyses[-1].corrections
    return [
        f"{folder}: {what} in {wall_s:.1f} s ({who or 'nobody'}); open {folder / 'report.html'}",
        *(f"  {describe_correction(correction)}" for correction in made),
        *(f"  warning: {warning}" for warning in done.warnings),
    ]


def _to_dict(folder: Path, done: Session, *, wall_s: float) -> dict[str, object]:
    from groupaffect.session.record import record_to_dict

    return {
        "session": str(folder),
        "seconds": done.analysed_s,
        "wall_seconds": wall_s,
        "participants": {f.participant: f.name for f in done.participants},
        "reanalyses": record_to_dict(done.record)["reanalyses"],
        "warnings": list(done.warnings),
    }
