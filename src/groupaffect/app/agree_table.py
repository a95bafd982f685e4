"""Show people the result of ``groupaffect agree``."""

from __future__ import annotations

import math

from rich.console import Console
from rich.table import Table

from groupaffect.counting import counted
from groupaffect.evaluation.agreement.figures import AgreementFigures, Interval
from groupaffect.evaluation.agreement.stretches import Stretches
from groupaffect.evaluation.agreement.study import AgreementStudy
from groupaffect.evaluation.blocks import MIN_BLOCKS


def print_study(study: AgreementStudy) -> None:
    """Print the main figures on standard output, then a row an emotion and a row a participant."""
    console = Console(highlight=False)
    for line in _main_lines(study):
        console.print(line, markup=False, soft_wrap=True)
    console.print()
    console.print(_table(study))


def _main_lines(study: AgreementStudy) -> list[str]:
    whole = study.overall
    of = f"{study.k} of {len(study.raters)}"
    return [
        f"raters     {', '.join(study.raters)}",
        f"seconds    {whole.n_units} rated, {whole.n_pairable} by two or more, "
        f"{whole.n_complete} by all",
        f"alpha      {_figure(whole.alpha, whole.alpha_interval)}  (Krippendorff, nominal)",
        f"AC1        {_figure(whole.ac1, whole.ac1_interval)}  (Gwet)",
        f"Fleiss     {_figure(whole.fleiss_kappa, whole.fleiss_kappa_interval)}  "
        "(seconds rated by all)",
        *(
            f"Cohen      {_figure(pair.kappa, pair.kappa_interval)}  "
            f"({pair.raters[0]} and {pair.raters[1]}, n = {pair.n})"
            for pair in whole.pairs
        ),
        f"{of:<10} {_figure(whole.majority, whole.majority_interval)}  "
        f"(by chance alone {_share(whole.majority_chance)})",
        f"intervals  {_source(study.stretches)}",
    ]


def _source(stretches: Stretches) -> str:
    what = counted(stretches.n, "session" if stretches.kind == "session" else "block")
    if stretches.kind != "session":
        what = f"{what} of {stretches.block_s} s"
    if stretches.are_enough:
        return f"95 %, from {what}"
    return f"insufficient data: {what}, {MIN_BLOCKS} are needed"


def _table(study: AgreementStudy) -> Table:
    names = ("of", "n", "alpha", "AC1", f"{study.k} of {len(study.raters)}", "by chance", "truth")
    table = Table(*names, box=None)
    for column in table.columns[1:]:
        column.justify = "right"
    n_truth = sum(truth.n for truth in study.truth.values())
    for emotion, one in study.by_emotion.items():
        n = sum(t.n * t.share[emotion] for t in study.truth.values() if t.n)
        # Of two answers, this emotion or another, two of three raters always give the same.
        table.add_row(emotion, *_cells(one), "", "", _share(n / n_truth if n_truth else math.nan))
    for (session, participant), one in study.by_participant.items():
        who = f"{session} {participant}" if len(study.truth) > 1 else participant
        rates = (_share(one.majority), _share(one.majority_chance))
        table.add_row(who, *_cells(one), *rates, "")
    return table


def _cells(one: AgreementFigures) -> tuple[str, str, str]:
    alpha = _figure(one.alpha, one.alpha_interval)
    return str(one.n_pairable), alpha, _share(one.ac1)


def _share(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.2f}"


def _figure(value: float, interval: Interval) -> str:
    if math.isnan(value):
        return "undefined"
    shown = f"{value:.3f}"
    return shown if interval is None else f"{shown} [{interval[0]:.3f}, {interval[1]:.3f}]"
