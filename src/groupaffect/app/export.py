"""``groupaffect export``: a session as other tools want it, and sheets for people who rate."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from groupaffect.app.options import Debug, Json, Quiet

Option = typer.Option


class To(StrEnum):
    """What a session is written as."""

    elan = "elan"
    py_feat = "py-feat"
    openface = "openface"
    psych_ds = "psych-ds"
    csv = "csv"
    rating_sheet = "rating-sheet"


class From(StrEnum):
    """Whose expressions are written."""

    image = "image"
    landmark = "landmark"
    fused = "fused"


def command(
    session: Annotated[Path, typer.Argument(metavar="SESSION", help="Session folder.")],
    to: Annotated[
        To,
        Option(
            help="elan: results as .eaf; rating-sheet: empty, .csv or .eaf; py-feat, openface: "
            "per-frame .csv; csv: a folder of every table; psych-ds: a folder to share."
        ),
    ],
    output: Annotated[Path, Option(help="New file, or new folder for csv and psych-ds.")],
    source: Annotated[From, Option(help="Whose expressions go into Py-Feat's table.")] = From.fused,
    quiet: Quiet = False,
    json: Json = None,
    _debug: Debug = False,
) -> None:
    """Write a session for other tools: ELAN, Py-Feat, OpenFace, Psych-DS, CSV, rating sheets."""
    from groupaffect.app.json_output import check_target, write_json
    from groupaffect.interchange.exporting import export_session
    from groupaffect.session import load_session

    check_target(json)
    export_session(load_session(session), to=to.value, output=output, source=source.value)
    if not quiet:
        typer.echo(f"{session}: written for {to.value} to {output}", err=True)
    write_json({"session": str(session), "to": to.value, "output": str(output)}, json)
