"""All figures of a session, each with the caption that the report gives it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from groupaffect.report.canvas import Drawing
from groupaffect.report.expressions_figure import draw_expressions
from groupaffect.report.group_figure import draw_group
from groupaffect.report.seen_figure import draw_seen
from groupaffect.report.weights_figure import draw_weights
from groupaffect.session import Session
from groupaffect.types import EmotionSignal


@dataclass(frozen=True, slots=True)
class Figures:
    """The drawings of one session; None where there is nothing to draw."""

    seen: Drawing | None
    expressions: tuple[tuple[str, Drawing], ...]
    weights: Drawing | None
    group: Drawing | None

    def drawings(self) -> list[Drawing]:
        """Return all that were drawn."""
        several = [drawing for _, drawing in self.expressions]
        return [d for d in (self.seen, *several, self.weights, self.group) if d is not None]


def draw_all(session: Session) -> Figures:
    """Draw what the session has values for."""
    fused = tuple(signal for signal in session.signals if signal.source == "fused")
    trace = session.fusion
    participants = tuple(facts.participant for facts in session.participants)
    has_windows = bool(trace.participants) and len(trace.window_start_s) > 0
    groups = [group for group in session.groups if group.members == "all" and len(group)]
    return Figures(
        seen=draw_seen(fused) if fused else None,
        expressions=tuple(
            (name, _expressions(session.signals, name))
            for name in participants
            if any(signal.participant == name for signal in session.signals)
        ),
        weights=draw_weights(trace, fused) if has_windows else None,
        group=draw_group(groups[0], events=session.events, participants=participants)
        if groups and participants
        else None,
    )


def _expressions(signals: tuple[EmotionSignal, ...], participant: str) -> Drawing:
    own = tuple(signal for signal in signals if signal.participant == participant)
    drawing = draw_expressions(own)
    safe = "".join(c if c.isalnum() or c in "-_" else "-" for c in drawing.name)
    return replace(drawing, name=safe)
