"""Give a session to other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

from groupaffect.errors import UsageError, sentence
from groupaffect.interchange.elan import rating_document, result_document
from groupaffect.interchange.openface_out import write_openface
from groupaffect.interchange.psych_ds import write_psych_ds
from groupaffect.interchange.py_feat_out import write_py_feat
from groupaffect.interchange.rating_sheet import SHEET_COLUMNS, sheet_rows
from groupaffect.interchange.tidy_csv import write_tidy_csv
from groupaffect.session import Session
from groupaffect.session.csv_tables import write_csv
from groupaffect.session.new_output import new_output
from groupaffect.types import Source

Format = Literal["elan", "py-feat", "openface", "psych-ds", "csv", "rating-sheet"]
# What the name of the output must end in; "" is a folder.
ENDINGS: dict[Format, tuple[str, ...]] = {
    "elan": (".eaf",),
    "py-feat": (".csv",),
    "openface": (".csv",),
    "psych-ds": ("",),
    "csv": ("",),
    "rating-sheet": (".csv", ".eaf"),
}


def export_session(session: Session, *, to: Format, output: Path, source: Source = "fused") -> None:
    """Write a session as another tool wants it; nothing that is there is replaced.

    Parameters
    ----------
    to : "elan" (our results for viewing), "rating-sheet" (empty, for raters; CSV or ELAN by the
        ending of ``output``), "py-feat", "openface", or a folder: "csv", "psych-ds".
    source : whose expressions Py-Feat's table holds.

    Raises
    ------
    UsageError : the output's ending does not fit.
    OutputError : something is there already, or it cannot be written.
    UnreadableSessionError : a table is damaged.
    """
    _check_ending(to, output)
    with new_output(output, what="export") as place:
        if to == "elan":
            place.write_bytes(result_document(session))
        elif to == "py-feat":
            write_py_feat(place, session, source=source)
        elif to == "openface":
            write_openface(place, session)
        elif to == "psych-ds":
            write_psych_ds(place, session)
        elif to == "csv":
            write_tidy_csv(place, session)
        elif output.suffix.lower() == ".eaf":
            place.write_bytes(rating_document(session))
        else:
            write_csv(place, SHEET_COLUMNS, sheet_rows(session))


def _check_ending(to: Format, output: Path) -> None:
    if to not in get_args(Format):
        message = sentence(
            wanted=f"the format must be one of {', '.join(get_args(Format))}",
            got=repr(to),
            remedy="choose one of these",
        )
        raise UsageError(message)
    endings = ENDINGS[to]
    if endings == ("",) or output.suffix.lower() in endings:
        return
    message = sentence(
        wanted=f"an output for {to} must end in {' or '.join(endings)}",
        got=f"`{output.name}`",
        remedy="choose another name",
    )
    raise UsageError(message)
