"""Colours: one for each emotion, the same in every figure, told apart by colour-blind readers.

Emotions: from Okabe & Ito (2008), "Color Universal Design", without its yellow, which fades on
white; neutral is grey because it is the absence of the others. Participants, in the overlay alone:
the "light" scheme of Tol (2021), "Colour Schemes", which shows on dark plates and most pictures.
"""

from __future__ import annotations

from groupaffect.types import Emotion

EMOTION_COLOURS: dict[Emotion, str] = {
    "angry": "#D55E00",
    "disgust": "#009E73",
    "fear": "#CC79A7",
    "happy": "#E69F00",
    "sad": "#0072B2",
    "surprise": "#56B4E9",
    "neutral": "#A6A6A6",
}

INK = "#222222"
FAINT = "#6B6B6B"
RULE = "#D9D9D9"
IMAGE_FILL = "#CFCBE6"
LANDMARK_FILL = "#F3EAD3"
CLAMP_FILL = "#8A8A8A"
CLAMP_LINE = "#A3123A"

PARTICIPANT_COLOURS = (
    *("#77AADD", "#EE8866", "#EEDD88", "#FFAABB"),
    *("#99DDFF", "#44BB99", "#BBCC33", "#AAAA00"),
)


def participant_colour(place: int) -> str:
    """Return the colour of the participant at a place in the session's order; they come again.

    Examples
    --------
    >>> participant_colour(0) == participant_colour(8)
    True
    """
    return PARTICIPANT_COLOURS[place % len(PARTICIPANT_COLOURS)]
