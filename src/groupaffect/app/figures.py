"""``groupaffect figures``: the paper's figures for a session, for print."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from groupaffect.app.options import Debug, Json, Quiet

Option = typer.Option


def command(
    session: Annotated[Path, typer.Argument(metavar="SESSION", help="Session folder.")],
    truth: Annotated[
        Path | None,
        Option(
            metavar="TRUTH.csv",
            help="Columns `second, participant, emotion`, or `second` and one for each person.",
        ),
    ] = None,
    output: Annotated[
        Path, Option(metavar="DIR", help="New folder for PDF, SVG and captions.")
    ] = Path("figures"),
    quiet: Quiet = False,
    json: Json = None,
    _debug: Debug = False,
) -> None:
    """Draw a session for print: expressions shown, weights, adaptive and fixed, complementarity."""
    from groupaffect.app.json_output import check_target, write_json
    from groupaffect.report.publishing import CAPTIONS_FILE, write_new_figures
    from groupaffect.session import load_session
    from groupaffect.session.new_output import check_free
    from groupaffect.study_figures import draw_session_figures

    check_target(json)
    check_free(output, what="folder of figures")
    figures = draw_session_figures(load_session(session), truth=truth)
    paths = write_new_figures(figures, output)
    if not quiet:
        for path in paths:
            typer.echo(f"{path}", err=True)
        typer.echo(f"captions: {output / CAPTIONS_FILE}", err=True)
    rows = [
        {"name": f.drawing.name, "pdf": str(p), "caption": f.caption}
        for f, p in zip(figures, paths, strict=True)
    ]
    write_json({"session": str(session), "figures": rows}, json)
