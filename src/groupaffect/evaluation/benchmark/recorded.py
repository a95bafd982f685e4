"""The acted group recording as a session of the benchmark: reported apart, nothing chosen by it.

It plays clips of two seconds forward and back, so nothing about cadence may be concluded.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from groupaffect.evaluation.benchmark.group_session import GroupSession
from groupaffect.evaluation.truth import read_truth
from groupaffect.evaluation.video_study import read_recording
from groupaffect.settings import preset


def read_acted(groups: Path) -> GroupSession:
    """Analyse ``acted_2x2_dev.mp4`` and return it with its truth.

    Parameters
    ----------
    groups : the folder ``clips/groups``.
    """
    analysis, _ = read_recording(groups / "acted_2x2_dev.mp4", preset("default"))
    truth = read_truth(groups / "acted_2x2_dev_truth.csv", analysis.participants)
    people = tuple(person.participant for person in analysis.participants)
    signals = {
        model: [analysis.signal(who, model) for who in people] for model in ("image", "landmark")
    }
    n = len(signals["image"][0])
    labels = np.full((n, len(people)), -1)
    for place, who in enumerate(people):
        known = truth.get(who, np.empty(0, dtype=np.int64))[:n]
        labels[: len(known), place] = known
    return GroupSession(
        name="acted_2x2_dev",
        participants=people,
        traits=("recorded",) * len(people),
        truth=labels,
        image=np.stack([signal.probability for signal in signals["image"]], axis=1),
        landmark=np.stack([signal.probability for signal in signals["landmark"]], axis=1),
        quality=np.stack([signal.quality for signal in signals["image"]], axis=1),
    )
