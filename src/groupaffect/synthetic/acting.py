"""Act a script: what each person's face does in every frame.

Everything that chance decides is drawn from streams of its own, by the script's seed and the
person's place: another timeline changes no blink, and nobody's acting depends on anybody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from jaxtyping import Float

from groupaffect.synthetic.face_habits import blink, speak, stray, sway
from groupaffect.synthetic.performance import FaceState
from groupaffect.synthetic.script import Script, ScriptedPerson
from groupaffect.synthetic.showing import NEUTRAL, are_within, show_at
from groupaffect.types import EMOTIONS
from groupaffect.value_checks import check_shapes

RISE_S = 0.5  # how long an expression takes to come or go (ours)
MAX_TURN_DEG, MAX_ROLL_DEG = 7.0, 3.0  # of the head's sway (ours)
MAX_SHIFT_SHARE = 0.02  # of the tile's height (ours)


class Stream(IntEnum):
    """What has random numbers of its own."""

    BLINK = 1
    SPEECH = 2
    STRAY = 3
    TURN = 4
    ROLL = 5
    SHIFT_X = 6
    SHIFT_Y = 7
    CAMERA = 8


@dataclass(frozen=True, slots=True)
class Performance:
    """What one person's face does; one row for each frame, see ``FaceState``.

    Attributes
    ----------
    emotion_strength : (f, 7). mouth_open, eyes_closed, turn_deg, roll_deg : (f,).
    shift_xy : (f, 2) in heights of the tile.
    """

    emotion_strength: Float[np.ndarray, "f 7"]
    mouth_open: Float[np.ndarray, " f"]
    eyes_closed: Float[np.ndarray, " f"]
    turn_deg: Float[np.ndarray, " f"]
    roll_deg: Float[np.ndarray, " f"]
    shift_xy: Float[np.ndarray, "f 2"]

    def __post_init__(self) -> None:
        """Check shapes."""
        check_shapes(
            self,
            emotion_strength=("f", 7),
            mouth_open=("f",),
            eyes_closed=("f",),
            turn_deg=("f",),
            roll_deg=("f",),
            shift_xy=("f", 2),
        )

    def __len__(self) -> int:
        return len(self.mouth_open)

    def state(self, frame: int) -> FaceState:
        """Return what the face does in one frame."""
        x, y = self.shift_xy[frame].tolist()
        return FaceState(
            self.emotion_strength[frame],
            mouth_open=float(self.mouth_open[frame]),
            eyes_closed=float(self.eyes_closed[frame]),
            turn_deg=float(self.turn_deg[frame]),
            roll_deg=float(self.roll_deg[frame]),
            shift_xy=(x, y),
        )


def act(script: Script, index: int) -> Performance:
    """Return what the face of a script's person does in each frame.

    Parameters
    ----------
    index : the person's place among ``script.people``.
    """
    person, time_s = script.people[index], frame_times(script)
    wanted = _wanted_strengths(script, person, time_s)
    idle = are_within(time_s, person.unengaged)[:, None]
    wanted += idle * stray(time_s, _rng(script, index, Stream.STRAY))
    return Performance(
        emotion_strength=ease(wanted, rate_hz=script.rate_hz),
        mouth_open=are_within(time_s, person.speaking)
        * speak(time_s, _rng(script, index, Stream.SPEECH)),
        eyes_closed=blink(time_s, _rng(script, index, Stream.BLINK)),
        turn_deg=MAX_TURN_DEG * sway(time_s, _rng(script, index, Stream.TURN)),
        roll_deg=MAX_ROLL_DEG * sway(time_s, _rng(script, index, Stream.ROLL)),
        shift_xy=MAX_SHIFT_SHARE
        * np.stack(
            [
                sway(time_s, _rng(script, index, Stream.SHIFT_X)),
                sway(time_s, _rng(script, index, Stream.SHIFT_Y)),
            ],
            axis=1,
        ),
    )


def frame_times(script: Script) -> Float[np.ndarray, " f"]:
    """Return the time of each frame."""
    return np.arange(script.n_frames) / script.rate_hz


def ease(wanted: Float[np.ndarray, "f k"], *, rate_hz: float) -> Float[np.ndarray, "f k"]:
    """Return strengths that follow the wanted ones smoothly, within ``RISE_S``; never before.

    The wanted course is averaged under a raised cosine over the last ``RISE_S`` seconds.

    Examples
    --------
    >>> wanted = np.array([[0.0], [0.0], [1.0], [1.0], [1.0], [1.0], [1.0]])
    >>> ease(wanted, rate_hz=8.0)[:, 0].round(2).tolist()
    [0.0, 0.0, 0.14, 0.5, 0.86, 1.0, 1.0]
    """
    n = max(1, round(RISE_S * rate_hz))
    weight = np.sin(np.pi * (np.arange(n) + 1) / (n + 1)) ** 2 if n > 1 else np.ones(1)
    weight /= weight.sum()
    before = np.repeat(wanted[:1], n, axis=0)  # as if it had always been so
    longer = np.concatenate([before, wanted])
    windows = np.lib.stride_tricks.sliding_window_view(longer, n, axis=0)[1:]  # (f, k, n)
    return np.asarray(windows @ weight[::-1])


def _wanted_strengths(
    script: Script, person: ScriptedPerson, time_s: Float[np.ndarray, " f"]
) -> Float[np.ndarray, "f 7"]:
    """Return the scripted strengths, and the resting bias where nothing stronger is shown."""
    shown = show_at(script, person, time_s)
    wanted = np.zeros((len(time_s), len(EMOTIONS)))
    wanted[np.arange(len(time_s)), shown.emotion] = shown.strength
    resting = EMOTIONS.index(person.resting_emotion)
    at_rest = shown.strength <= person.resting_strength
    wanted[at_rest, resting] = np.maximum(wanted[at_rest, resting], person.resting_strength)
    wanted[:, NEUTRAL] = 0.0
    return wanted


def _rng(script: Script, index: int, stream: Stream) -> np.random.Generator:
    return np.random.default_rng([script.seed, index, stream])
