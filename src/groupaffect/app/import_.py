"""``groupaffect import``: another tool's per-frame table as a session."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from groupaffect.app.options import Debug, Json, Quiet

Option = typer.Option


class Tool(StrEnum):
    """Whose table it is."""

    py_feat = "py-feat"
    openface = "openface"


class ContextChoice(StrEnum):
    """What it is for."""

    research = "research"
    clinical = "clinical"
    self = "self"
    other = "other"
    undeclared = "not declared"


def command(  # noqa: PLR0913 (each is an option of the command line)
    table: Annotated[Path, typer.Argument(metavar="FILE", help="CSV that the tool wrote.")],
    tool: Annotated[Tool, Option("--from", help="Which tool wrote it.")],
    output: Annotated[Path, Option(help="New folder for the session.")],
    rate: Annotated[
        float | None,
        Option(metavar="HZ", help="Frames a second; for tables without exact times."),
    ] = None,
    preset: Annotated[str, Option(help="Settings: default or paper.")] = "default",
    context: Annotated[
        ContextChoice, Option(help="What it is for; kept in the session.")
    ] = ContextChoice.undeclared,
    consent: Annotated[
        str | None, Option(metavar="REF", help="Reference to the consent; kept in the session.")
    ] = None,
    force: Annotated[bool, Option("--force", help="Replace a complete session.")] = False,
    quiet: Quiet = False,
    json: Json = None,
    _debug: Debug = False,
) -> None:
    """Make a session of what Py-Feat or OpenFace 2 wrote, with everything after the models."""
    from groupaffect.app.json_output import check_target, write_json
    from groupaffect.interchange.importing import import_table

    check_target(json)
    session = import_table(
        table,
        tool=tool.value,
        output=output,
        rate_hz=rate,
        preset=preset,
        context=context.value,
        consent=consent,
        force=force,
    )
    people = [facts.participant for facts in session.participants]
    if not quiet:
        typer.echo(f"{table}: {len(people)} participants; open {output / 'report.html'}", err=True)
        for warning in session.warnings:
            typer.echo(f"warning: {warning}", err=True)
    result = {"input": str(table), "session": str(output), "participants": people}
    write_json(result | {"warnings": [*session.warnings]}, json)
