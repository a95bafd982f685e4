"""What kind of group it was over time, beside what chance allows, and who was engaged when."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from groupaffect.report.canvas import (
    Drawing,
    finish_drawing,
    open_figure,
    rule_lines,
    set_title,
    stack_axes,
)
from groupaffect.report.kind_words import KIND_WORDS
from groupaffect.report.palette import (
    ENGAGED_COLOURS,
    FAINT,
    INK,
    KIND_COLOURS,
    RULE,
    camp_colour,
)
from groupaffect.report.time_axis import set_time_axis
from groupaffect.types import GROUP_KINDS, NO_CAMP, GroupState, Measure, MemberStates

_ENGAGED_WORDS = {1: "engaged", 0: "unengaged: own rhythm", -1: "undetermined"}
_TITLES: dict[Measure, str] = {
    "synchrony": "synchrony of the group's changes, with its interval (0: as by chance)",
    "homogeneity": "homogeneity: alike beyond chance, with its interval (0: as by chance)",
}
_SHARE_OF_LANE = 0.78


def draw_kinds(
    states: tuple[GroupState, ...], members: MemberStates, *, participants: tuple[str, ...]
) -> Drawing:
    """Draw the group's measures by stretch, and each member's engagement and camp by second.

    Needs at least one participant.

    Parameters
    ----------
    states : of the group and its members; those of members are shown by ``members``.
    participants : what the members are called, in the order of ``members``.
    """
    measures = [m for m in _TITLES if any(_is_shown(s, m) for s in states)]
    lanes = [0.35 + 0.24 * len(participants)] * (1 + int((members.camp != NO_CAMP).any()))
    heights = [1.5] * len(measures) + lanes
    figure = open_figure(1.4 + sum(heights))
    axes = stack_axes(figure, heights)
    for measure, each in zip(measures, axes, strict=False):
        _draw_measure(each, [s for s in states if _is_shown(s, measure)], measure)
    rest = axes[len(measures) :]
    _draw_engaged(rest[0], members, participants)
    if len(rest) > 1:
        _draw_camps(rest[1], members, participants)
    end_s = max([members.start_s + len(members), *(state.end_s for state in states)])
    for each in axes:
        set_time_axis(each, start_s=members.start_s, end_s=end_s, labelled=each is axes[-1])
    if measures:
        _add_kind_key(figure, states)
    alt = "Synchrony and homogeneity of the group, and who was engaged, over time."
    return finish_drawing(figure, name="kinds", alt=alt)


def _is_shown(state: GroupState, measure: Measure) -> bool:
    return not state.participants and state.measure == measure and math.isfinite(state.effect)


def _draw_measure(axes: Axes, states: list[GroupState], measure: Measure) -> None:
    set_title(axes, _TITLES[measure])
    axes.axhline(0.0, color=FAINT, linewidth=0.8, linestyle=":")
    first_s, last_s = min(s.start_s for s in states), max(s.end_s for s in states)
    for state in states:
        spans_all = (state.start_s, state.end_s) == (first_s, last_s)
        draw = _draw_whole if spans_all and len(states) > 1 else _draw_stretch
        draw(axes, state, KIND_COLOURS[state.kind])
    values = [v for s in states for v in (s.low, s.high, s.effect, 0.0) if math.isfinite(v)]
    space = 0.08 * max(max(values) - min(values), 0.2)
    axes.set_ylim(min(values) - space, max(values) + space)
    axes.set_ylabel(measure, fontsize=9)
    rule_lines(axes, axis="y")


def _draw_stretch(axes: Axes, state: GroupState, colour: str) -> None:
    middle_s = (state.start_s + state.end_s) / 2
    axes.hlines(state.effect, state.start_s, state.end_s, colors=colour)
    axes.vlines(middle_s, state.low, state.high, colors=colour, linewidth=1.2)
    axes.plot(middle_s, state.effect, "o", color=colour, markersize=6, markeredgecolor=INK)


def _draw_whole(axes: Axes, state: GroupState, colour: str) -> None:
    """Draw what holds of the whole recording as a band: its dot would hide that of a stretch."""
    axes.hlines(state.effect, state.start_s, state.end_s, colors=colour, linestyles="--")
    axes.fill_between(
        [state.start_s, state.end_s], state.low, state.high, color=colour, alpha=0.12, linewidth=0
    )


def _draw_engaged(axes: Axes, members: MemberStates, lanes: tuple[str, ...]) -> None:
    _draw_lanes(axes, members.engaged, members.start_s, ENGAGED_COLOURS)
    _name_lanes(axes, lanes)
    set_title(axes, "who was engaged")
    handles = [
        Patch(facecolor=colour, edgecolor=FAINT, label=_ENGAGED_WORDS[value])
        for value, colour in ENGAGED_COLOURS.items()
    ]
    axes.legend(
        handles=handles,
        loc="lower right",
        bbox_to_anchor=(1.0, 0.98),
        ncols=len(handles),
        frameon=False,
        fontsize=9,
    )


def _draw_camps(axes: Axes, members: MemberStates, lanes: tuple[str, ...]) -> None:
    numbers = sorted({int(n) for n in np.unique(members.camp)} - {NO_CAMP})
    colours = {n: camp_colour(n) for n in numbers}
    _draw_lanes(axes, members.camp, members.start_s, colours)
    _name_lanes(axes, lanes)
    set_title(axes, "camps, where the group is divided more than chance would divide it on average")


def _draw_lanes(axes: Axes, values: np.ndarray, start_s: float, colours: dict[int, str]) -> None:
    """Draw each run of one value as one bar; values without a colour stay white."""
    for lane, own in enumerate(values.T):
        edges = np.flatnonzero(np.diff(own, prepend=own[:1] - 1, append=own[-1:] + 1))
        for value, colour in colours.items():
            runs = [
                (start_s + float(a), float(b - a)) for a, b in pairwise(edges) if own[a] == value
            ]
            if runs:
                low = lane - _SHARE_OF_LANE / 2
                axes.broken_barh(runs, (low, _SHARE_OF_LANE), facecolors=colour, linewidth=0)


def _name_lanes(axes: Axes, lanes: tuple[str, ...]) -> None:
    axes.set_ylim(len(lanes) - 0.5, -0.5)
    axes.set_yticks(range(len(lanes)), lanes, parse_math=False)
    axes.tick_params(axis="y", length=0)
    for lane in range(len(lanes)):
        axes.axhline(lane + 0.5, color=RULE, linewidth=0.6)


def _add_kind_key(figure: Figure, states: tuple[GroupState, ...]) -> None:
    drawn = {state.kind for state in states if any(_is_shown(state, m) for m in _TITLES)}
    figure.legend(
        handles=[
            Line2D([], [], color=KIND_COLOURS[kind], marker="o", label=KIND_WORDS[kind])
            for kind in GROUP_KINDS
            if kind in drawn
        ],
        loc="outside upper center",
        ncols=len(drawn),
        frameon=False,
        fontsize=9,
        labelcolor=INK,
    )
