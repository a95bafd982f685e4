"""Scripts of rendered groups, one of whom seems to show something at rest.

Each cast plays twice: a recording to learn from, and a later one with a script of its own, other
turns to speak and a noisier camera. The people do not exist; the timeline moves as the simulated
groups do (``benchmark.truth_process``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from groupaffect.evaluation.benchmark.truth_process import NEUTRAL, simulate_truth
from groupaffect.evaluation.personal.simulated import N_MEMBERS, TOGETHER
from groupaffect.synthetic.script import Script, ScriptedEmotion, ScriptedPerson, Stretch
from groupaffect.types import EMOTIONS, Emotion

N_CASTS = 12
FIRST_SEED = 7000  # nobody of the demonstration, of other studies, or of dose-response
REST_S = 20  # before the first expression of the recording to learn from (ours)
LEARN_S, LATER_S = 320, 300  # five minutes of a group each, after the rest
RATE_HZ = 1.0  # pictures a second; as many faces as in the simulated study
SIZE_PX = (480, 270)
RESTING_STRENGTH = 0.5  # of what the biased face seems to show; 1 is a clear expression (ours)
STRENGTH = (0.7, 1.1)  # of expressions, drawn anew for each (ours)
EXPRESSIVENESS = (0.75, 1.2)  # of people (ours)
TURN_S, PAUSE_S = (4, 9), (1, 5)  # of one who speaks, and before the next (ours)
NOISE = {"learn": 2.0, "later": 4.0}  # of the camera, grey levels (ours)
BIASED = 0  # place in the script


@dataclass(frozen=True, slots=True)
class RenderedCast:
    """Four people in two recordings.

    Attributes
    ----------
    learn, later : scripts of the same people.
    resting_emotion : what the one at ``BIASED`` seems to show at rest.
    """

    learn: Script
    later: Script
    resting_emotion: Emotion


def make_cast(number: int, *, learn_s: int = LEARN_S, later_s: int = LATER_S) -> RenderedCast:
    """Return a cast by its number, from 0; the six emotions take turns as what is seen at rest.

    Examples
    --------
    >>> made = make_cast(1, learn_s=60, later_s=30)
    >>> made.resting_emotion, made.learn.timeline == made.later.timeline
    ('disgust', False)
    """
    resting: Emotion = EMOTIONS[number % NEUTRAL]
    rng = np.random.default_rng([FIRST_SEED, number])
    expressiveness = rng.uniform(*EXPRESSIVENESS, N_MEMBERS).round(2)
    scripts = []
    for part, (name, length_s, rest_s) in enumerate(
        [("learn", learn_s, REST_S), ("later", later_s, 0)]
    ):
        truth = simulate_truth(
            TOGETHER,
            n_members=N_MEMBERS,
            duration_s=length_s - rest_s,
            haste=(1.0,) * N_MEMBERS,
            rng=rng,
        )
        turns = list(_turns(rest_s, length_s, rng))
        people = tuple(
            ScriptedPerson(
                name=f"Member {place + 1}",
                identity_seed=FIRST_SEED + number * N_MEMBERS + place,
                expressiveness=float(expressiveness[place]),
                resting_emotion=resting if place == BIASED else "neutral",
                resting_strength=RESTING_STRENGTH if place == BIASED else 0.0,
                noise=NOISE[name],
                speaking=tuple(turn for who, turn in turns if who == place),
            )
            for place in range(N_MEMBERS)
        )
        timeline = (
            entry
            for place, person in enumerate(people)
            for entry in _entries(truth[:, place], person.name, rest_s, rng)
        )
        scripts.append(
            Script(
                title=f"Cast {number + 1}, {name}",
                duration_s=float(length_s),
                layout="2x2",
                people=people,
                timeline=tuple(timeline),
                seed=FIRST_SEED + 2 * number + part,
                rate_hz=RATE_HZ,
                width_px=SIZE_PX[0],
                height_px=SIZE_PX[1],
            )
        )
    return RenderedCast(scripts[0], scripts[1], resting)


def _turns(start_s: int, end_s: int, rng: np.random.Generator) -> Iterator[tuple[int, Stretch]]:
    """Yield who speaks when, one after the other."""
    while True:
        first = start_s + int(rng.integers(*PAUSE_S))
        start_s = first + int(rng.integers(*TURN_S))
        if start_s > end_s:
            return
        yield int(rng.integers(N_MEMBERS)), (float(first), float(start_s))


def _entries(
    shown: Int[np.ndarray, " t"], name: str, start_s: int, rng: np.random.Generator
) -> Iterator[ScriptedEmotion]:
    """Yield what a member shows, an entry for each stretch that is not neutral."""
    edges = np.flatnonzero(np.diff(shown)) + 1
    for first, last in zip([0, *edges], [*edges, len(shown)], strict=True):
        strength = round(float(rng.uniform(*STRENGTH)), 2)
        if shown[first] != NEUTRAL:
            span = float(start_s + first), float(start_s + last)
            yield ScriptedEmotion(*span, EMOTIONS[shown[first]], strength, name)
