"""Which expression each person of a script shows at a time: what counts as true.

An entry of the person's own holds first. Then nothing, where the person is unengaged. Then the
group's entry, as late as the person is. The strength shown is the scripted one times the
person's expressiveness.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from groupaffect.synthetic.script import Script, ScriptedPerson
from groupaffect.synthetic.script_rules import MAX_STRENGTH
from groupaffect.timeline import n_seconds
from groupaffect.types import EMOTIONS
from groupaffect.value_checks import check_shapes

NEUTRAL = EMOTIONS.index("neutral")
# Below it nobody could say that the face shows anything; the truth is neutral then (ours).
MIN_TRUE_STRENGTH = 0.2


@dataclass(frozen=True, slots=True)
class Shown:
    """What one person shows at some times.

    Attributes
    ----------
    emotion : (n,) places in ``EMOTIONS``.
    strength : (n,) 0..``MAX_STRENGTH``; 0 where neutral.
    """

    emotion: Int[np.ndarray, " n"]
    strength: Float[np.ndarray, " n"]

    def __post_init__(self) -> None:
        """Check shapes."""
        check_shapes(self, emotion=("n",), strength=("n",))


def show_at(script: Script, person: ScriptedPerson, time_s: Float[np.ndarray, " n"]) -> Shown:
    """Return what a person shows at some times; a face's resting bias is not shown, it is had."""
    emotion = np.full(len(time_s), NEUTRAL)
    strength = np.zeros(len(time_s))
    follows = ~are_within(time_s, person.unengaged)
    for entry in sorted(script.timeline, key=lambda entry: entry.person is not None):
        if entry.person not in (None, person.name):
            continue
        late_s = person.lateness_s if entry.person is None else 0.0
        here = (time_s >= entry.start_s + late_s) & (time_s < entry.end_s + late_s)
        here &= follows | (entry.person is not None)
        emotion[here] = EMOTIONS.index(entry.emotion)
        strength[here] = min(entry.strength * person.expressiveness, MAX_STRENGTH)
    strength[emotion == NEUTRAL] = 0.0
    return Shown(emotion, strength)


def true_seconds(script: Script, person: ScriptedPerson) -> Shown:
    """Return what counts as true in each second: what is shown in its middle.

    A strength below ``MIN_TRUE_STRENGTH`` counts as neutral.
    """
    return true_at(script, person, np.arange(n_seconds(script.duration_s)) + 0.5)


def true_at(script: Script, person: ScriptedPerson, time_s: Float[np.ndarray, " n"]) -> Shown:
    """Return what counts as true at some times."""
    shown = show_at(script, person, time_s)
    clear = shown.strength >= MIN_TRUE_STRENGTH
    return Shown(np.where(clear, shown.emotion, NEUTRAL), np.where(clear, shown.strength, 0.0))


def are_within(
    time_s: Float[np.ndarray, " n"], stretches: tuple[tuple[float, float], ...]
) -> np.ndarray:
    """Return whether each time lies in one of the stretches; their ends do not.

    Examples
    --------
    >>> are_within(np.array([0.0, 1.0, 2.0]), ((1.0, 2.0),)).tolist()
    [False, True, False]
    """
    inside = np.zeros(len(time_s), dtype=bool)
    for start_s, end_s in stretches:
        inside |= (time_s >= start_s) & (time_s < end_s)
    return inside
