"""``docs/figures/personal_proofs.png``: rendered people, and how lasting real people's bias is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from groupaffect.evaluation.personal.proof_sections import WAY_TITLES

_COLOURS = {"usual": "#6B6B6B", "biased": "#D55E00", "image": "#0072B2", "landmark": "#CC79A7"}


def draw_proofs(proofs: Mapping[str, dict[str, Any]]) -> Figure | None:
    """Draw the parts that have been measured; None where neither has."""
    parts = [(name, draw) for name, draw in _PARTS.items() if name in proofs]
    if not parts:
        return None
    figure = Figure(figsize=(4.6 * len(parts), 4.0), layout="constrained")
    panels = np.atleast_1d(figure.subplots(1, len(parts)))
    for axes, (name, draw) in zip(panels, parts, strict=True):
        draw(axes, proofs[name])
        axes.spines[["top", "right"]].set_visible(False)
    return figure


def _draw_rendered(axes: Axes, result: dict[str, Any]) -> None:
    axes.axvline(0.0, color="#8A8A8A", linewidth=1)
    rng = np.random.default_rng(0)
    for shift, (kind, found) in zip((-0.17, 0.17), result["kinds"].items(), strict=True):
        for row, name in enumerate(WAY_TITLES):
            each = [100 * one["anyway"][name] for one in found["people"]]
            height = row + shift + rng.uniform(-0.06, 0.06, len(each))
            axes.plot(each, height, "o", color=_COLOURS[kind], alpha=0.25, markersize=3)
            one = found["ways"][name]["anyway"]["macro_f1"]
            low, high = (100 * bound for bound in one["interval"])
            label = f"{kind} (n = {found['n']})" if row == 0 else None
            axes.plot([low, high], [row + shift] * 2, color=_COLOURS[kind], linewidth=2)
            axes.plot(
                100 * one["mean"], row + shift, "D", color=_COLOURS[kind], markersize=6, label=label
            )
    axes.set_yticks(range(len(WAY_TITLES)), list(WAY_TITLES.values()))
    axes.invert_yaxis()
    axes.set_xlabel("gain in macro F1, points (--anyway)")
    axes.set_title("rendered people, a later recording", fontsize=10)
    axes.legend(frameon=False, fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2)


def _draw_lasting(axes: Axes, result: dict[str, Any]) -> None:
    for model, found in result["lasting"].items():
        first, second = np.array(found["halves"]).reshape(-1, 2).T
        r = found["same"]["r"]
        title = f"{model} model (mean r over emotions {r:.2f})"
        axes.plot(first, second, "o", color=_COLOURS[model], alpha=0.6, markersize=4, label=title)
    span = axes.dataLim.intervalx
    axes.plot(span, span, color="#8A8A8A", linewidth=1)
    axes.set_xlabel("half of a person's photographs, nats")
    axes.set_ylabel("the other half, nats")
    axes.set_title("real people: bias to happy over neutral", fontsize=10)
    axes.legend(frameon=False, fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.16))


_PARTS = {"rendered": _draw_rendered, "real": _draw_lasting}
