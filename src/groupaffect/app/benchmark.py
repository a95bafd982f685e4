"""``groupaffect benchmark``: whether fusing two models helps, on sessions with known truth."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from groupaffect.app.options import Debug, Json, Quiet


class SuiteChoice(StrEnum):
    """How many sessions are simulated."""

    quick = "quick"
    public = "public"


def command(
    suite: Annotated[
        SuiteChoice | None,
        typer.Option(help="quick: a minute; public: 242 groups, the committed table (minutes)."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Equal seeds give equal figures.")] = 0,
    sessions: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Analysed sessions instead, each with truth.csv: second, participant, emotion.",
        ),
    ] = None,
    synthetic: Annotated[
        bool,
        typer.Option("--synthetic", help="Rendered people instead: six recordings, six minutes."),
    ] = False,
    quiet: Quiet = False,
    json: Json = None,
    _debug: Debug = False,
) -> None:
    """Compare ways of fusing: each model alone, fixed, static, the paper's rule, the gate."""
    from groupaffect.app.benchmark_table import print_benchmark
    from groupaffect.app.json_output import STANDARD_OUTPUT, check_target, write_json
    from groupaffect.errors import UsageError, sentence
    from groupaffect.evaluation.benchmark.recorded import read_rendered
    from groupaffect.evaluation.benchmark.stored_sessions import read_sessions
    from groupaffect.evaluation.benchmark.suites import run_suite, score_sessions

    chosen = [suite is not None, sessions is not None, synthetic]
    if sum(chosen) != 1:
        wanted = "`benchmark` needs one of `--suite`, `--sessions` and `--synthetic`"
        got = "several" if any(chosen) else "none of them"
        raise UsageError(sentence(wanted=wanted, got=got, remedy="try `--suite quick`"))
    check_target(json)
    if sessions is not None:
        result = score_sessions(read_sessions(sessions), seed=seed)
    else:
        with _progress(quiet=quiet) as on_session:
            if suite is not None:
                result = run_suite(suite.value, seed=seed, on_session=on_session)
            else:
                result = score_sessions(read_rendered(on_session=on_session), seed=seed)
    if not quiet and json != STANDARD_OUTPUT:
        print_benchmark(result)
    write_json(result, json)


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Give what shows the sessions done so far: a bar on a terminal, else nothing."""
    if quiet or not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("sessions", total=None)
        yield lambda done, total: progress.update(bar, completed=done, total=total)
