"""What a face does at one moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from groupaffect.value_checks import check_shapes


@dataclass(frozen=True, slots=True)
class FaceState:
    """What a face does at one moment.

    Attributes
    ----------
    emotion_strength : (7,) in the order of ``EMOTIONS``: 0 none, 1 a clear natural
        expression, a little above 1 exaggerated; neutral's entry is ignored.
    mouth_open : 0..1, how far speech opens the mouth.
    eyes_closed : 0..1, how far a blink closes the eyes.
    turn_deg : how far the head is turned to the viewer's right, -15..15.
    roll_deg : how far the head leans clockwise as the viewer sees it.
    shift_xy : sway of the head to the right and down, in heights of the tile.
    """

    emotion_strength: Float[np.ndarray, " 7"]
    mouth_open: float = 0.0
    eyes_closed: float = 0.0
    turn_deg: float = 0.0
    roll_deg: float = 0.0
    shift_xy: tuple[float, float] = (0.0, 0.0)

    def __post_init__(self) -> None:
        """Check the strengths' shape."""
        check_shapes(self, emotion_strength=(7,))
