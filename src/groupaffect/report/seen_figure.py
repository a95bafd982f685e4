"""Who was seen when (height of a bar) and how well (its colour)."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import Normalize

from groupaffect.report.canvas import Drawing, finish_drawing, open_figure, set_title, stack_axes
from groupaffect.report.palette import FAINT, RULE
from groupaffect.report.thinning import STRIP_STEPS, thin
from groupaffect.report.time_axis import set_time_axis
from groupaffect.types import EmotionSignal

_COLOURS = "cividis"  # the same order of brightness for colour-blind readers


def draw_seen(signals: tuple[EmotionSignal, ...]) -> Drawing:
    """Draw one strip for each participant; needs at least one signal.

    Parameters
    ----------
    signals : one for each participant; their coverage and quality are shown.
    """
    n_rows = len(signals)
    figure = open_figure(1.0 + 0.5 * n_rows)
    (axes,) = stack_axes(figure, [1.0])
    bars = [_bars(signal, row=row) for row, signal in enumerate(signals)]
    corners = np.concatenate([corner for corner, _ in bars])
    quality = np.concatenate([value for _, value in bars])
    collection = PolyCollection(list(corners), cmap=_COLOURS, norm=Normalize(0, 1), linewidths=0)
    collection.set_array(quality)
    axes.add_collection(collection, autolim=False)
    _style(axes, signals)
    bar = figure.colorbar(collection, ax=axes, pad=0.01, fraction=0.03)
    bar.set_label("quality of the face", fontsize=9)
    bar.set_ticks([0, 0.5, 1], labels=["0", ".5", "1"])
    alt = "When each participant's face was seen, and with what quality."
    return finish_drawing(figure, name="seen", alt=alt)


def _style(axes: Axes, signals: tuple[EmotionSignal, ...]) -> None:
    n_rows = len(signals)
    for row in range(n_rows):
        axes.axhline(row + 0.4, color=RULE, linewidth=0.8)
        if not np.nansum(signals[row].coverage):
            axes.text(
                0.5, row, "never seen", transform=axes.get_yaxis_transform(), va="center"
            ).set_color(FAINT)
    axes.set_ylim(n_rows - 0.5, -0.5)
    axes.set_yticks(range(n_rows), [signal.participant for signal in signals], parse_math=False)
    axes.tick_params(axis="y", length=0)
    set_title(axes, "height: share of the analysed frames in which the face was used")
    end_s = signals[0].start_s + len(signals[0])
    set_time_axis(axes, start_s=signals[0].start_s, end_s=end_s)


def _bars(signal: EmotionSignal, *, row: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the corners (n, 4, 2) of a strip's bars and the quality (n,) that colours them."""
    values = np.stack([signal.coverage, signal.quality], axis=1)
    steps = thin(values, start_s=signal.start_s, most_steps=STRIP_STEPS)
    height = 0.8 * np.nan_to_num(steps.value[:, 0])
    left, right = steps.edge_s[:-1], steps.edge_s[1:]
    foot = np.full(len(left), row + 0.4)
    x = np.stack([left, left, right, right], axis=1)
    y = np.stack([foot, foot - height, foot - height, foot], axis=1)
    return np.stack([x, y], axis=-1), np.nan_to_num(steps.value[:, 1])
