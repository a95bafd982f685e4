"""Drawings of fusing: a summary, the weights over time, and one participant's expressions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from groupaffect.evaluation.benchmark.group_session import GroupSession
from groupaffect.evaluation.benchmark.ways import Fused
from groupaffect.types import EMOTIONS

# Okabe & Ito (2008), as in the report.
EMOTION_COLOURS = dict(
    zip(
        EMOTIONS,
        ("#D55E00", "#009E73", "#CC79A7", "#E69F00", "#0072B2", "#56B4E9", "#A6A6A6"),
        strict=True,
    )
)
METHOD_STYLES = {
    "landmark": ("#E69F00", "s"),
    "fixed": ("#A6A6A6", "D"),
    "paper": ("#CC79A7", "^"),
    "image": ("#56B4E9", "s"),
    "default": ("#D55E00", "o"),
    "oracle": ("#222222", "|"),
}
TRAIT_COLOURS = ("#A6A6A6", "#0072B2", "#E69F00", "#009E73", "#CC79A7")
TRAIT_ORDER = (
    *("usual", "subtle", "exaggerated", "resting", "talking", "dropping out"),
    *("small", "coarse", "dark", "covered"),
)
N_DRAWN = 3  # emotions drawn as lines: those that the person truly shows most


def draw_summary(public: dict[str, Any]) -> Figure:
    """Draw macro F1 of the main methods over all sessions, and for each kind of person."""
    figure = Figure(figsize=(9.0, 4.2), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[1, 2.2])
    by_name = {row["method"]: row for row in public["methods"]}
    for place, (name, (colour, marker)) in enumerate(METHOD_STYLES.items()):
        low, high = by_name[name]["macro_f1_interval"]
        left.plot([low, high], [place, place], color=colour, linewidth=2)
        left.plot(by_name[name]["macro_f1"], place, marker, color=colour, markersize=8)
    left.set_yticks(range(len(METHOD_STYLES)), list(METHOD_STYLES))
    left.set_title(f"{public['n_sessions']} simulated groups", loc="left", fontsize=10)
    traits = [trait for trait in TRAIT_ORDER if trait in public["by_trait"]]
    for name, (colour, marker) in METHOD_STYLES.items():
        values = [public["by_trait"][trait][name]["macro_f1"] for trait in traits]
        rows = range(len(traits), 0, -1)
        right.plot(values, rows, marker, color=colour, markersize=7, label=name)
    right.set_yticks(range(len(traits), 0, -1), traits)
    right.set_title("by kind of person", loc="left", fontsize=10)
    figure.legend(loc="outside lower center", ncols=len(METHOD_STYLES), frameon=False, fontsize=9)
    for axes in (left, right):
        axes.set_xlabel("macro F1")
        _plain(axes)
        axes.grid(axis="both", color="#E5E5E5", linewidth=0.6)
    return figure


def draw_convergence(weights: Mapping[str, Mapping[str, Float[np.ndarray, "t 3"]]]) -> Figure:
    """Draw how the image weight moves from the start, by rule and kind of person.

    Parameters
    ----------
    weights : by rule and trait, 10, 50 and 90 % quantiles over people by second.
    """
    figure = Figure(figsize=(9.0, 3.6), layout="constrained")
    panels = figure.subplots(1, len(weights), sharey=True, squeeze=False)[0]
    titles = {"paper": "the paper's rule", "gate": "the learned gate"}
    for axes, (rule, by_trait) in zip(panels, weights.items(), strict=True):
        for colour, (trait, quantiles) in zip(TRAIT_COLOURS, by_trait.items(), strict=False):
            time_s = np.arange(len(quantiles))
            axes.fill_between(time_s, quantiles[:, 0], quantiles[:, 2], color=colour, alpha=0.12)
            axes.plot(time_s, quantiles[:, 1], color=colour, linewidth=1.8, label=trait)
        axes.set(ylim=(0, 1), xlabel="second")
        axes.set_title(titles.get(rule, rule), loc="left", fontsize=10)
        _plain(axes)
    panels[0].set_ylabel("image weight: median, 10 to 90 %")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(
        handles,
        labels,
        loc="outside lower center",
        ncols=len(labels),
        frameon=False,
        fontsize=9,
    )
    return figure


def draw_participant(session: GroupSession, ways: Mapping[str, Fused], *, place: int) -> Figure:
    """Draw one participant's expressions by each way, its changes, and the last one's weight.

    The paper's Fig. 7. Filled marks are changes that count, hollow ones transients that were
    dismissed; the strip below is the truth, where it is known.

    Parameters
    ----------
    place : of the participant in the session.
    """
    figure = Figure(figsize=(9.0, 2.1 * len(ways) + 1.6), layout="constrained")
    heights = [3.0] * len(ways) + [1.0]
    panels = figure.subplots(len(heights), 1, sharex=True, height_ratios=heights)
    titles = {"fixed": "not adaptive: fixed .5 / .5", "default": "adaptive: the default preset"}
    drawn = _emotions_drawn(session, ways, place)
    for axes, (name, fused) in zip(panels, ways.items(), strict=False):
        _draw_expressions(axes, fused, session, place=place, drawn=drawn)
        axes.set_title(titles.get(name, name), loc="left", fontsize=10)
    last = list(ways.values())[-1]
    panels[-1].step(np.arange(len(session)), last.image_weight[:, place], color="#222222")
    panels[-1].set(ylim=(0, 1), ylabel="image\nweight", xlabel="second")
    _plain(panels[-1])
    handles = [Line2D([], [], color=EMOTION_COLOURS[EMOTIONS[k]], label=EMOTIONS[k]) for k in drawn]
    handles += [
        Line2D([], [], color="#222222", marker="v", linestyle="", label="change"),
        Line2D([], [], color="#222222", marker="v", mfc="none", linestyle="", label="dismissed"),
    ]
    figure.legend(handles=handles, loc="outside upper right", ncols=len(handles), frameon=False)
    return figure


def _emotions_drawn(session: GroupSession, ways: Mapping[str, Fused], place: int) -> list[int]:
    """Return the places of the emotions shown most: truly, or else as read."""
    truth = session.truth[:, place]
    counts = np.bincount(truth[truth >= 0], minlength=len(EMOTIONS)).astype(np.float64)
    if not counts.any():
        counts = np.nansum([fused.probability[:, place] for fused in ways.values()], axis=(0, 1))
    return sorted(np.argsort(-counts, kind="stable")[:N_DRAWN].tolist())


def _draw_expressions(
    axes: Axes, fused: Fused, session: GroupSession, *, place: int, drawn: list[int]
) -> None:
    time_s = np.arange(len(session))
    for k in drawn:
        colour = EMOTION_COLOURS[EMOTIONS[k]]
        axes.plot(time_s, fused.probability[:, place, k], color=colour, linewidth=1.3)
    truth = session.truth[:, place]
    for k in np.unique(truth[truth >= 0]):
        here = np.where(truth == k, -0.08, np.nan)
        colour = EMOTION_COLOURS[EMOTIONS[int(k)]]
        axes.step(time_s, here, where="post", color=colour, linewidth=6, solid_capstyle="butt")
    who = session.participants[place]
    for event in fused.events:
        if who in event.participants:
            face = "none" if event.kind == "dismissed" else "#222222"
            axes.plot(event.start_s, 1.06, "v", color="#222222", markerfacecolor=face, ms=5)
    axes.set(ylim=(-0.15, 1.15), ylabel="probability")
    _plain(axes)


def _plain(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=9)
