"""Reliability diagrams."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from groupaffect.evaluation.reliability import N_BINS, Reliability


def draw_reliability(found: dict[str, Reliability]) -> Figure:
    """Draw accuracy against confidence, and how many readings there are, for each model."""
    figure = Figure(figsize=(3.4 * len(found), 4.2), layout="constrained")
    axes = figure.subplots(2, len(found), sharex=True, squeeze=False, height_ratios=[3, 1])
    for column, (name, one) in enumerate(found.items()):
        upper, lower = axes[:, column]
        upper.plot([0, 1], [0, 1], color="#A6A6A6", linewidth=1)
        filled = one.n > 0
        upper.plot(one.confidence[filled], one.accuracy[filled], "o-", color="#0072B2", ms=4)
        upper.set(xlim=(0, 1), ylim=(0, 1))
        upper.set_title(f"{name}: ECE {one.calibration_error:.3f}", fontsize=10)
        centres = (np.arange(N_BINS) + 0.5) / N_BINS
        lower.bar(centres, one.n / one.n.sum(), width=0.9 / N_BINS, color="#56B4E9")
        lower.set(xlabel="probability of the likeliest emotion")
        for part in (upper, lower):
            part.spines[["top", "right"]].set_visible(False)
    axes[0, 0].set_ylabel("share that is right")
    axes[1, 0].set_ylabel("share of faces")
    return figure
