"""``groupaffect complement``: how far two sources of a session make up for each other."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from groupaffect.app.options import Debug, Json, Quiet

Option = typer.Option


def command(
    session: Annotated[Path, typer.Argument(metavar="SESSION", help="Session folder.")],
    truth: Annotated[
        Path,
        Option(
            metavar="TRUTH.csv",
            help="Columns `second, participant, emotion`, or `second` and one for each person.",
        ),
    ],
    sources: Annotated[
        str, Option(help="Two of image, landmark, fixed, fused: what is compared.")
    ] = "image,landmark",
    review: Annotated[
        Path | None,
        Option(metavar="OUT.csv", help="Write the list of seconds that are worth a human look."),
    ] = None,
    quiet: Quiet = False,
    json: Json = None,
    _debug: Debug = False,
) -> None:
    """Compare two sources with truth: who is right where the other is wrong, what fusing gains."""
    from groupaffect.app.complement_table import print_complement, write_review
    from groupaffect.app.json_output import STANDARD_OUTPUT, check_target, write_json
    from groupaffect.session import load_session

    check_target(json)
    opened = load_session(session)
    result = {"session": str(session), **study(opened, truth, sources)}
    if review is not None:
        write_review(result, review)
    write_json(result, json)
    if quiet:
        return
    if json != STANDARD_OUTPUT:
        print_complement(result)
    for warning in result["warnings"]:
        typer.echo(f"warning: {warning}", err=True)


def study(session: Any, truth: Path, sources: str) -> dict[str, Any]:  # noqa: ANN401
    """Return the figures of a session against a truth file, with warnings for people."""
    from groupaffect.evaluation.complement_study import study_complement
    from groupaffect.evaluation.truth import read_truth

    labels = read_truth(truth, session.participants)
    pair = tuple(word.strip() for word in sources.split(","))
    return study_complement(session.analysis(), labels, sources=pair)
