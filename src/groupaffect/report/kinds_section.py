"""The report's section on kinds of group: measures with intervals, labels in plain words."""

from __future__ import annotations

import math

from groupaffect.report.figures import Figures
from groupaffect.report.kind_words import KIND_WORDS, MEANINGS
from groupaffect.report.labels import labels_of
from groupaffect.report.markup import bullets, folded, paragraph, picture, section, table
from groupaffect.report.summary import why_nobody
from groupaffect.report.time_axis import time_to_label
from groupaffect.session import Session
from groupaffect.types import GroupState

_LONG = 12  # rows; the rest is folded
_COLUMNS = (
    "from",
    "to",
    "who",
    "label",
    "measure",
    "effect",
    "interval (90 %)",
    "p",
    "windows",
    "why",
)


def write_kinds(session: Session, figures: Figures) -> str:
    """Return the section."""
    title = "Kinds of group"
    if not session.participants:
        return section(title, paragraph(f"No group: {why_nobody(session)}."))
    if not session.states:
        words = "This session was made by an earlier version, which did not compute them."
        return section(title, paragraph(f"{words} Run groupaffect reanalyze on its folder."))
    drawn = [] if figures.kinds is None else [picture(figures.kinds, caption=_CAPTION)]
    tested = paragraph(
        "Tested on both models weighted evenly and on changes dismissed by each person's own "
        "history, so that no step of the analysis itself can make people seem alike."
    )
    return section(
        title, tested, *drawn, *_tables(session), folded("What the labels mean", bullets(MEANINGS))
    )


_CAPTION = (
    "Effect (dot), its 90 % interval (upright line) and the stretch it is of (level line); dashed "
    "with a band: of the whole recording. Below, who was engaged. White: nothing is known."
)


def _tables(session: Session) -> list[str]:
    labels = labels_of(session)
    rows = [_row(state, labels) for state in session.states]
    shown = table("Kinds of group and of members", _COLUMNS, rows[:_LONG])
    if len(rows) <= _LONG:
        return [shown]
    rest = table("Kinds of group and of members, further stretches", _COLUMNS, rows[_LONG:])
    return [shown, folded(f"Show {len(rows) - _LONG} more", rest)]


def _row(state: GroupState, labels: dict[str, str]) -> tuple[str, ...]:
    who = ", ".join(labels.get(name, name) for name in state.participants) or "the group"
    return (
        time_to_label(state.start_s),
        time_to_label(state.end_s),
        who,
        KIND_WORDS[state.kind],
        state.measure,
        _number(state.effect),
        f"{_number(state.low)} to {_number(state.high)}" if math.isfinite(state.low) else _NONE,
        _p(state.p),
        str(state.n_windows),
        state.reason,
    )


_NONE = "\N{EN DASH}"


def _number(value: float) -> str:
    return f"{value:.2f}" if math.isfinite(value) else _NONE


def _p(value: float) -> str:
    """Return a p as people write it; a dash where nothing was tested, never 1."""
    if math.isnan(value):
        return _NONE
    return "< .001" if value < 0.001 else f"{value:.3f}"
