"""The figure of recognition by emotion and strength."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

_STYLES = {"image": ("#0072B2", "o"), "landmark": ("#D55E00", "s")}


def draw_dose_response(result: dict[str, Any]) -> Figure:
    """Draw the share of people recognised against strength: a panel for each emotion."""
    emotions = [name for name in next(iter(result["models"].values())) if name != "all"]
    figure = Figure(figsize=(9, 5.6), layout="constrained")
    panels = figure.subplots(2, 3, sharex=True, sharey=True)
    for axes, emotion in zip(panels.flat, emotions, strict=True):
        axes.axhline(result["chance"], color="#8A8A8A", linewidth=1, linestyle="--")
        for model, found in result["models"].items():
            colour, marker = _STYLES[model]
            low, high = np.array(found[emotion]["interval"]).T
            axes.fill_between(result["strengths"], low, high, color=colour, alpha=0.15, lw=0)
            axes.plot(
                result["strengths"],
                found[emotion]["recognised"],
                color=colour,
                marker=marker,
                markersize=4,
                label=f"{model} model",
            )
        axes.set_title(emotion, fontsize=11)
        axes.set(ylim=(-0.02, 1.02), xticks=result["strengths"][::2])
        axes.spines[["top", "right"]].set_visible(False)
    panels[0, 0].text(
        result["strengths"][-1], result["chance"] + 0.02, "chance", ha="right", color="#6B6B6B"
    )
    panels[0, 2].legend(frameon=False, loc="upper left", fontsize=9)
    figure.supxlabel("strength of the expression (0 rest, 1 clear)")
    figure.supylabel("share of people in whom it is read")
    n = result["n_people"]
    figure.suptitle(f"Synthetic people, n = {n} at each point; bands: 95 % (Wilson)", fontsize=11)
    return figure
