"""``groupaffect compare``: two recordings of one performance, such as an original and a fake."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from groupaffect.app.failures import FAILED
from groupaffect.app.options import Debug, Json, Preset, Quiet, SettingsFile
from groupaffect.errors import UsageError, sentence

if TYPE_CHECKING:
    from groupaffect.session import Session
    from groupaffect.settings import Settings

    Sessions: TypeAlias = tuple[Session, Session, tuple[Session, dict[str, Any]] | None]

Option = typer.Option


def command(  # noqa: PLR0913 (each is an option of the command line)
    original: Annotated[
        Path, typer.Argument(metavar="ORIGINAL", help="Recording, or session folder.")
    ],
    other: Annotated[
        Path, typer.Argument(metavar="OTHER", help="The same performance, otherwise recorded.")
    ],
    truth: Annotated[
        tuple[Path, Path] | None,
        Option(metavar="A.csv B.csv", help="Truth of each: `second, participant, emotion`."),
    ] = None,
    step: Annotated[float, Option(help="Seconds of a step of the series.")] = 0.2,
    control: Annotated[
        bool,
        Option(help="Encode the original like the other: what compression alone changes."),
    ] = True,
    output: Annotated[
        Path, Option(metavar="DIR", help="New folder: figures, captions, and sessions made.")
    ] = Path("comparison"),
    force: Annotated[
        bool, Option("--force", help="Replace a complete comparison; other files stay.")
    ] = False,
    preset: Preset = None,
    settings: SettingsFile = None,
    quiet: Quiet = False,
    json: Json = None,
    debug: Debug = False,
) -> None:
    """Compare two recordings of one performance: what each model's reading keeps and loses."""
    from groupaffect.app.compare_table import print_comparison
    from groupaffect.app.comparison_folder import check_inputs_stay, comparison_kind
    from groupaffect.app.json_output import STANDARD_OUTPUT, check_target, write_json
    from groupaffect.app.settings_choice import choose_settings
    from groupaffect.session.whole_folder import WholeFolder

    check_target(json)
    chosen = choose_settings(preset, settings)
    if force:
        check_inputs_stay([original, other], output)
    with WholeFolder(output, force=force, kind=comparison_kind(output)) as place:
        comparison = _Comparison(output, place.folder, chosen, debug=debug)
        sessions = _open_all([original, other], comparison, control=control, quiet=quiet)
        result = _fill(comparison, sessions, truth=truth, step_s=step)
        place.finish()
    write_json(result, json)
    if quiet:
        return
    if json != STANDARD_OUTPUT:
        print_comparison(result)
    for warning in result["warnings"]:
        typer.echo(f"warning: {warning}", err=True)
    for path in result["figures"]:
        typer.echo(f"figure: {path}", err=True)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Where a comparison goes, where it is built until it is whole, and how it is analysed."""

    output: Path
    work: Path
    settings: Settings
    debug: bool


def _fill(
    comparison: _Comparison,
    sessions: Sessions,
    *,
    truth: tuple[Path, Path] | None,
    step_s: float,
) -> dict[str, Any]:
    """Compare, and write what was found; return it."""
    from groupaffect.app.comparison_folder import write_record
    from groupaffect.evaluation.study_comparison import study_comparison
    from groupaffect.report.publishing import write_figures
    from groupaffect.session.folder import output_errors
    from groupaffect.study_figures import draw_comparison_figures

    result = study_comparison(*sessions[:2], sessions[2], truth=truth, step_s=step_s)
    with output_errors(comparison.output, what="comparison"):
        paths = write_figures(draw_comparison_figures(result), comparison.work)
        result["figures"] = [str(comparison.output / path.name) for path in paths]
        write_record(comparison.work, result)
    return result


def _open_all(
    inputs: list[Path], comparison: _Comparison, *, control: bool, quiet: bool
) -> Sessions:
    """Return both sessions and the codec control's, analysing what are recordings."""
    from groupaffect.evaluation.codec_control import write_control
    from groupaffect.session import load_session
    from groupaffect.session.folder import output_errors

    recordings = [path for path in inputs if not _is_session(path)]
    _check_folders(recordings)
    copy, how = comparison.work / "encoded/control.mp4", None
    shown = {}
    if control and len(recordings) == 2:
        with output_errors(comparison.output, what="codec control"):
            copy.parent.mkdir()
            how = write_control(recordings[0], recordings[1], copy)
        first, second = (path.name for path in recordings)
        shown = {str(copy): f"control ({first}, encoded like {second})"}
    shown[str(comparison.work)] = str(comparison.output)
    made = _analyze([*recordings, *([copy] if how else [])], comparison, shown, quiet=quiet)
    shutil.rmtree(copy.parent, ignore_errors=True)  # there is none without a control
    sessions = [load_session(made.get(path, path)) for path in inputs]
    return sessions[0], sessions[1], (load_session(made[copy]), how) if how else None


def _check_folders(recordings: list[Path]) -> None:
    from groupaffect.media.folder import find_images

    for path in recordings:
        if path.is_dir() and not find_images(path):
            message = sentence(
                wanted="each of the two must be a recording, a session or a folder of images",
                got=f"a folder that is neither a session nor holds images: {path}",
                remedy="name a session's folder or a recording",
            )
            raise UsageError(message)


def _is_session(path: Path) -> bool:
    return (path / "session.json").exists()


def _analyze(
    recordings: list[Path], comparison: _Comparison, shown: dict[str, str], *, quiet: bool
) -> dict[Path, Path]:
    """Analyse recordings; return each one's session folder."""
    from groupaffect.app.comparison_folder import SESSIONS_FOLDER
    from groupaffect.app.inputs import session_names
    from groupaffect.app.progress import open_display
    from groupaffect.app.shown_names import ShownNames
    from groupaffect.app.tasks import Plan, Task
    from groupaffect.app.workers import run_tasks

    unique = list(dict.fromkeys(recordings))
    output = comparison.work / SESSIONS_FOLDER
    plan = Plan(output=output, settings=comparison.settings, debug=comparison.debug)
    folders = [output / name for name in session_names(unique)]
    tasks = [Task(*pair, plan) for pair in zip(unique, folders, strict=True)]
    with open_display(quiet=quiet) as display:
        told = ShownNames(display, shown)
        outcomes = run_tasks(tasks, n_jobs=1, display=told) if tasks else []
    if any(outcome.status == "failed" for outcome in outcomes):
        raise typer.Exit(FAILED)  # the display said why
    return dict(zip(unique, folders, strict=True))
