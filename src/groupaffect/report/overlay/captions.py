"""What is said of a participant in a second: name, strongest expressions, model weights."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from groupaffect.report.drawable import drawable_name
from groupaffect.report.overlay.tiles import Grid, read_grid
from groupaffect.report.palette import participant_colour
from groupaffect.timeline import time_to_second
from groupaffect.types import (
    EMOTIONS,
    Emotion,
    EmotionSignal,
    FusionTrace,
    ParticipantFacts,
)

if TYPE_CHECKING:
    from groupaffect.session import Session

N_EXPRESSIONS = 3  # strongest shown; the rest rarely matters and takes room (ours)


@dataclass(frozen=True, slots=True)
class Caption:
    """What a label says; equal captions look the same.

    Attributes
    ----------
    expressions : the strongest by the fused signal with their probabilities, strongest first;
        none where the second could not be read.
    image_weight : of the image model in the window, 0..1; that of the landmark model is the
        rest. None outside the windows.
    """

    name: str
    colour: str
    expressions: tuple[tuple[Emotion, float], ...] = ()
    image_weight: float | None = None


@dataclass(frozen=True, slots=True)
class Captions:
    """What is said of every participant in every second of a session.

    Attributes
    ----------
    names, colours : by participant. signals : fused, by participant.
    grid : rows and columns of tiles; None in a room.
    """

    names: Mapping[str, str]
    colours: Mapping[str, str]
    signals: Mapping[str, EmotionSignal]
    fusion: FusionTrace
    grid: Grid | None = None

    def at(self, participant: str, *, time_s: float) -> Caption:
        """Return what is said of a participant in the second and the window of a time."""
        return Caption(
            name=self.names[participant],
            colour=self.colours[participant],
            expressions=strongest(self.signals[participant], time_s=time_s),
            image_weight=image_weight(self.fusion, participant, time_s=time_s),
        )


def read_captions(session: Session) -> Captions:
    """Return what the session says of its participants.

    Raises
    ------
    UnreadableSessionError : a table of the session is damaged.
    """
    facts = session.participants
    ids = [person.participant for person in facts]
    return Captions(
        names={person.participant: shown_name(person) for person in facts},
        colours={name: participant_colour(place) for place, name in enumerate(ids)},
        signals={s.participant: s for s in session.signals if s.source == "fused"},
        fusion=session.fusion,
        grid=read_grid(facts),
    )


def shown_name(facts: ParticipantFacts) -> str:
    """Return the participant's name; the id where there is none, or the font lacks letters.

    Examples
    --------
    >>> [
    ...     shown_name(ParticipantFacts("P1", name, None, None, 0.0, 1.0, 1.0))
    ...     for name in ("Ada", "")
    ... ]
    ['Ada', 'P1']
    """
    return drawable_name(facts.name) or facts.participant


def strongest(signal: EmotionSignal, *, time_s: float) -> tuple[tuple[Emotion, float], ...]:
    """Return the strongest expressions of the second that holds a time, strongest first."""
    first, second = time_to_second(np.array([signal.start_s, time_s])).tolist()
    row = second - first
    if not 0 <= row < len(signal) or np.isnan(signal.probability[row]).any():
        return ()
    shares = signal.probability[row]
    order = np.argsort(-shares, kind="stable")[:N_EXPRESSIONS]
    return tuple((EMOTIONS[k], round(float(shares[k]), 3)) for k in order)


def image_weight(trace: FusionTrace, participant: str, *, time_s: float) -> float | None:
    """Return the image model's weight in the window that holds a time; None outside them."""
    if participant not in trace.participants:
        return None
    window = int(np.searchsorted(trace.window_start_s, time_s, side="right")) - 1
    if window < 0 or time_s >= trace.window_end_s[window]:
        return None
    weight = float(trace.weight[window, trace.participants.index(participant), 0])
    return None if math.isnan(weight) else round(weight, 3)
