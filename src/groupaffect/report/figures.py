"""All figures of a session, each with the caption that the report gives it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from groupaffect.report.canvas import Drawing, drawable_label
from groupaffect.report.expressions_figure import draw_expressions
from groupaffect.report.group_figure import draw_group
from groupaffect.report.group_table import camps_above_chance
from groupaffect.report.kinds_figure import draw_kinds
from groupaffect.report.seen_figure import draw_seen
from groupaffect.report.weights_figure import draw_weights
from groupaffect.session import Session
from groupaffect.types import EmotionSignal, GroupSignal


@dataclass(frozen=True, slots=True)
class Figures:
    """The drawings of one session; None where there is nothing to draw."""

    seen: Drawing | None
    expressions: tuple[tuple[str, Drawing], ...]
    weights: Drawing | None
    group: Drawing | None
    group_engaged: Drawing | None
    kinds: Drawing | None

    def drawings(self) -> list[Drawing]:
        """Return all that were drawn."""
        several = [drawing for _, drawing in self.expressions]
        group = (self.group, self.group_engaged, self.kinds)
        return [d for d in (self.seen, *several, self.weights, *group) if d is not None]


def draw_all(session: Session) -> Figures:
    """Draw what the session has values for; people appear with their names."""
    label = {f.participant: drawable_label(f.participant, f.name) for f in session.participants}
    signals = tuple(replace(s, participant=label[s.participant]) for s in session.signals)
    fused = tuple(signal for signal in signals if signal.source == "fused")
    people = tuple(facts.participant for facts in session.participants)
    events = tuple(
        replace(event, participants=tuple(label.get(name, name) for name in event.participants))
        for event in session.events
    )
    lanes = tuple(label[name] for name in people)
    groups = {
        group.members: draw_group(group, events=events, participants=lanes)
        for group in session.groups
        if people and _is_drawn(group)
    }
    return Figures(
        seen=draw_seen(fused) if fused else None,
        expressions=tuple(
            (name, _expressions(signals, label[name], file=f"expressions_{name}"))
            for name in people
            if any(signal.participant == label[name] for signal in signals)
        ),
        weights=draw_session_weights(session),
        group=groups.get("all"),
        group_engaged=groups.get("engaged"),
        kinds=draw_kinds(session.states, camps_above_chance(session), participants=lanes)
        if people and session.states
        else None,
    )


def _is_drawn(group: GroupSignal) -> bool:
    """Return whether there is something to draw; an empty figure of all says that there is not."""
    return len(group) > 0 and (group.members == "all" or bool(np.isfinite(group.mean).any()))


def draw_session_weights(session: Session) -> Drawing | None:
    """Draw the weights of both models for everybody; None where there are no windows."""
    label = {f.participant: drawable_label(f.participant, f.name) for f in session.participants}
    trace = session.fusion
    if not trace.participants or not len(trace.window_start_s):
        return None
    trace = replace(trace, participants=tuple(label[name] for name in trace.participants))
    fused = (s for s in session.signals if s.source == "fused")
    return draw_weights(trace, tuple(replace(s, participant=label[s.participant]) for s in fused))


def _expressions(signals: tuple[EmotionSignal, ...], shown: str, *, file: str) -> Drawing:
    drawing = draw_expressions(tuple(signal for signal in signals if signal.participant == shown))
    safe = "".join(c if c.isalnum() or c in "-_" else "-" for c in file)
    return replace(drawing, name=safe)
