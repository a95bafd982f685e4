"""What steps across members do to tests of synchrony (METHODS 8, "cross-member steps")."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from groupaffect.adaptive import admit, start_adaptive, step_adaptive
from groupaffect.change_log import flush_changes
from groupaffect.evaluation.calibration_rate import Rate, summarise
from groupaffect.evaluation.made_members import (
    SIGNALS,
    Seconds,
    Series,
    count_made,
    find_changes,
    make_scores,
    read_by_model,
)
from groupaffect.fusion.mix import fuse
from groupaffect.group.synchrony import measure_synchrony
from groupaffect.settings import FusionSettings, Settings
from groupaffect.types import Event


def count_inflation(
    *, n_members: int, minutes: int, n_sessions: int, settings: Settings
) -> dict[str, dict[str, Rate]]:
    """Return false positives on signals with cross-member steps, beside those without.

    Members who do not react are read by two models that err by themselves. "even mixture": as the
    package tests. "adaptive weights": fused by the paper's rule, changes by own history. "and
    dismissal by group": kept because they fall into group events, at their own times. "as in
    events.csv": the same, those of a group event all at its time.
    """
    p: dict[str, list[tuple[list[float], list[float]]]] = defaultdict(list)
    for session in range(n_sessions):
        rng = np.random.default_rng([session, minutes, n_members])
        made = {"n_seconds": 60 * minutes, "n_members": n_members}
        scores = make_scores(rng, SIGNALS["AR(.5)"], **made)
        image, landmark = read_by_model(rng, scores), read_by_model(rng, scores)
        even = fuse(image, landmark, 0.5)
        fused, kept_s, events = _fuse_adaptively(image, landmark, settings)
        variants = {
            "even mixture": find_changes(even, settings=settings.signals).kept_s,
            "adaptive weights": find_changes(fused, settings=settings.signals).kept_s,
            "and dismissal by group": kept_s,
            "as in events.csv": _reported(events, n_members),
        }
        for name, change_s in variants.items():
            counts = count_made(change_s, 60 * minutes, settings)
            found = measure_synchrony(counts, settings=settings.group)
            p[name].append(([one.p for one in found.members], [found.group.p]))
    return {
        name: {
            "member": summarise([member for member, _ in groups]),
            "group": summarise([group for _, group in groups]),
        }
        for name, groups in p.items()
    }


def _fuse_adaptively(
    image: Series, landmark: Series, settings: Settings
) -> tuple[Series, Seconds, list[Event]]:
    """Fuse with the paper's rule; return the series, each member's kept changes, all events."""
    settings = replace(settings, fusion=FusionSettings(rule="paper"))
    names = [str(k) for k in range(image.shape[1])]
    quality = np.ones(image.shape[1])
    state = admit(start_adaptive(settings), names, settings)
    fused, events = np.empty_like(image), list[Event]()
    kept_s: list[set[int]] = [set() for _ in names]
    for second in range(len(image)):
        state, fused[second], settled = step_adaptive(
            state, second, image[second], landmark[second], quality=quality, settings=settings
        )
        events += settled
        for own, member in zip(kept_s, state.log.members, strict=True):
            own.update(member.kept_s)
    seconds = [np.array(sorted(own), dtype=np.int64) for own in kept_s]
    return fused, seconds, [*events, *flush_changes(state.log)[1]]


def _reported(events: Sequence[Event], n_members: int) -> Seconds:
    return [
        np.array(
            [int(e.start_s) for e in events if e.kind != "dismissed" and str(k) in e.participants],
            dtype=np.int64,
        )
        for k in range(n_members)
    ]
