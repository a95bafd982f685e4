"""Scripts for tests: plain ones, and any that the rules allow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from groupaffect.synthetic.script import Script, ScriptedEmotion, ScriptedPerson
from groupaffect.types import EMOTIONS

# Five seconds of a call that is rendered and analysed once for all tests.
CALL = """\
title = "A short call"
duration_s = 5
rate_hz = 8
width_px = 640
height_px = 360
layout = "2x2"
people = [
    {name = "Ada", identity_seed = 1},
    {name = "Ben", identity_seed = 2},
    {name = "Cid", identity_seed = 3},
    {name = "Dee", identity_seed = 4},
]
timeline = [{start_s = 2, end_s = 5, emotion = "happy"}]
"""
NAMES = ("Ada", "Ben", "Cid", "Dee")


def people(n: int = 4, **how: Any) -> tuple[ScriptedPerson, ...]:  # noqa: ANN401
    return tuple(ScriptedPerson(name, k, **how) for k, name in enumerate(NAMES[:n]))


def make_script(
    *timeline: ScriptedEmotion,
    who: tuple[ScriptedPerson, ...] | None = None,
    duration_s: float = 20.0,
    **how: Any,  # noqa: ANN401
) -> Script:
    size = {"width_px": 128, "height_px": 72, "rate_hz": 10.0}
    return Script("made", duration_s, "2x2", who or people(), timeline, **(size | how))


def random_script(rng: np.random.Generator) -> Script:
    """Return a script in which everything happens to everybody, at times of a quarter second."""
    who = tuple(
        replace(
            person,
            expressiveness=float(rng.choice([0.15, 0.5, 1.0, 1.5])),
            lateness_s=float(rng.choice([0.0, 0.25, 1.5])),
            unengaged=_stretches(rng) if rng.random() < 0.5 else (),
        )
        for person in people()
    )
    entries = [
        ScriptedEmotion(
            start_s,
            end_s,
            EMOTIONS[rng.integers(7)],
            float(rng.choice([0.1, 0.3, 0.6, 1.0, 1.25])),
            name,
        )
        for name in (None, *NAMES)
        for start_s, end_s in _stretches(rng)
    ]
    rng.shuffle(entries)  # type: ignore[arg-type]
    return make_script(*entries, who=who, seed=int(rng.integers(1000)))


def _stretches(rng: np.random.Generator) -> tuple[tuple[float, float], ...]:
    edges = np.sort(rng.choice(np.arange(1, 80), 6, replace=False)) / 4
    return tuple((float(a), float(b)) for a, b in edges.reshape(3, 2))
