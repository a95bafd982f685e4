"""All changes of a stretch of members' series, once every second of it is known.

Composes ``signals.changes`` or ``signals.change_points`` with ``change_log``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from groupaffect.change_log import (
    ChangeLog,
    flush_changes,
    start_changes,
    step_changes,
    step_moves,
)
from groupaffect.settings import Settings
from groupaffect.signals.change_points import find_candidates, replay_candidates
from groupaffect.signals.changes import Move
from groupaffect.types import Event


def find_events(
    probability: Float[np.ndarray, "t p 7"],
    *,
    participants: Sequence[str],
    settings: Settings,
    first_second: int = 0,
    own_history_only: bool = False,
) -> tuple[Event, ...]:
    """Return the settled events of all members, by start; offline.

    Parameters
    ----------
    probability : (t, p, 7) rows sum to 1 or are NaN.
    settings : ``signals.change_detector`` says who finds the candidates.
    own_history_only : no step looks across members; see ``change_log.start_changes``.

    Examples
    --------
    >>> series = np.eye(7)[[6] * 10 + [3] * 10][:, None]
    >>> [event] = find_events(series, participants=["P1"], settings=Settings())
    >>> event.start_s, event.from_label, event.to_label
    (10.0, 'neutral', 'happy')
    """
    log = start_changes(
        participants,
        settings=settings.signals,
        tolerance_s=settings.group.tolerance_s,
        own_history_only=own_history_only,
    )
    steps = _found_steps if settings.signals.change_detector == "pelt" else _causal_steps
    events: list[Event] = []
    for after, settled in steps(log, probability, first_second):
        log = after
        events += settled
    _, late = flush_changes(log)
    return tuple(sorted((*events, *late), key=lambda event: (event.start_s, event.kind)))


def finish_events(events: Sequence[Event], *, end_s: float) -> tuple[Event, ...]:
    """Let each kept change last until most of its members' next kept change; offline.

    On settling, ``end_s`` is only what is known some seconds after the start. With all events at
    hand a kept change ends at the median of its members' next kept changes, or with the
    recording. Dismissed changes keep the end that dismissed them.

    Parameters
    ----------
    events : of a whole recording. end_s : when it ends.

    Examples
    --------
    >>> def happy(start_s, end_s):
    ...     return Event("individual", start_s, end_s, ("P1",), "neutral", "happy", 1.0, "")
    >>> [event.end_s for event in finish_events([happy(2.0, 7.0), happy(30.0, 35.0)], end_s=60.0)]
    [30.0, 60.0]
    """
    kept_s: dict[str, list[float]] = {}
    for event in events:
        for name in event.participants if event.kind != "dismissed" else ():
            kept_s.setdefault(name, []).append(event.start_s)
    for starts_s in kept_s.values():
        starts_s.sort()

    def next_kept_s(name: str, start_s: float) -> float:
        later = bisect_right(kept_s[name], start_s)
        return kept_s[name][later] if later < len(kept_s[name]) else end_s

    def ended(event: Event) -> Event:
        if event.kind == "dismissed":
            return event
        ends = sorted(next_kept_s(name, event.start_s) for name in event.participants)
        return replace(event, end_s=max(ends[(len(ends) - 1) // 2], event.start_s))

    return tuple(ended(event) for event in events)


def _causal_steps(
    log: ChangeLog, probability: Float[np.ndarray, "t p 7"], first_second: int
) -> Iterator[tuple[ChangeLog, tuple[Event, ...]]]:
    everybody = np.ones(probability.shape[1], dtype=bool)
    for second, row in enumerate(probability, first_second):
        log, settled = step_changes(log, second, row, everybody)
        yield log, settled


def _found_steps(
    log: ChangeLog, probability: Float[np.ndarray, "t p 7"], first_second: int
) -> Iterator[tuple[ChangeLog, tuple[Event, ...]]]:
    seen = np.isfinite(probability).all(axis=2)  # (t, p)
    moves: list[Iterator[Move]] = [
        replay_candidates(
            find_candidates(probability[:, k], settings=log.settings, first_second=first_second),
            seen[:, k],
            first_second=first_second,
        )
        for k in range(probability.shape[1])
    ]
    for row, visible in enumerate(seen):
        places = np.flatnonzero(visible).tolist()
        log, settled = step_moves(log, first_second + row, [next(m) for m in moves], visible=places)
        yield log, settled
