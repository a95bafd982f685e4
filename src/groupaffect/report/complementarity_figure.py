"""Who is right where the other is wrong, as bars with their table (paper, Table I)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from groupaffect.report.canvas import Drawing, finish_drawing, open_figure, stack_axes
from groupaffect.report.palette import INK, RULE

# Okabe & Ito, as for the emotions; "neither" is the light grey of what is missing.
_PARTS = ("#009E73", "#56B4E9", "#E69F00", RULE)
_NARROWEST = 0.035  # share of the bar that a count fits into
_COLUMNS = ("Q", "oracle", "fused", "gain")


@dataclass(frozen=True, slots=True)
class HitsRow:
    """One line: seconds that both, only the first, only the second, and no source read rightly.

    Attributes
    ----------
    q, oracle, fused, gain : Yule's Q, the oracle's and the fusion's accuracy, the share of the
        possible gain that fusing captures; NaN where there is none.
    """

    label: str
    counts: tuple[int, int, int, int]
    q: float
    oracle: float
    fused: float
    gain: float


def draw_hits(
    groups: Mapping[str, tuple[HitsRow, ...]], *, sources: tuple[str, str], name: str
) -> Drawing:
    """Draw one bar a row, in groups; rows without a second are left out.

    Parameters
    ----------
    groups : rows by title, such as "by expression".
    """
    shown = {title: [r for r in rows if sum(r.counts)] for title, rows in groups.items()}
    sizes = [0.3 * len(rows) for rows in shown.values()]
    figure = open_figure(1.1 + 0.4 * len(sizes) + sum(sizes))
    for axes, (title, rows) in zip(stack_axes(figure, sizes), shown.items(), strict=True):
        for place, row in enumerate(rows):
            _draw_row(axes, row, place)
        axes.set_yticks(range(len(rows)), [_label(row) for row in rows], parse_math=False)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xlim(0, 1)
        last = title == list(shown)[-1]
        axes.set_xticks([0, 0.5, 1], ["0", "50", "100 %"] if last else [])
        if last:
            axes.set_xlabel("share of seconds (numbers: seconds)", fontsize=9)
        axes.set_title(title, loc="left", fontsize=10, color=INK)
        _head(axes)
    first, second = sources
    words = ("both right", f"only {first}", f"only {second}", "neither")
    figure.legend(
        handles=[Patch(color=c, label=w) for c, w in zip(_PARTS, words, strict=True)],
        loc="outside upper center",
        ncols=4,
        frameon=False,
        fontsize=9,
    )
    alt = f"Seconds that {first} and {second} read rightly: both, only one of them, neither."
    return finish_drawing(figure, name=name, alt=alt)


def _label(row: HitsRow) -> str:
    return f"{row.label} (n = {sum(row.counts)})"


def _draw_row(axes: Axes, row: HitsRow, place: int) -> None:
    left, n = 0.0, sum(row.counts)
    for count, colour in zip(row.counts, _PARTS, strict=True):
        if not count:  # a bar of no width would still leave a line
            continue
        width = count / n
        axes.barh(place, width, left=left, color=colour, height=0.8)
        if width >= _NARROWEST:
            middle = left + width / 2
            axes.text(middle, place, str(count), ha="center", va="center", fontsize=8, color=INK)
        left += width
    values = row.q, row.oracle, row.fused, row.gain
    for column, value in enumerate(values):
        text = "\N{EN DASH}" if math.isnan(value) else f"{value:.2f}"
        axes.annotate(
            text,
            (1.0, place),
            xytext=(44 + 48 * column, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=9,
            color=INK,
        )


def _head(axes: Axes) -> None:
    for column, name in enumerate(_COLUMNS):
        axes.annotate(
            name,
            (1.0, 1.0),
            xycoords="axes fraction",
            xytext=(44 + 48 * column, 6),
            textcoords="offset points",
            ha="right",
            fontsize=9,
            color=INK,
        )
