"""What happens in a synthetic recording: who is there, and who shows which expression when.

Time is in seconds from the start of the recording. Rules that a script must keep are in
``script_rules``; they are checked when a ``Script`` is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from groupaffect.synthetic.script_rules import check_script
from groupaffect.types import Emotion

LayoutName = Literal["1x2", "2x2", "3x3", "room"]

Stretch = tuple[float, float]  # start_s and end_s; the end is not in it


@dataclass(frozen=True, slots=True)
class ScriptedPerson:
    """One person of a script.

    Attributes
    ----------
    name : by which the timeline calls the person, and tables and reports.
    identity_seed : two people with one seed look the same.
    expressiveness : 0..1.5, what every scripted strength is multiplied by.
    resting_emotion, resting_strength : what the face seems to show at rest, and how clearly
        (0..1); a face that reads as sad though its owner shows nothing.
    noise : standard deviation of the camera's noise in grey levels, 0..60; a room has one
        camera, with the most that is scripted.
    lateness_s : how much later than the others the person follows the group.
    unengaged : stretches in which the person does not follow the group at all.
    speaking : stretches in which the person speaks.
    """

    name: str
    identity_seed: int
    expressiveness: float = 1.0
    resting_emotion: Emotion = "neutral"
    resting_strength: float = 0.0
    noise: float = 2.0
    lateness_s: float = 0.0
    unengaged: tuple[Stretch, ...] = ()
    speaking: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True)
class ScriptedEmotion:
    """An expression that the group, or one person, shows for a while.

    Attributes
    ----------
    start_s, end_s : from when until when; the end is not in it.
    strength : 0..1.25, before each person's expressiveness; 1 is clear.
    person : who shows it, whatever the group does meanwhile; None for the group.
    """

    start_s: float
    end_s: float
    emotion: Emotion
    strength: float = 1.0
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Script:
    """A whole synthetic recording.

    Attributes
    ----------
    title : for people.
    seed : of all that chance decides: blinks, sway, words, noise.
    duration_s : of the recording. rate_hz : pictures a second.
    width_px, height_px : of the picture; even, as video needs it.
    layout : tiles by row and column, or "room": side by side before one background.
    people : in reading order of their places.
    timeline : what they show.

    Raises
    ------
    UsageError : a rule is broken; names the entry and its key.
    """

    title: str
    duration_s: float
    layout: LayoutName
    people: tuple[ScriptedPerson, ...]
    timeline: tuple[ScriptedEmotion, ...] = ()
    seed: int = 0
    rate_hz: float = 10.0
    width_px: int = 960
    height_px: int = 540

    def __post_init__(self) -> None:
        """Check the rules."""
        check_script(self)

    @property
    def n_frames(self) -> int:
        """How many pictures the recording has."""
        return max(1, round(self.duration_s * self.rate_hz))
