"""``groupaffect analyze``: recordings in, one session folder for each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from groupaffect.app.failures import FAILED
from groupaffect.app.options import (
    BlurFaces,
    Debug,
    Json,
    NoPixels,
    Participants,
    Preset,
    Profile,
    Quiet,
    SettingsFile,
)

if TYPE_CHECKING:
    from groupaffect.app.inputs import Miss
    from groupaffect.app.tasks import Outcome, Plan

Option = typer.Option


def command(  # noqa: PLR0913 (each is an option of the command line)
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH", help="Recordings, folders of recordings or of images, patterns."
        ),
    ],
    output: Annotated[
        Path, Option(help="Gets one session folder for each recording, named after it.")
    ] = Path("sessions"),
    preset: Preset = None,
    settings: SettingsFile = None,
    start: Annotated[float | None, Option(help="First second to analyse.")] = None,
    end: Annotated[float | None, Option(help="Second to stop before.")] = None,
    every: Annotated[int | None, Option(help="Analyse every n-th frame, from 1.")] = None,
    jobs: Annotated[int, Option(help="Recordings to analyse at the same time, from 1.")] = 1,
    context: Annotated[
        str | None,
        Option(help="What it is for: research, clinical, self or other; kept in the session."),
    ] = None,
    consent: Annotated[
        str | None, Option(metavar="REF", help="Reference to the consent; kept in the session.")
    ] = None,
    participants: Participants = None,
    profile: Profile = None,
    keep_embeddings: Annotated[
        bool,
        Option(
            "--keep-embeddings",
            help="Keep what a personal head is fitted on: 4 MB a minute for four people at 25/s.",
        ),
    ] = False,
    overlay: Annotated[
        bool, Option("--overlay", help="Draw what was found into the recording, as overlay.mp4.")
    ] = False,
    blur_faces: BlurFaces = False,
    no_pixels: NoPixels = False,
    force: Annotated[
        bool,
        Option("--force", help="Replace complete sessions and their history; other files stay."),
    ] = False,
    quiet: Quiet = False,
    json: Json = None,
    debug: Debug = False,
) -> None:
    """Analyse recordings: who shows which expression when, and what the group does."""
    from groupaffect.app.inputs import find_recordings, list_left_out
    from groupaffect.app.json_output import check_target, write_json
    from groupaffect.app.overlay_choice import choose_overlay
    from groupaffect.app.profile_choice import check_one_recording, choose_profiles
    from groupaffect.app.settings_choice import (
        check_jobs,
        check_names,
        choose_context,
        choose_part,
        choose_settings,
    )
    from groupaffect.app.tasks import Plan

    check_target(json)
    check_jobs(jobs)
    check_names(participants)
    profiles, _ = choose_profiles(profile or (), may_remove=False)
    chosen = choose_part(choose_settings(preset, settings), start_s=start, end_s=end, every=every)
    style = choose_overlay(overlay, blur_faces=blur_faces, no_pixels=no_pixels)
    found = find_recordings(inputs)
    check_one_recording(profile or (), n_recordings=len(_place_sessions(found, output)))
    has_work = _has_work(found, output, force=force)
    plan = Plan(
        output=output,
        settings=chosen,
        context=choose_context(context, may_ask=has_work and not quiet),
        consent=consent,
        overlay=style,
        force=force,
        names=participants,
        profiles=profiles,
        keep_embeddings=keep_embeddings,
        debug=debug,
    )
    for left_out in () if quiet else list_left_out(inputs):
        typer.echo(f"warning: {left_out.describe()}", err=True)
    if participants is not None and not quiet:
        _tell_of_shared_names(participants, n_recordings=len(_place_sessions(found, output)))
    outcomes = _analyze(found, plan, n_jobs=jobs, quiet=quiet)
    write_json([outcome.to_dict() for outcome in outcomes], json)
    if any(outcome.status == "failed" for outcome in outcomes):
        raise typer.Exit(FAILED)


def _tell_of_shared_names(participants: Path, *, n_recordings: int) -> None:
    """Warn where one file names the people of several recordings: right for one group only."""
    if n_recordings > 1:
        typer.echo(
            f"warning: {participants} names the same tiles or ids in each of the {n_recordings} "
            "recordings; where others sit there, analyze that recording by itself.",
            err=True,
        )


def _place_sessions(found: Sequence[Path | Miss], output: Path) -> list[tuple[Path, Path]]:
    """Return each recording with the folder for its session."""
    from groupaffect.app.inputs import session_names

    recordings = [item for item in found if isinstance(item, Path)]
    names = session_names(recordings)
    return [(source, output / name) for source, name in zip(recordings, names, strict=True)]


def _has_work(found: Sequence[Path | Miss], output: Path, *, force: bool) -> bool:
    """Tell whether a recording is to be analysed: nothing is asked where all is complete."""
    from groupaffect.app.inputs import SESSION_FILE

    folders = [folder for _, folder in _place_sessions(found, output)]
    return any(force or not (folder / SESSION_FILE).exists() for folder in folders)


def _analyze(
    found: Sequence[Path | Miss], plan: Plan, *, n_jobs: int, quiet: bool
) -> list[Outcome]:
    """Return what became of each recording that was found, in their order."""
    from groupaffect.app.inputs import Miss
    from groupaffect.app.progress import open_display
    from groupaffect.app.tasks import Task, failed
    from groupaffect.app.workers import run_tasks
    from groupaffect.session.turns import list_missing_parents, remove_empty

    tasks = [Task(source, folder, plan) for source, folder in _place_sessions(found, plan.output)]
    with open_display(quiet=quiet) as display:
        for row, miss in enumerate(item for item in found if isinstance(item, Miss)):
            display.finish(-1 - row, failed(miss.word, miss.error))
        made = list_missing_parents(plan.output / "any")
        try:
            analyzed = iter(run_tasks(tasks, n_jobs=n_jobs, display=display))
        finally:  # a process that crashed leaves what it made, and those beside it never made it
            remove_empty(made)
    return [
        failed(item.word, item.error) if isinstance(item, Miss) else next(analyzed)
        for item in found
    ]
