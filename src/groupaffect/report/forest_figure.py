"""Effects with their intervals, one below the other: a forest plot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from groupaffect.report.canvas import (
    Drawing,
    finish_drawing,
    open_figure,
    rule_lines,
    set_title,
    stack_axes,
)
from groupaffect.report.drawable import drawable_name
from groupaffect.report.palette import FAINT, INK

_ROW_IN = 0.27


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One effect: a correlation with its interval, -1..1; ``note`` stands beside it.

    Attributes
    ----------
    stands : whether it stays beyond chance after correction; drawn filled.
    """

    label: str
    effect: float
    low: float
    high: float
    note: str
    stands: bool


def draw_forest(groups: Mapping[str, Sequence[ForestRow]], *, name: str) -> Drawing:
    """Draw the effects in groups, such as one for each covariate.

    Parameters
    ----------
    groups : rows by title; none is empty.
    """
    sizes = [0.35 + _ROW_IN * len(rows) for rows in groups.values()]
    figure = open_figure(0.6 + sum(sizes))
    panels = stack_axes(figure, sizes)
    for axes, (title, rows) in zip(panels, groups.items(), strict=True):
        _draw_group(axes, rows, is_last=axes is panels[-1])
        set_title(axes, drawable_name(title) or "a covariate")
    words = "; ".join(
        f"{title}, {row.label}: {row.effect:.2f} [{row.low:.2f}, {row.high:.2f}]"
        for title, rows in groups.items()
        for row in rows
        if row.stands
    )
    beyond = words or "none is beyond chance after correction"
    return finish_drawing(figure, name=name, alt=f"Correlations with covariates. {beyond}.")


def _draw_group(axes: Axes, rows: Sequence[ForestRow], *, is_last: bool) -> None:
    axes.axvline(0, color=FAINT, linewidth=1)
    rule_lines(axes)
    for place, row in enumerate(rows):
        axes.plot([row.low, row.high], [place, place], color=INK, linewidth=1.4)
        fill = INK if row.stands else "white"
        axes.plot(
            *([row.effect], [place], "o"),
            color=INK,
            markerfacecolor=fill,
            markersize=6,
            clip_on=False,  # whole also at -1 and 1, above the axis
            zorder=3,
        )
        axes.text(1.03, place, row.note, va="center", fontsize=8, color=INK)
    axes.set_yticks(range(len(rows)), [row.label for row in rows], parse_math=False)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(-1, 1)
    ticks = [-1, -0.5, 0, 0.5, 1]
    axes.set_xticks(ticks, ["-1", "-.5", "0", ".5", "1"] if is_last else [""] * len(ticks))
    if is_last:
        axes.set_xlabel("correlation, 95 % interval (filled: beyond chance, corrected)", fontsize=9)
