"""One participant with adaptive weights, and with weights that never move (paper, Fig. 7)."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from groupaffect.report.canvas import (
    Drawing,
    finish_drawing,
    open_figure,
    set_title,
    set_unit_range,
    stack_axes,
)
from groupaffect.report.clamp_share import find_clamped
from groupaffect.report.expressions_figure import draw_stack
from groupaffect.report.legend import add_emotion_key
from groupaffect.report.time_axis import set_time_axis
from groupaffect.report.weights_figure import draw_weight_row
from groupaffect.types import EmotionSignal, FusionTrace


def draw_adaptive(
    fused: EmotionSignal, fixed: Float[np.ndarray, "t 7"], trace: FusionTrace, *, label: str
) -> Drawing:
    """Draw the adaptive signal above the fixed one, and the weights that make the difference.

    Parameters
    ----------
    fixed : the even mixture of the two models, in the same seconds as ``fused``.
    trace : the weights; ``fused.participant`` is among its participants.
    label : what the participant is called in the figure.
    """
    figure = open_figure(5.2)
    upper, middle, lower = stack_axes(figure, [1.3, 1.3, 0.8])
    start_s, end_s = fused.start_s, fused.start_s + len(fused)
    draw_stack(upper, fused.probability, start_s=start_s, title=f"{label}, adaptive weights")
    draw_stack(middle, fixed, start_s=start_s, title=f"{label}, both models at .5")
    row = trace.participants.index(fused.participant)
    draw_weight_row(lower, trace, row=row, clamped=find_clamped(trace)[:, row])
    set_unit_range(lower)
    set_title(lower, "weight of the image model (below the line) and of the landmark model (above)")
    for axes in (upper, middle, lower):
        set_time_axis(axes, start_s=start_s, end_s=end_s, labelled=axes is lower)
    add_emotion_key(figure)
    alt = f"Expressions of {label} over time with adaptive and with fixed weights, and the weights."
    return finish_drawing(figure, name=f"adaptive_{fused.participant}", alt=alt)
