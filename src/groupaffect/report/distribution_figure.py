"""Which expressions were shown how often, by who says so: models, fusion, and truth beside them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from jaxtyping import Int
from matplotlib.axes import Axes

from groupaffect.report.canvas import (
    Drawing,
    finish_drawing,
    open_figure,
    rule_lines,
    set_title,
    stack_axes,
)
from groupaffect.report.legend import add_emotion_key
from groupaffect.report.palette import EMOTION_COLOURS, FAINT, ink_on

_NARROWEST = 0.045  # share of a bar that its number fits into


def draw_distribution(
    groups: Mapping[str, Mapping[str, Int[np.ndarray, " 7"]]], *, name: str
) -> Drawing:
    """Draw stacked bars of the shares of seconds, a group of bars for each person or recording.

    Parameters
    ----------
    groups : by title, then by who says so ("truth", "image", ...): seconds by emotion, (7,).
    """
    sizes = [0.35 + 0.3 * len(rows) for rows in groups.values()]
    figure = open_figure(0.9 + sum(sizes))
    for axes, (title, rows) in zip(stack_axes(figure, sizes), groups.items(), strict=True):
        _draw_group(axes, rows)
        set_title(axes, title)
        last = title == list(groups)[-1]
        ticks = [0, 0.25, 0.5, 0.75, 1]
        axes.set_xticks(ticks, ["0", "25", "50", "75", "100 %"] if last else [])
        axes.set_xlim(0, 1)
        if last:
            axes.set_xlabel("share of the time", fontsize=9)
    add_emotion_key(figure)
    alt = "Share of seconds in which each expression was the likeliest, by source."
    return finish_drawing(figure, name=name, alt=alt)


def _draw_group(axes: Axes, rows: Mapping[str, Int[np.ndarray, " 7"]]) -> None:
    labels = [f"{source} (n = {int(count.sum())})" for source, count in rows.items()]
    axes.set_yticks(range(len(rows)), labels, parse_math=False)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    rule_lines(axes)
    for place, count in enumerate(rows.values()):
        if not count.sum():
            axes.text(0.5, place, "nothing was read", ha="center", va="center", color=FAINT)
            continue
        share = count / count.sum()
        left = np.cumsum(share) - share
        for start, width, fill in zip(left, share, EMOTION_COLOURS.values(), strict=True):
            if not width:  # a bar of no width would still leave a line
                continue
            axes.barh(place, width, left=start, color=fill, height=0.8)
            if width >= _NARROWEST:
                axes.text(
                    start + width / 2,
                    place,
                    f"{width:.0%}".removesuffix("%"),
                    ha="center",
                    va="center",
                    fontsize=8,
                    color=ink_on(fill),
                )
