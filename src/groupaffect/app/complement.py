"""``groupaffect complement``: how far two sources of a session make up for each other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from groupaffect.app.options import Debug, Json, Quiet
from groupaffect.errors import UsageError, sentence

if TYPE_CHECKING:
    from groupaffect.session import Session

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
        str | None,
        Option(
            metavar="A,B",
            help="Two of image, landmark, fixed, fused: what is compared; else the two models, or "
            "with --against what both sessions fused.",
        ),
    ] = None,
    against: Annotated[
        Path | None,
        Option(
            metavar="SESSION",
            help="Another session of the recording, which the second source is taken from: another "
            "way of fusing, or a personal profile.",
        ),
    ] = None,
    review: Annotated[
        Path | None,
        Option(metavar="OUT.csv", help="New file: the seconds that are worth a human look."),
    ] = None,
    quiet: Quiet = False,
    json: Json = None,
    _debug: Debug = False,
) -> None:
    """Compare two sources with truth: who is right where the other is wrong, what fusing gains."""
    from groupaffect.app.complement_table import print_complement, write_review
    from groupaffect.app.json_output import STANDARD_OUTPUT, check_target, write_json
    from groupaffect.session import load_session
    from groupaffect.session.new_output import check_free

    check_target(json)
    if review is not None:
        check_free(review, what="list")
    opened = load_session(session)
    other = None if against is None else load_session(against)
    result = {"session": str(session), **study(opened, truth, sources, against=other)}
    if review is not None:
        write_review(result, review)
    write_json(result, json)
    if quiet:
        return
    if json != STANDARD_OUTPUT:
        print_complement(result)
    for warning in result["warnings"]:
        typer.echo(f"warning: {warning}", err=True)


def study(
    session: Session, truth: Path, sources: str | None = None, *, against: Session | None = None
) -> dict[str, Any]:
    """Return the figures of a session against a truth file, with warnings for people.

    Raises
    ------
    UsageError : the truth or the sources cannot be used, or the other session is of another
        recording.
    """
    from groupaffect.evaluation.complement_study import study_complement
    from groupaffect.evaluation.truth import read_truth

    labels = read_truth(truth, session.participants)
    chosen = sources or ("image,landmark" if against is None else "fused,fused")
    words = tuple(word.strip() for word in chosen.split(","))
    if against is None:
        return study_complement(session.analysis(), labels, sources=words)
    if against.record.media.sha256 != session.record.media.sha256:
        message = sentence(
            wanted="`--against` must be a session of the same recording",
            got=f"one of {against.record.media.name}",
            remedy="analyse one recording in two ways, each into its own folder",
        )
        raise UsageError(message)
    name = against.path.name if against.path.name != session.path.name else "the other"
    other = name, against.analysis()
    return study_complement(session.analysis(), labels, sources=words, against=other)
