"""One participant's expressions over time: by each model, and fused."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from groupaffect.report.canvas import (
    Drawing,
    finish_drawing,
    open_figure,
    say_if_empty,
    set_title,
    set_unit_range,
    stack_axes,
)
from groupaffect.report.legend import add_emotion_key
from groupaffect.report.palette import EMOTION_COLOURS
from groupaffect.report.thinning import AREA_STEPS, Steps, thin
from groupaffect.report.time_axis import set_time_axis
from groupaffect.types import SOURCES, EmotionSignal

_TITLES = {"image": "image model", "landmark": "landmark model", "fused": "fused"}


def draw_expressions(signals: tuple[EmotionSignal, ...]) -> Drawing:
    """Draw the signals of one participant as stacked probabilities; gaps stay white.

    Parameters
    ----------
    signals : of one participant, of each source at most one.
    """
    shown = sorted(signals, key=lambda signal: SOURCES.index(signal.source))
    participant = shown[0].participant
    figure = open_figure(1.0 + 1.25 * len(shown))
    for axes, signal in zip(stack_axes(figure, [1.0] * len(shown)), shown, strict=True):
        draw_stack(
            axes,
            signal.probability,
            start_s=signal.start_s,
            title=f"{participant}, {_TITLES[signal.source]}",
        )
        end_s = signal.start_s + len(signal)
        set_time_axis(axes, start_s=signal.start_s, end_s=end_s, labelled=signal is shown[-1])
    figure.supylabel("probability", fontsize=9)
    add_emotion_key(figure)
    alt = f"Probabilities of seven expressions of {participant} over time, by model and fused."
    return finish_drawing(figure, name=f"expressions_{participant}", alt=alt)


def draw_stack(
    axes: Axes, probability: np.ndarray, *, start_s: float, title: str, above_pt: float = 6.0
) -> None:
    """Draw (t, 7) probabilities above one another, 0 to 1, under a title; gaps stay white."""
    steps = thin(probability, start_s=start_s, most_steps=AREA_STEPS)
    _stack(axes, steps)
    say_if_empty(axes, probability)
    each = f" (each step is the mean of {steps.step_s} s)" if steps.step_s > 1 else ""
    set_title(axes, f"{title}{each}", above_pt=above_pt)
    set_unit_range(axes)


def _stack(axes: Axes, steps: Steps) -> None:
    seen = np.isfinite(steps.value).all(axis=1)
    top = np.cumsum(np.nan_to_num(steps.value), axis=1)
    below = np.zeros(len(top))
    for column, colour in enumerate(EMOTION_COLOURS.values()):
        _fill_steps(axes, steps, below=below, above=top[:, column], seen=seen, colour=colour)
        below = top[:, column]


def _fill_steps(
    axes: Axes,
    steps: Steps,
    *,
    below: np.ndarray,
    above: np.ndarray,
    seen: np.ndarray,
    colour: str,
) -> None:
    x = np.repeat(steps.edge_s, 2)[1:-1]  # both ends of each stretch: one seen second stays seen
    low, high, where = (np.repeat(values, 2) for values in (below, above, seen))
    gap = np.where(where, 0.0, np.nan)
    axes.fill_between(x, low + gap, high + gap, color=colour, linewidth=0.3)
