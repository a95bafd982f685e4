"""How much each model counted, over time, and when a weight stood at its limit."""

from __future__ import annotations

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from groupaffect.report.canvas import (
    Drawing,
    finish_drawing,
    open_figure,
    set_unit_range,
    stack_axes,
)
from groupaffect.report.clamp_share import find_clamped, has_clamp, share_clamped
from groupaffect.report.palette import CLAMP_FILL, CLAMP_LINE, FAINT, IMAGE_FILL, LANDMARK_FILL
from groupaffect.report.summary import percent
from groupaffect.report.time_axis import set_time_axis
from groupaffect.types import EmotionSignal, FusionTrace


def draw_weights(trace: FusionTrace, fused: tuple[EmotionSignal, ...]) -> Drawing:
    """Draw each participant's weights; needs at least one participant and one window.

    Parameters
    ----------
    fused : the participants' fused signals: where they have values, a weight was used.
    """
    n_rows = len(trace.participants)
    figure = open_figure(0.9 + 0.95 * n_rows)
    shares, clamped = share_clamped(trace, fused), find_clamped(trace)
    start_s, end_s = float(trace.window_start_s[0]), float(trace.window_end_s[-1])
    for row, axes in enumerate(stack_axes(figure, [1.0] * n_rows)):
        draw_weight_row(axes, trace, row=row, clamped=clamped[:, row])
        axes.set_ylabel(
            trace.participants[row], rotation=0, ha="right", va="center", parse_math=False
        )
        set_unit_range(axes)
        if has_clamp(trace):
            share = f"at clamp\n{percent(float(shares[row]))}"
            axes.text(1.005, 0.5, share, transform=axes.transAxes, va="center").set_fontsize(9)
        set_time_axis(axes, start_s=start_s, end_s=end_s, labelled=row == n_rows - 1)
    handles: list[Artist] = [
        Patch(color=IMAGE_FILL, label="weight of the image model (below the line)"),
        Patch(color=LANDMARK_FILL, label="of the landmark model (above)"),
    ]
    if has_clamp(trace):
        beyond = Patch(facecolor="white", edgecolor=CLAMP_FILL, hatch="////")
        beyond.set_label("beyond the clamp")
        handles.append(beyond)
    if clamped.any():
        handles.append(Line2D([], [], color=CLAMP_LINE, linewidth=3.5, label="at the clamp"))
    figure.legend(handles=handles, loc="outside upper center", ncols=4, frameon=False, fontsize=9)
    alt = "Weight of the image and the landmark model for each participant over time."
    return finish_drawing(figure, name="weights", alt=alt)


def draw_weight_row(axes: Axes, trace: FusionTrace, *, row: int, clamped: np.ndarray) -> None:
    """Draw the weights of the participant in column ``row`` of the trace.

    Parameters
    ----------
    clamped : (w,) in which windows the weight stands at its limit.
    """
    edges_s = np.append(trace.window_start_s, trace.window_end_s[-1])
    image = trace.weight[:, row, 0]
    held = np.append(image, image[-1])
    axes.fill_between(edges_s, 0, held, step="post", color=IMAGE_FILL, linewidth=0)
    axes.fill_between(edges_s, held, 1, step="post", color=LANDMARK_FILL, linewidth=0)
    for low, high in ((0.0, trace.clamp[0]), (trace.clamp[1], 1.0)):
        if high > low:
            axes.axhspan(
                low, high, facecolor="none", edgecolor=CLAMP_FILL, hatch="////", linewidth=0
            )
    axes.step(edges_s, held, where="post", color=FAINT, linewidth=0.8)
    at_clamp = np.flatnonzero(clamped)
    starts_s, ends_s = edges_s[at_clamp], edges_s[at_clamp + 1]
    axes.hlines(image[at_clamp], starts_s, ends_s, color=CLAMP_LINE, linewidth=3.5)
