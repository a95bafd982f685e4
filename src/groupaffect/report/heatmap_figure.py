"""Correlations of each emotion in one recording with each in another (paper, Fig. 1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle

from groupaffect.report.canvas import Drawing, finish_drawing, open_figure, set_title
from groupaffect.report.palette import FAINT, INK, RULE
from groupaffect.types import EMOTIONS

_COLOURS = "RdBu_r"  # red and blue are told apart by colour-blind readers; white is 0
_DARK_FROM = 0.65  # of the range, where the numbers become white


@dataclass(frozen=True, slots=True)
class HeatmapPanel:
    """One matrix: emotions of the original downwards, of the other across.

    Attributes
    ----------
    r : (7, 7) correlations; NaN where a series is constant.
    kept : emotions whose diagonal is beyond chance; they bear a star.
    """

    title: str
    r: Float[np.ndarray, "7 7"]
    kept: tuple[str, ...] = ()


def draw_heatmaps(rows: Mapping[str, Sequence[HeatmapPanel]], *, name: str, down: str) -> Drawing:
    """Draw panels side by side, one row for each recording that is compared with the original.

    Parameters
    ----------
    rows : panels by the name of the recording that they compare with ``down``.
    """
    n_columns = max(len(panels) for panels in rows.values())
    figure = open_figure(0.4 + 4.5 * len(rows))
    grid = figure.subplots(len(rows), n_columns, squeeze=False)
    for line, (across, panels) in zip(grid, rows.items(), strict=True):
        for axes, panel in zip(line, panels, strict=True):
            picture = _draw_panel(axes, panel)
            axes.set_xlabel(across, fontsize=9, parse_math=False)
        line[0].set_ylabel(down, fontsize=9, parse_math=False)
    bar = figure.colorbar(picture, ax=grid, fraction=0.025, pad=0.01)
    bar.set_label("correlation (Pearson's r)", fontsize=9)
    bar.set_ticks([-1, -0.5, 0, 0.5, 1])
    alt = f"Correlations of the expressions in {down} with those in {', '.join(rows)}, by model."
    return finish_drawing(figure, name=name, alt=alt)


def _draw_panel(axes: Axes, panel: HeatmapPanel) -> AxesImage:
    axes.set_facecolor("white")
    picture = axes.imshow(panel.r, cmap=_COLOURS, vmin=-1, vmax=1)
    for row in range(7):
        for column in range(7):
            _write_cell(axes, panel, row, column)
        corner = row - 0.5, row - 0.5
        frame = Rectangle(corner, 1, 1, fill=False, edgecolor=INK, linewidth=1.2, clip_on=False)
        frame.set_zorder(3)  # above the axes' own
        axes.add_patch(frame)
    axes.set_xticks(range(7), EMOTIONS, rotation=40, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(7), EMOTIONS)
    axes.tick_params(labelsize=9, length=0, colors=INK)
    axes.spines[:].set_color(RULE)
    set_title(axes, panel.title)
    return picture


def _write_cell(axes: Axes, panel: HeatmapPanel, row: int, column: int) -> None:
    value = float(panel.r[row, column])
    if np.isnan(value):
        axes.text(column, row, "\N{EN DASH}", ha="center", va="center", color=FAINT, fontsize=8)
        return
    star = "*" if row == column and EMOTIONS[row] in panel.kept else ""
    words = f"{round(value, 2) + 0.0:.2f}".replace("0.", ".") + star  # never -.00
    colour = "white" if abs(value) > _DARK_FROM else INK
    weight = "bold" if star else "normal"
    axes.text(column, row, words, ha="center", va="center", color=colour, fontsize=8, weight=weight)
