"""The group over time: its expressions, how far members differ, and what changed when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from groupaffect.report.canvas import (
    Drawing,
    finish_drawing,
    open_figure,
    rule_lines,
    say_if_empty,
    set_title,
    stack_axes,
)
from groupaffect.report.legend import add_emotion_key
from groupaffect.report.palette import EMOTION_COLOURS, FAINT, INK, RULE
from groupaffect.report.thinning import LINE_STEPS, STRIP_STEPS, thin
from groupaffect.report.time_axis import set_time_axis
from groupaffect.types import EMOTIONS, Event, EventKind, GroupSignal


@dataclass(frozen=True, slots=True)
class _Mark:
    shape: str
    size: float  # area in square points
    order: int  # higher is drawn later


_MARKS: dict[EventKind, _Mark] = {
    "group": _Mark("D", 62, 5),
    "individual": _Mark("o", 40, 4),
    "dismissed": _Mark("o", 16, 3),
}


def draw_group(
    group: GroupSignal, *, events: tuple[Event, ...], participants: tuple[str, ...]
) -> Drawing:
    """Draw group expression, dispersion and events above one another on one time axis."""
    n_lanes = len(participants) + 1
    heights = [2.6, 1.2, 0.35 + 0.24 * n_lanes]
    figure = open_figure(1.3 + sum(heights))
    top, middle, bottom = stack_axes(figure, heights)
    _draw_means(top, group)
    _draw_dispersion(middle, group)
    _draw_events(bottom, events, lanes=("group", *participants))
    for axes in (top, middle, bottom):
        rule_lines(axes)
        end_s = group.start_s + len(group)
        set_time_axis(axes, start_s=group.start_s, end_s=end_s, labelled=axes is bottom)
    add_emotion_key(figure)
    who = "the group" if group.members == "all" else "the engaged members"
    alt = f"Mean expression of {who}, dispersion of its members, and changes, over time."
    name = "group" if group.members == "all" else "group_engaged"
    return finish_drawing(figure, name=name, alt=alt)


def _draw_means(axes: Axes, group: GroupSignal) -> None:
    raw = thin(group.mean, start_s=group.start_s, most_steps=STRIP_STEPS)
    denoised = thin(group.denoised, start_s=group.start_s, most_steps=LINE_STEPS)
    marker = "o" if len(group) < 3 else ""  # one second makes no line
    for column, emotion in enumerate(EMOTIONS):
        colour = EMOTION_COLOURS[emotion]
        axes.plot(raw.centre_s, raw.value[:, column], color=colour, alpha=0.3, linewidth=0.8)
        axes.plot(
            denoised.centre_s,
            denoised.value[:, column],
            color=colour,
            linewidth=1.8,
            marker=marker,
        )
    strong, faint = (f", means of {s} s" if s > 1 else "" for s in (denoised.step_s, raw.step_s))
    who = "group expression" if group.members == "all" else "expression of the engaged members"
    set_title(axes, f"{who}: denoised (strong{strong}) and as measured (faint{faint})")
    say_if_empty(axes, group.mean)
    axes.set_ylabel("probability", fontsize=9)
    axes.set_ylim(0, _upper(group))


def _upper(group: GroupSignal) -> float:
    values = np.concatenate([group.mean.ravel(), group.denoised.ravel()])
    values = values[np.isfinite(values)]
    return min(1.02, float(values.max()) * 1.08) if len(values) else 1.02


def _draw_dispersion(axes: Axes, group: GroupSignal) -> None:
    columns = np.stack([group.dispersion, group.polarisation, group.polarisation_chance], axis=1)
    steps = thin(columns, start_s=group.start_s, most_steps=LINE_STEPS)
    styles = (
        ("dispersion", INK, "-", 1.4),
        ("polarisation", "#882255", "-", 1.1),
        ("polarisation by chance", "#882255", ":", 1.1),
    )
    for column, (label, colour, style, width) in enumerate(styles):
        value = steps.value[:, column]
        if np.isfinite(value).any():
            axes.plot(
                steps.centre_s,
                value,
                color=colour,
                linestyle=style,
                linewidth=width,
                marker="o" if len(group) < 3 else "",
                label=label,
            )
    if axes.lines:
        axes.legend(
            loc="lower left", bbox_to_anchor=(0.0, 0.98), ncols=3, frameon=False, fontsize=9
        )
    say_if_empty(axes, group.dispersion)
    axes.set_ylim(0, 1.02)
    axes.set_yticks([0, 0.5, 1], ["0", ".5", "1"])
    axes.set_ylabel("share of\nlargest", fontsize=9)


def _draw_events(axes: Axes, events: tuple[Event, ...], *, lanes: tuple[str, ...]) -> None:
    axes.set_ylim(len(lanes) - 0.5, -0.5)
    axes.set_yticks(range(len(lanes)), lanes, parse_math=False)
    for lane in range(len(lanes)):
        axes.axhline(lane, color=RULE, linewidth=0.6)
    set_title(axes, "changes, coloured by the new expression")
    axes.legend(
        handles=_event_key(),
        loc="lower right",
        bbox_to_anchor=(1.0, 0.98),
        ncols=3,
        frameon=False,
        fontsize=9,
        handletextpad=0.2,
    )
    shrink = float(np.clip(120 / max(1, len(events)), 0.3, 1.0))
    for kind, mark in _MARKS.items():
        dots = [
            (event.start_s, lane, EMOTION_COLOURS[event.to_label])
            for event in events
            if event.kind == kind
            for lane in _lanes_of(event, lanes)
        ]
        if not dots:
            continue
        time_s, height, colour = zip(*dots, strict=True)
        hollow = kind == "dismissed"
        axes.scatter(
            time_s,
            height,
            s=mark.size * shrink,
            marker=mark.shape,
            facecolors="white" if hollow else colour,
            edgecolors=colour if hollow else INK,
            linewidths=0.8 if hollow else 0.5,
            zorder=mark.order,
            clip_on=False,
        )


def _lanes_of(event: Event, lanes: tuple[str, ...]) -> list[int]:
    if event.kind == "group":
        return [0]
    return [lanes.index(name) for name in event.participants if name in lanes]


def _event_key() -> tuple[Line2D, ...]:
    labels = {
        "group": "of the group",
        "individual": "of one member",
        "dismissed": "dismissed as noise",
    }
    return tuple(
        Line2D(
            [],
            [],
            linestyle="",
            marker=mark.shape,
            markersize=mark.size**0.5,
            markerfacecolor="white" if kind == "dismissed" else FAINT,
            markeredgecolor=FAINT,
            label=labels[kind],
        )
        for kind, mark in _MARKS.items()
    )
