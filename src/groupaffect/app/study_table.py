"""Show people the result of ``groupaffect study``."""

from __future__ import annotations

import math

import numpy as np
from rich.console import Console
from rich.table import Table

from groupaffect.app.cells import cell, interval_cell, unwrapped
from groupaffect.counting import counted
from groupaffect.evaluation.across_sessions.study import AcrossSessions, Tested

MOST_SHOWN = 20  # tests; the folder of `--output` and `--json` have all


def print_study(study: AcrossSessions) -> None:
    """Print what there is, how it spreads, and what goes with what."""
    console = Console(highlight=False)
    n_sessions, n = len(study.sessions), len(study.members)
    console.print(
        f"{counted(n_sessions, 'session')}, {counted(n, 'participant')}{_again(study)}",
        markup=False,
    )
    console.print(_spreads(study))
    for line in _pseudo_lines(study):
        console.print(line, markup=False, soft_wrap=True)
    if not study.tests:
        return
    for line in _head_lines(study):
        console.print(line, markup=False, soft_wrap=True)
    for (contrast, level), rows in _shown(study).items():
        console.print(f"{contrast}, {level}:", markup=False, soft_wrap=True)
        console.print(_associations(rows, with_circles=study.n_again > 0))
    for line in _untested_lines(study):
        console.print(line, markup=False, soft_wrap=True)


def print_no_figure(study: AcrossSessions) -> None:
    """Print why the folder of ``--output`` has no figure."""
    why = "insufficient data, see above" if study.tests else "no covariates to test with"
    line = f"no figure of effects, nor captions: nothing was tested ({why})"
    Console(highlight=False).print(line, markup=False, soft_wrap=True)


def _again(study: AcrossSessions) -> str:
    """Return how many people and circles there are, where people come again."""
    if not study.n_again:
        return ""
    n_people, n_circles = (len(np.unique(number)) for number in (study.person, study.circle))
    people = counted(n_people, "person", things="people")
    return f": {people} in {counted(n_circles, 'circle')}"


def _tested(study: AcrossSessions) -> list[Tested]:
    return [one for one in study.tests if not math.isnan(one.found.p)]


def _head_lines(study: AcrossSessions) -> list[str]:
    n = len(_tested(study))
    if not n:
        return []
    shown = "all" if n <= MOST_SHOWN else f"the {MOST_SHOWN} with the smallest p"
    return [f"{n} associations tested (p by session; q: p corrected for {n}), {shown}:"]


def _shown(study: AcrossSessions) -> dict[tuple[str, str], list[Tested]]:
    """Return the tests that are shown by contrast and level, in the study's order."""
    least = sorted(one.found.p for one in _tested(study))[:MOST_SHOWN]
    by_title: dict[tuple[str, str], list[Tested]] = {}
    for one in _tested(study):
        if one.found.p <= least[-1]:
            by_title.setdefault((one.contrast, one.level), []).append(one)
    return by_title


def _spreads(study: AcrossSessions) -> Table:
    table = unwrapped("", "mean", "SD", "n", "ICC(1) [95 %]")
    for name, spread in study.spreads.items():
        found = spread.intraclass
        icc = interval_cell(found.icc, (found.low, found.high))
        table.add_row(name, cell(spread.mean), cell(spread.sd), str(spread.n), icc)
    reasons = {s.intraclass.why_not for s in study.spreads.values() if s.intraclass.why_not}
    if reasons:
        table.caption = f"no ICC: {'; '.join(sorted(reasons))}"
        table.caption_justify = "left"
    return table


def _pseudo_lines(study: AcrossSessions) -> list[str]:
    lines = []
    for one in study.pseudo:
        of = f"{one.measure}, {one.n_sessions} groups of {one.n_members}"
        found = one.finding
        if found.why_not:
            lines.append(f"pseudo-groups  {of}: insufficient data ({found.why_not})")
            continue
        more = f"{found.low:.3f} to {found.high:.3f} above people who never met"
        lines.append(f"pseudo-groups  {of}: {found.effect:.3f}, {more}, p = {found.p:.3f}")
    return lines


def _associations(shown: list[Tested], *, with_circles: bool) -> Table:
    circles = ["circles"] if with_circles else []
    table = unwrapped("", "r [95 %]", "p", "q", *circles, "sessions", "n")
    for one in shown:
        found = one.found
        table.add_row(
            one.measure,
            interval_cell(found.r, (found.low, found.high)),
            cell(found.p, digits=4),
            cell(one.q, digits=3),
            *([str(found.n_circles)] if with_circles else []),
            str(found.n_sessions),
            str(found.n),
        )
    return table


def _untested_lines(study: AcrossSessions) -> list[str]:
    """Return for each covariate and reason which measures were not tested."""
    by_reason: dict[tuple[str, str, str], list[str]] = {}
    for one in study.tests:
        if one.found.why_not:
            key = (one.contrast, one.level, one.found.why_not)
            by_reason.setdefault(key, []).append(one.measure)
    return [
        f"insufficient data: {contrast}, {level}: {', '.join(measures)} ({reason})"
        for (contrast, level, reason), measures in by_reason.items()
    ]
