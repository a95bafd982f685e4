"""Figures without a window and without global state, and their bytes, equal on every run."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Literal

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from groupaffect.report.drawable import drawable_name
from groupaffect.report.labels import label_participant
from groupaffect.report.palette import FAINT, INK, RULE

WIDTH_IN = 10.0
_DPI = 150
_LONGEST_LABEL = 24  # characters that fit beside a figure


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure as files; ``name`` without ending, ``alt`` for who cannot see it."""

    name: str
    alt: str
    png: bytes
    svg: bytes
    figure: Figure = field(repr=False, compare=False)


def open_figure(height_in: float) -> Figure:
    """Return an empty figure of the report's width."""
    layout = ConstrainedLayoutEngine(h_pad=0.05, w_pad=0.05, hspace=0.02)
    figure = Figure(figsize=(WIDTH_IN, height_in), layout=layout)
    FigureCanvasAgg(figure)
    return figure


def stack_axes(figure: Figure, heights: list[float]) -> list[Axes]:
    """Return axes one below the other, of the given relative heights, plainly styled."""
    grid = figure.subplots(len(heights), 1, squeeze=False, height_ratios=heights)
    axes: list[Axes] = list(grid[:, 0])
    for each in axes:
        each.spines[["top", "right"]].set_visible(False)
        each.spines[["left", "bottom"]].set_color(FAINT)
        each.tick_params(colors=INK, labelsize=9, length=3)
        each.set_axisbelow(True)
    return axes


def rule_lines(axes: Axes, *, axis: Literal["x", "y"] = "x") -> None:
    """Draw faint lines at the ticks."""
    axes.grid(visible=True, axis=axis, color=RULE, linewidth=0.6)


def set_title(axes: Axes, text: str, *, above_pt: float = 6.0) -> None:
    """Put a small title above the left end, ``above_pt`` points away from it."""
    axes.set_title(text, loc="left", fontsize=10, color=INK, pad=above_pt, parse_math=False)


def set_unit_range(axes: Axes) -> None:
    """Let the upright axis go from 0 to 1."""
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.5, 1], ["0", ".5", "1"])


def say_if_empty(axes: Axes, value: np.ndarray) -> None:
    """Say so where there is nothing to draw: an empty axis might be a fault."""
    if not np.isfinite(value).any():
        axes.text(
            0.5, 0.5, "no face could be read", transform=axes.transAxes, ha="center", color=FAINT
        )


def finish_drawing(figure: Figure, *, name: str, alt: str) -> Drawing:
    """Render a figure as PNG and SVG."""
    # A fixed salt, else element ids differ on every run; paths, so that no font is needed.
    with mpl.rc_context({"svg.hashsalt": "groupaffect", "svg.fonttype": "path"}):
        png, svg = io.BytesIO(), io.BytesIO()
        figure.draw_without_rendering()  # lays out; once is enough for both files
        figure.set_layout_engine("none")
        figure.savefig(png, format="png", dpi=_DPI, metadata={"Software": None})
        figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    return Drawing(name=name, alt=alt, png=png.getvalue(), svg=svg.getvalue(), figure=figure)


def render_pdf(drawing: Drawing) -> bytes:
    """Return a drawing as a PDF for print: text stays text, in an embedded TrueType font."""
    pdf = io.BytesIO()
    nothing = {"Creator": None, "Producer": None, "CreationDate": None}
    with mpl.rc_context({"pdf.fonttype": 42}):
        drawing.figure.savefig(pdf, format="pdf", metadata=nothing)
    return pdf.getvalue()


def drawable_label(participant: str, name: str) -> str:
    r"""Return a label as a figure can show it: not too long, and the id if letters are missing.

    Examples
    --------
    >>> drawable_label("P1", "Ada"), drawable_label("P1", "\u674e")
    ('P1 (Ada)', 'P1')
    """
    label = label_participant(participant, drawable_name(name))
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 2]}…)"
