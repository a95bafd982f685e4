"""How often people saw each expression, in one or several recordings (paper, Fig. 2)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from groupaffect.report.canvas import (
    Drawing,
    finish_drawing,
    open_figure,
    rule_lines,
    say_if_empty,
    set_title,
    stack_axes,
)
from groupaffect.report.palette import EMOTION_COLOURS, FAINT, INK
from groupaffect.types import EMOTIONS
from groupaffect.value_checks import check_shapes

_HATCHES = ("", "////")  # two recordings are told apart without colour
_GROUP_WIDTH = 0.8  # of the space of an emotion that its bars take


@dataclass(frozen=True, slots=True)
class TruthBars:
    """What people saw in one recording.

    Attributes
    ----------
    name : of the recording. n : participants' seconds with a truth.
    share : (7,) 0..1, NaN where n is 0. interval : (7, 2) 95 %, None where there is none.
    """

    name: str
    n: int
    share: Float[np.ndarray, " 7"]
    interval: Float[np.ndarray, "7 2"] | None = None

    def __post_init__(self) -> None:
        """Check shapes."""
        check_shapes(self, share=(7,), interval=(7, 2))


def draw_truth(recordings: Sequence[TruthBars], *, title: str) -> Drawing:
    """Draw the distribution of the ground truth over the emotions.

    One or two recordings stand side by side, with intervals where they have some; of more, bars
    are means and each dot is a recording.
    """
    figure = open_figure(3.2)
    (axes,) = stack_axes(figure, [1.0])
    if len(recordings) <= len(_HATCHES):
        _draw_each(axes, recordings)
    else:
        _draw_mean(axes, recordings)
    rule_lines(axes, axis="y")
    set_title(axes, title)
    say_if_empty(axes, np.array([each.share for each in recordings]))
    axes.set_xticks(range(len(EMOTIONS)), EMOTIONS)
    _set_height(axes, recordings)
    axes.set_ylabel("share of seconds", fontsize=9)
    axes.set_xlim(-0.6, len(EMOTIONS) - 0.4)
    shown = "; ".join(f"{each.name}: {_in_words(each)}" for each in recordings[:2])
    return finish_drawing(figure, name="truth", alt=f"{title}. {shown}.")


def _set_height(axes: Axes, recordings: Sequence[TruthBars]) -> None:
    """Show as many quarters as hold every bar and interval."""
    drawn = [each.share if each.interval is None else each.interval for each in recordings]
    highest = max((float(np.nan_to_num(values).max()) for values in drawn), default=1.0)
    top = max(1, math.ceil(4 * highest - 1e-9)) / 4
    ticks = np.arange(0, top + 0.01, 0.25 if top > 0.5 else 0.1)
    axes.set_ylim(0, top)
    axes.set_yticks(ticks, ["0", *(f"{tick:.0%}".replace("%", " %") for tick in ticks[1:])])


def _draw_each(axes: Axes, recordings: Sequence[TruthBars]) -> None:
    width = _GROUP_WIDTH / len(recordings)
    for number, each in enumerate(recordings):
        x = np.arange(len(EMOTIONS)) - _GROUP_WIDTH / 2 + (number + 0.5) * width
        axes.bar(
            x,
            np.nan_to_num(each.share),
            width=0.92 * width,
            color=list(EMOTION_COLOURS.values()),
            hatch=_HATCHES[number],
            edgecolor="white",
            linewidth=0,
        )
        if each.interval is not None:
            low, high = np.nan_to_num(each.interval).T
            axes.vlines(x, low, high, color=INK, linewidth=1.1)
    keys = [
        Patch(facecolor=FAINT, edgecolor="white", linewidth=0, hatch=hatch, label=_label(each))
        for each, hatch in zip(recordings, _HATCHES, strict=False)
    ]
    # Above the axes, where no bar is; the title stands to the left.
    axes.legend(
        handles=keys,
        frameon=False,
        fontsize=9,
        labelcolor=INK,
        ncols=len(keys),
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        borderaxespad=0.0,
    )


def _draw_mean(axes: Axes, recordings: Sequence[TruthBars]) -> None:
    share = np.array([each.share for each in recordings if each.n])
    x = np.arange(len(EMOTIONS))
    mean = share.mean(axis=0) if len(share) else np.zeros(len(EMOTIONS))
    axes.bar(x, mean, width=_GROUP_WIDTH, color=list(EMOTION_COLOURS.values()))
    beside = np.linspace(-0.3, 0.3, max(len(share), 1))  # a place for each, the same everywhere
    for row, offset in zip(share, beside, strict=False):
        axes.plot(x + offset, row, "o", color=INK, markersize=3)


def _label(each: TruthBars) -> str:
    name = each.name if len(each.name) <= 40 else f"{each.name[:39]}…"
    return f"{name}, n = {each.n}" if name else f"n = {each.n}"


def _in_words(each: TruthBars) -> str:
    if not each.n:
        return "no second with a truth"
    return ", ".join(
        f"{name} {share:.0%}" for name, share in zip(EMOTIONS, each.share, strict=True)
    )
