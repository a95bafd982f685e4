"""Colours: one for each emotion, the same in every figure, told apart by colour-blind readers.

Emotions: from Okabe & Ito (2008), "Color Universal Design", without its yellow, which fades on
white; neutral is grey because it is the absence of the others. Participants, in the overlay alone:
the "light" scheme of Tol (2021), "Colour Schemes", which shows on dark plates and most pictures.
"""

from __future__ import annotations

from groupaffect.types import Emotion, GroupKind

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

# Kinds of group: steps of lightness, none a warning: no kind is better than another.
KIND_COLOURS: dict[GroupKind, str] = {
    "unengaged": "#C9A227",
    "engaged": "#7FA6C9",
    "synchronous": "#33658A",
    "homogeneous": "#1B2A41",
    "undetermined": "#A6A6A6",
    "insufficient_data": "#D9D9D9",
}
ENGAGED_COLOURS = {1: "#33658A", 0: "#E3CB7C", -1: "#EDEDED"}
_CAMP_COLOURS = ("#5B4A91", "#E8A87C", "#6FA287", "#B8B8B8")

_DARK = 0.2  # brightness below which white text stands out more than ours

PARTICIPANT_COLOURS = (
    *("#77AADD", "#EE8866", "#EEDD88", "#FFAABB"),
    *("#99DDFF", "#44BB99", "#BBCC33", "#AAAA00"),
)


def camp_colour(camp: int) -> str:
    """Return the colour of a camp; a number means nothing beyond its second.

    Examples
    --------
    >>> camp_colour(0) != camp_colour(1)
    True
    """
    return _CAMP_COLOURS[camp % len(_CAMP_COLOURS)]


def ink_on(fill: str) -> str:
    """Return the colour of text that can be read on a fill: white on dark ones.

    Examples
    --------
    >>> ink_on(EMOTION_COLOURS["sad"]), ink_on(EMOTION_COLOURS["happy"])
    ('#FFFFFF', '#222222')
    """
    red, green, blue = (int(fill[k : k + 2], 16) / 255 for k in (1, 3, 5))
    brightness = 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2  # as in sRGB
    return "#FFFFFF" if brightness < _DARK else INK


def participant_colour(place: int) -> str:
    """Return the colour of the participant at a place in the session's order; they come again.

    Examples
    --------
    >>> participant_colour(0) == participant_colour(8)
    True
    """
    return PARTICIPANT_COLOURS[place % len(PARTICIPANT_COLOURS)]
