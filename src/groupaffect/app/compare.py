"""``groupaffect compare``: two recordings of one performance, such as an original and a fake."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from groupaffect.app.failures import FAILED
from groupaffect.app.options import Debug, Json, Preset, Quiet, SettingsFile
from groupaffect.errors import UsageError, sentence

if TYPE_CHECKING:
    from groupaffect.app.tasks import Plan
    from groupaffect.session import Session

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
        Path, Option(metavar="DIR", help="Gets figures, captions, and sessions that are made.")
    ] = Path("comparison"),
    preset: Preset = None,
    settings: SettingsFile = None,
    quiet: Quiet = False,
    json: Json = None,
    debug: Debug = False,
) -> None:
    """Compare two recordings of one performance: what each model's reading keeps and loses."""
    from groupaffect.app.compare_table import print_comparison
    from groupaffect.app.json_output import STANDARD_OUTPUT, check_target, write_json
    from groupaffect.app.settings_choice import choose_settings
    from groupaffect.app.tasks import Plan
    from groupaffect.evaluation.study_comparison import study_comparison
    from groupaffect.report.publishing import write_figures
    from groupaffect.study_figures import draw_comparison_figures

    check_target(json)
    chosen = choose_settings(preset, settings)
    plan = Plan(output=output / "sessions", settings=chosen, debug=debug)
    sessions = _open_all([original, other], plan, control=control, quiet=quiet)
    result = study_comparison(*sessions[:2], sessions[2], truth=truth, step_s=step)
    paths = write_figures(draw_comparison_figures(result), output)
    result["figures"] = [str(path) for path in paths]
    write_json(result, json)
    if quiet:
        return
    if json != STANDARD_OUTPUT:
        print_comparison(result)
    for warning in result["warnings"]:
        typer.echo(f"warning: {warning}", err=True)
    for path in paths:
        typer.echo(f"figure: {path}", err=True)


def _open_all(
    inputs: list[Path], plan: Plan, *, control: bool, quiet: bool
) -> tuple[Session, Session, tuple[Session, dict[str, Any]] | None]:
    """Return both sessions and the codec control's, analysing what are recordings."""
    from groupaffect.evaluation.codec_control import write_control
    from groupaffect.session import load_session
    from groupaffect.session.folder import output_errors

    recordings = [path for path in inputs if not _is_session(path)]
    _check_folders(recordings)
    with tempfile.TemporaryDirectory() as folder:
        copy, how = Path(folder) / "control.mp4", None
        if control and len(recordings) == 2:
            with output_errors(copy, what="codec control"):
                how = write_control(recordings[0], recordings[1], copy)
        made = _analyze([*recordings, *([copy] if how else [])], plan, quiet=quiet)
    sessions = [load_session(made.get(path, path)) for path in inputs]
    return sessions[0], sessions[1], (load_session(made[copy]), how) if how else None


def _check_folders(recordings: list[Path]) -> None:
    from groupaffect.media.folder import IMAGE_SUFFIXES

    for path in recordings:
        if path.is_dir() and not any(e.suffix.lower() in IMAGE_SUFFIXES for e in path.iterdir()):
            message = sentence(
                wanted="each of the two must be a recording, a session or a folder of images",
                got=f"a folder that is neither a session nor holds images: {path}",
                remedy="name a session's folder or a recording",
            )
            raise UsageError(message)


def _is_session(path: Path) -> bool:
    return (path / "session.json").exists()


def _analyze(recordings: list[Path], plan: Plan, *, quiet: bool) -> dict[Path, Path]:
    """Analyse recordings unless their sessions are there; return each one's session folder."""
    from groupaffect.app.inputs import session_names
    from groupaffect.app.progress import open_display
    from groupaffect.app.tasks import Task
    from groupaffect.app.workers import run_tasks

    unique = list(dict.fromkeys(recordings))
    folders = [plan.output / name for name in session_names(unique)]
    tasks = [Task(*pair, plan) for pair in zip(unique, folders, strict=True)]
    with open_display(quiet=quiet) as display:
        outcomes = run_tasks(tasks, n_jobs=1, display=display) if tasks else []
    if any(outcome.status == "failed" for outcome in outcomes):
        raise typer.Exit(FAILED)  # the display said why
    return dict(zip(unique, folders, strict=True))
