"""Recordings with known truth as sessions of the benchmark: reported apart, nothing chosen by them.

The acted one plays clips of two seconds forward and back, so nothing about cadence may be
concluded from it. The rendered ones show people who do not exist, played by the demonstration's
script: subtle, exaggerated, with a biased resting face, and drifting away.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from groupaffect.evaluation.benchmark.group_session import GroupSession
from groupaffect.evaluation.truth import read_truth
from groupaffect.evaluation.video_study import read_recording
from groupaffect.settings import preset
from groupaffect.synthetic.demo import demo_script
from groupaffect.synthetic.script import Script
from groupaffect.synthetic.synthesis import synthesize
from groupaffect.types import MODELS

N_RENDERED = 6
FIRST_SEED = 3000  # nobody of the demonstration, nor of its dose-response


def read_acted(groups: Path) -> GroupSession:
    """Analyse ``acted_2x2_dev.mp4`` and return it with its truth.

    Parameters
    ----------
    groups : the folder ``clips/groups``.
    """
    recording, truth = groups / "acted_2x2_dev.mp4", groups / "acted_2x2_dev_truth.csv"
    return read_with_truth(recording, truth, name="acted_2x2_dev")


def read_rendered(
    *, n: int = N_RENDERED, on_session: Callable[[int, int], None] = lambda _done, _total: None
) -> list[GroupSession]:
    """Render the demonstration's script with other people each time, and analyse it.

    Parameters
    ----------
    n : recordings; each is two minutes of four people, and takes about a minute.
    on_session : is told how many of them are done.
    """
    sessions = []
    for place in range(n):
        with tempfile.TemporaryDirectory() as folder:
            made = synthesize(cast_anew(demo_script(), place), output=Path(folder) / "made")
            name = f"rendered {place + 1}"
            sessions.append(read_with_truth(made / "recording.mp4", made / "truth.csv", name=name))
        on_session(place + 1, n)
    return sessions


def cast_anew(script: Script, place: int) -> Script:
    """Return a script with the same parts, played by others.

    Examples
    --------
    >>> [person.identity_seed for person in cast_anew(demo_script(), 1).people]
    [3004, 3005, 3006, 3007]
    """
    first = FIRST_SEED + place * len(script.people)
    people = tuple(
        replace(person, identity_seed=first + k) for k, person in enumerate(script.people)
    )
    return replace(script, people=people, seed=script.seed + place)


def read_with_truth(recording: Path, truth_file: Path, *, name: str) -> GroupSession:
    """Analyse a recording and return what both models read beside what was true.

    Parameters
    ----------
    truth_file : as ``evaluation.truth.read_truth`` takes it.
    """
    analysis, _ = read_recording(recording, preset("default"))
    truth = read_truth(truth_file, analysis.participants, ignore_others=True)
    people = tuple(person.participant for person in analysis.participants)
    signals = {model: [analysis.signal(who, model) for who in people] for model in MODELS}
    n = len(signals["image"][0])
    labels = np.full((n, len(people)), -1)
    for place, who in enumerate(people):
        known = truth.get(who, np.empty(0, dtype=np.int64))[:n]
        labels[: len(known), place] = known
    return GroupSession(
        name=name,
        participants=people,
        traits=("recorded",) * len(people),
        truth=labels,
        image=np.stack([signal.probability for signal in signals["image"]], axis=1),
        landmark=np.stack([signal.probability for signal in signals["landmark"]], axis=1),
        quality=np.stack([signal.quality for signal in signals["image"]], axis=1),
    )
