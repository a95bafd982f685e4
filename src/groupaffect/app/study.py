"""``groupaffect study``: many sessions together, beside what is known of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from groupaffect.app.options import Debug, Json, Quiet

Option = typer.Option


def command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder with session folders.")],
    covariates: Annotated[
        Path | None,
        Option(
            metavar="C.csv",
            help="Columns `session`, `participant` or both, and what is known of them; `person` "
            "where people come again.",
        ),
    ] = None,
    measures: Annotated[
        str | None,
        Option(metavar="A,B", help="Measures that are tested, such as negative,synchrony."),
    ] = None,
    output: Annotated[
        Path | None, Option(metavar="DIR", help="New folder for tables and the figure.")
    ] = None,
    quiet: Quiet = False,
    json: Json = None,
    _debug: Debug = False,
) -> None:
    """Compare sessions: one table, ICC, pseudo-groups, and what goes with covariates."""
    from groupaffect.app.json_output import STANDARD_OUTPUT, check_target, write_json
    from groupaffect.app.study_output import write_study
    from groupaffect.app.study_sessions import open_sessions
    from groupaffect.app.study_table import print_no_figure, print_study
    from groupaffect.evaluation.across_sessions.measures import TESTED
    from groupaffect.evaluation.across_sessions.study import study_sessions
    from groupaffect.evaluation.across_sessions.tables import study_to_dict
    from groupaffect.session.new_output import check_free

    check_target(json)
    if output is not None:
        check_free(output, what="study")
    sessions, not_read = open_sessions(folder)
    chosen = TESTED if measures is None else [word.strip() for word in measures.split(",")]
    study = study_sessions(sessions, covariates=covariates, measures=chosen)
    is_drawn = write_study(output, study) if output is not None else True
    if not quiet and json != STANDARD_OUTPUT:
        print_study(study)
        if not is_drawn:
            print_no_figure(study)
    result = study_to_dict(study)
    result["warnings"] = [*not_read, *study.warnings]
    write_json(result, json)
    if not quiet:
        for warning in result["warnings"]:
            typer.echo(f"warning: {warning}", err=True)
