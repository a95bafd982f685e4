"""``groupaffect agree``: how far people agree on what others show, and what they agree on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from groupaffect.app.options import Debug, Json, Quiet

Option = typer.Option


def command(
    ratings: Annotated[
        list[Path],
        typer.Argument(metavar="RATINGS", help="CSV files, ELAN .eaf files, folders of such."),
    ],
    session: Annotated[
        list[Path] | None,
        Option(metavar="DIR", help="Session that was rated: checks people and times. Repeatable."),
    ] = None,
    k: Annotated[
        int | None,
        Option("--k", metavar="K", help="Equal ratings that make a truth; else a majority."),
    ] = None,
    output: Annotated[
        Path | None,
        Option(metavar="DIR", help="New folder for tables, the ground truth and its figure."),
    ] = None,
    quiet: Quiet = False,
    json: Json = None,
    _debug: Debug = False,
) -> None:
    """Measure how far raters agree: alpha, kappas, AC1, and k of n beside its chance level."""
    from groupaffect.app.agree_output import study_to_dict, write_study
    from groupaffect.app.agree_table import print_study
    from groupaffect.app.json_output import STANDARD_OUTPUT, check_target, write_json
    from groupaffect.evaluation.agreement.study import study_agreement
    from groupaffect.evaluation.ratings.opening import read_ratings
    from groupaffect.evaluation.ratings.placing import place_ratings
    from groupaffect.evaluation.ratings.seconds import rate_seconds
    from groupaffect.session import load_session
    from groupaffect.session.new_output import check_free

    check_target(json)
    if output is not None:
        check_free(output, what="agreement")
    given = read_ratings(ratings)
    if session:
        given = place_ratings(given, [load_session(folder) for folder in session])
    rated = rate_seconds(given)
    study = study_agreement(rated, k=k)
    if output is not None:
        write_study(output, study, rated)
    if not quiet and json != STANDARD_OUTPUT:
        print_study(study)
    write_json(study_to_dict(study), json)
    if not quiet:
        for warning in study.warnings:
            typer.echo(f"warning: {warning}", err=True)
