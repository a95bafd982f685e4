"""One participant without and with a personal profile, and what the others show (paper, Fig. 9)."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float

from groupaffect.report.canvas import Drawing, finish_drawing, open_figure, stack_axes
from groupaffect.report.expressions_figure import draw_stack
from groupaffect.report.legend import add_emotion_key
from groupaffect.report.time_axis import set_time_axis

_LEARNED_FROM = "#D9D9D9"
_TITLE_ABOVE_PT = 10.0  # leaves room for the grey bar below it


def draw_personal(
    without: Float[np.ndarray, "t 7"],
    with_profile: Float[np.ndarray, "t 7"],
    others: Float[np.ndarray, "t 7"],
    *,
    train: Bool[np.ndarray, " t"],
    participant: str,
    label: str,
    are_labels: bool = True,
) -> Drawing:
    """Draw a person's expressions before and after, above those of the others.

    Parameters
    ----------
    without, with_profile : by adaptive fusion, from second 0. others : re-fused without them.
    train : (t,) seconds that the profile was learned from; greyed.
    label : what the participant is called in the figure.
    are_labels : whether the profile was learned from what the others show.
    """
    figure = open_figure(5.6)
    panels = stack_axes(figure, [1.2, 1.2, 1.0])
    titles = (
        f"{label}, shared models",
        f"{label}, personal profile (learned from the grey part)",
        f"the others without {label}{': the labels' if are_labels else ''}",
    )
    for axes, series, title in zip(panels, (without, with_profile, others), titles, strict=True):
        draw_stack(axes, series, start_s=0.0, title=title, above_pt=_TITLE_ABOVE_PT)
        set_time_axis(axes, start_s=0.0, end_s=float(len(series)), labelled=axes is panels[-1])
        for first, last in _runs(train):
            axes.axvspan(first, last, ymin=1.0, ymax=1.03, color=_LEARNED_FROM, clip_on=False)
    add_emotion_key(figure)
    alt = f"Expressions of {label} over time by the shared models, by a personal profile, and of "
    return finish_drawing(figure, name=f"personal_{participant}", alt=f"{alt}the others.")


def _runs(chosen: Bool[np.ndarray, " t"]) -> list[tuple[int, int]]:
    edges = np.diff(np.concatenate([[False], chosen, [False]]).astype(np.int8))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return [(int(first), int(last)) for first, last in zip(starts, ends, strict=True)]
