"""``groupaffect demo``: the whole product on four people who do not exist."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from groupaffect.app.failures import FAILED
from groupaffect.app.options import Debug, Json, Quiet
from groupaffect.errors import SessionExistsError

if TYPE_CHECKING:
    from groupaffect.app.demo_profile import LearnedProfile
    from groupaffect.app.tasks import Outcome
    from groupaffect.evaluation.known_recording import Recognition

Option = typer.Option

RECORDING_FOLDER, SESSION_FOLDER, PROFILE_FILE = "recording", "session", "profile.json"


def command(
    output: Annotated[
        Path, Option(help="Folder that gets the recording, its truth and its session.")
    ] = Path("demo"),
    force: Annotated[bool, Option("--force", help="Do it all anew.")] = False,
    quiet: Quiet = False,
    json: Json = None,
    debug: Debug = False,
) -> None:
    """Render a talk of four people who do not exist, analyse it, compare with what is true."""
    from groupaffect.app.demo_profile import learn_from_rest, profile_lines
    from groupaffect.app.demo_table import recognition_lines
    from groupaffect.app.json_output import check_target, write_json
    from groupaffect.app.rendering import render
    from groupaffect.evaluation.known_recording import score_recording
    from groupaffect.session import load_session
    from groupaffect.synthetic.demo import demo_script
    from groupaffect.synthetic.truth import TRUTH_FILE

    check_target(json)
    started_s = time.perf_counter()
    recording, folder, script = output / RECORDING_FOLDER, output / SESSION_FOLDER, demo_script()
    with contextlib.suppress(SessionExistsError):  # a run that was stopped goes on from there
        render(script, recording, force=force, n_processes=2, quiet=quiet)
    outcome = _analyze(recording, folder, force=force, quiet=quiet, debug=debug)
    if outcome.error is not None:
        write_json({"status": outcome.status, "error": outcome.error}, json)
        raise typer.Exit(FAILED)
    session = load_session(folder)
    recognition = score_recording(session.analysis(), recording / TRUTH_FILE)
    learned = learn_from_rest(script, folder, recording / TRUTH_FILE, output / PROFILE_FILE)
    report = folder / "report.html"
    if not quiet:
        for line in recognition_lines(recognition, session.participants):
            typer.echo(line, err=True)
        for line in profile_lines(learned, folder) if learned is not None else ():
            typer.echo(line, err=True)
        typer.echo(f"open {report}", err=True)
    wall_s = time.perf_counter() - started_s
    write_json(_to_dict(outcome, recognition, learned, report=report, wall_s=wall_s), json)
    if not quiet and outcome.status == "complete":
        _open(report)


def _analyze(recording: Path, folder: Path, *, force: bool, quiet: bool, debug: bool) -> Outcome:
    """Analyse the recording as ``groupaffect analyze`` does, with the names from the script."""
    from groupaffect.app.progress import open_display
    from groupaffect.app.tasks import Plan, Task
    from groupaffect.app.workers import run_tasks
    from groupaffect.settings import preset
    from groupaffect.synthetic.synthesis import RECORDING_FILE
    from groupaffect.synthetic.truth import PARTICIPANTS_FILE

    plan = Plan(
        output=folder.parent,
        settings=preset(),
        overlay="plain",
        force=force,
        names=recording / PARTICIPANTS_FILE,
        debug=debug,
    )
    with open_display(quiet=quiet) as display:
        (outcome,) = run_tasks(
            [Task(recording / RECORDING_FILE, folder, plan)], n_jobs=1, display=display
        )
    return outcome


def _to_dict(
    outcome: Outcome,
    recognition: Recognition,
    learned: LearnedProfile | None,
    *,
    report: Path,
    wall_s: float,
) -> dict[str, object]:
    from dataclasses import asdict

    return {
        **outcome.to_dict(),
        "report": str(report),
        "wall_seconds": wall_s,
        "recognition": asdict(recognition),
        "profile": asdict(learned) | {"path": str(learned.path)} if learned is not None else None,
    }


def _open(report: Path) -> None:
    """Show the report where there is a display; nobody is told where it cannot be."""
    import webbrowser

    if has_display():
        with contextlib.suppress(webbrowser.Error, OSError):
            webbrowser.open(report.resolve().as_uri())


def has_display() -> bool:
    """Tell whether somebody could see a window that is opened."""
    if sys.platform in ("darwin", "win32"):
        return not os.environ.get("SSH_CONNECTION")
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
