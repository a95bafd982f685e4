"""The key to the emotions' colours, one line above a figure."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.patches import Patch

from groupaffect.report.palette import EMOTION_COLOURS, INK


def add_emotion_key(figure: Figure) -> None:
    """Draw the key to the emotions."""
    figure.legend(
        handles=[Patch(color=colour, label=name) for name, colour in EMOTION_COLOURS.items()],
        loc="outside upper center",
        ncols=len(EMOTION_COLOURS),
        frameon=False,
        fontsize=9,
        labelcolor=INK,
        handlelength=1.2,
        columnspacing=1.4,
    )
