"""``groupaffect evaluate``: how well the package reads a labelled set of stills."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from groupaffect.app.options import Debug, Json, Quiet

if TYPE_CHECKING:
    from groupaffect.evaluation.labelled.labelled_set import LabelledSet

Option = typer.Option


class Task(StrEnum):
    """What is evaluated."""

    expressions = "expressions"
    landmarks = "landmarks"


class Reader(StrEnum):
    """What reads the expressions."""

    image = "image"
    landmark = "landmark"
    fused = "fused"


class CropsChoice(StrEnum):
    """Whether faces fill the pictures."""

    auto = "auto"
    yes = "yes"
    no = "no"


class OnBadRow(StrEnum):
    """What becomes of a row that cannot be used."""

    skip = "skip"
    refuse = "refuse"


def command(  # noqa: PLR0913 (each is an option of the command line)
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH",
            help="fer2013.csv, a folder of class folders (angry, happy ...), Parquet.",
        ),
    ],
    task: Annotated[
        Task, Option(help="Score expressions, or 68 landmarks against annotated ones.")
    ] = Task.expressions,
    model: Annotated[Reader, Option(help="What reads the expressions.")] = Reader.fused,
    crops: Annotated[
        CropsChoice,
        Option(help="Faces fill the pictures: no detection. auto: if the longer side is <= 64 px."),
    ] = CropsChoice.auto,
    split: Annotated[
        str | None, Option(help="Rows of one split: train, valid, test or the set's own word.")
    ] = None,
    points: Annotated[
        Path | None,
        Option(
            metavar="FILE.npz",
            help="`points_xy_px` (n, 68, 2): read these instead of the package's own landmarks; "
            "with landmarks: compare with these.",
        ),
    ] = None,
    on_bad_row: Annotated[
        OnBadRow, Option(help="Damaged pictures and impossible labels: leave out, or stop.")
    ] = OnBadRow.skip,
    quiet: Quiet = False,
    json: Json = None,
    _debug: Debug = False,
) -> None:
    """Score a labelled set of stills: accuracy, macro F1, recall by class, calibration."""
    from groupaffect.app.evaluate_table import print_result
    from groupaffect.app.json_output import STANDARD_OUTPUT, check_target, write_json
    from groupaffect.evaluation.known_points import load_points
    from groupaffect.evaluation.labelled.opening import open_labelled_set
    from groupaffect.evaluation.still_report import report_expressions, report_landmarks
    from groupaffect.evaluation.still_sets import StillsPlan
    from groupaffect.settings import preset

    check_target(json)
    labelled = open_labelled_set(path)
    known = None if points is None else load_points(points)
    with _progress(labelled, quiet=quiet) as on_row:
        plan = StillsPlan(
            settings=preset(),
            split=split,
            crops=crops.value,
            points_xy_px=known,
            refuse_bad=on_bad_row is OnBadRow.refuse,
            on_row=on_row,
        )
        if task is Task.landmarks:
            result = report_landmarks(labelled, plan)
        else:
            result = report_expressions(labelled, plan, source=model.value)
    if not quiet and json != STANDARD_OUTPUT:
        print_result(result)
    write_json(result, json)
    if not quiet:
        for warning in result["warnings"]:
            typer.echo(f"warning: {warning}", err=True)


@contextmanager
def _progress(labelled: LabelledSet, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """Give what shows the rows taken so far: a bar on a terminal, else nothing."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task(labelled.path.name, total=labelled.n_rows)
        yield lambda n: progress.update(bar, completed=n)
