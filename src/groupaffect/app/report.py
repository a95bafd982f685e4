"""``groupaffect report``: make the report of existing sessions again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from groupaffect.app.failures import FAILED, one_line
from groupaffect.app.options import Debug, Json, Quiet
from groupaffect.app.stopping import raise_if_asked
from groupaffect.errors import GroupaffectError


def command(
    sessions: Annotated[list[Path], typer.Argument(metavar="SESSION", help="Session folders.")],
    quiet: Quiet = False,
    json: Json = None,
    _debug: Debug = False,
) -> None:
    """Make the report of sessions again, from their tables alone."""
    from groupaffect.app.json_output import check_target, write_json

    check_target(json)
    results = [_rebuild(folder) for folder in sessions]
    for folder, error in zip(sessions, (result["error"] for result in results), strict=True):
        if error is not None:
            typer.echo(f"groupaffect: {error}", err=True)
        elif not quiet:
            typer.echo(f"{folder}: report made; open {folder / 'report.html'}", err=True)
    write_json(results, json)
    if any(result["error"] for result in results):
        raise typer.Exit(FAILED)


def _rebuild(folder: Path) -> dict[str, str | None]:
    from groupaffect.recording import rebuild_report

    try:
        report = rebuild_report(folder)
    except GroupaffectError as error:
        raise_if_asked()
        return {"session": str(folder), "report": None, "error": one_line(error)}
    return {"session": str(folder), "report": str(report), "error": None}
