"""``groupaffect synthesize``: a script in, a recording of people who do not exist out."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from groupaffect.app.options import Debug, Json, Quiet
from groupaffect.errors import SessionExistsError

Option = typer.Option


def command(
    script: Annotated[
        Path, typer.Argument(metavar="SCRIPT.toml", help="Who is there and shows what when.")
    ],
    output: Annotated[Path, Option(help="Folder that gets the recording and what is true of it.")],
    force: Annotated[
        bool, Option("--force", help="Replace a complete recording; other files stay.")
    ] = False,
    jobs: Annotated[int, Option(min=1, help="Processes that draw.")] = 2,
    quiet: Quiet = False,
    json: Json = None,
    _debug: Debug = False,
) -> None:
    """Render a script: a recording of people who do not exist, and what is true of it."""
    from groupaffect.app.json_output import check_target, write_json
    from groupaffect.app.rendering import render
    from groupaffect.synthetic.script_reading import read_script
    from groupaffect.synthetic.synthesis import RECORDING_FILE

    check_target(json)
    chosen, started_s = read_script(script), time.perf_counter()
    try:
        render(chosen, output, force=force, n_processes=jobs, quiet=quiet)
        status = "complete"
        told = f"{chosen.duration_s:g} s rendered in {time.perf_counter() - started_s:.0f} s"
    except SessionExistsError:
        status, told = "already complete", "already complete; --force renders it anew"
    if not quiet:
        typer.echo(f"{script}: {told}: {output / RECORDING_FILE}", err=True)
    result = {
        "input": str(script),
        "status": status,
        "recording": str(output / RECORDING_FILE),
        "seconds": chosen.duration_s,
        "wall_seconds": time.perf_counter() - started_s,
        "people": [person.name for person in chosen.people],
    }
    write_json(result, json)
