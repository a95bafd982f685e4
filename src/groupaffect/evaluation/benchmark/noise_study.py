"""What each way of reducing noise does to false and to missed changes (METHODS 5).

On groups of the choosing half of the faces: defaults may come from this table. Every row
reports changes from the same fused signal by another chain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Float

from groupaffect.change_events import find_events
from groupaffect.evaluation.benchmark.flicker import load_flickers
from groupaffect.evaluation.benchmark.grid import public_conditions
from groupaffect.evaluation.benchmark.group_session import GroupSession, simulate_session
from groupaffect.evaluation.benchmark.pools import load_pools
from groupaffect.evaluation.benchmark.scores import TOLERANCE_S, match_seconds
from groupaffect.evaluation.benchmark.seeing import Sight
from groupaffect.evaluation.benchmark.truth_process import find_changes
from groupaffect.evaluation.benchmark.ways import fuse_adaptively
from groupaffect.fusion.mix import fuse
from groupaffect.settings import SignalSettings, preset
from groupaffect.signals.denoise import denoise
from groupaffect.types import Event

N_SESSIONS = 60  # one of each condition of the public suite
SEED = 5

# From a session and its static mixture to the changes that are reported.
Chain = Callable[[GroupSession, Float[np.ndarray, "t p 7"]], tuple[Event, ...]]


def with_signal_settings(**changed: Any) -> Chain:  # noqa: ANN401 (a field's own type)
    """Return the causal chain with other settings of dismissal, on the static mixture."""
    return lambda session, mixed: _find(session, mixed, **changed)


def with_fourier(energy_share: float) -> Chain:
    """Return the causal chain on each member's series less its weak frequencies; offline."""

    def find(session: GroupSession, mixed: Float[np.ndarray, "t p 7"]) -> tuple[Event, ...]:
        columns = [
            denoise(mixed[:, place], energy_share=energy_share).probability
            for place in range(mixed.shape[1])
        ]
        return _find(session, np.stack(columns, axis=1))

    return find


def with_gate(**changed: Any) -> Chain:  # noqa: ANN401 (a field's own type)
    """Return a chain on what the gate steadied."""

    def find(session: GroupSession, _: Float[np.ndarray, "t p 7"]) -> tuple[Event, ...]:
        steadied = fuse_adaptively(session, preset("default")).probability
        return _find(session, steadied, **changed)

    return find


def as_shipped(session: GroupSession, _: Float[np.ndarray, "t p 7"]) -> tuple[Event, ...]:
    """Return the events of the default preset: by PELT, in the mixture by the gate's weights."""
    return fuse_adaptively(session, preset("default")).events


def _find(
    session: GroupSession,
    probability: Float[np.ndarray, "t p 7"],
    **changed: Any,  # noqa: ANN401 (a field's own type)
) -> tuple[Event, ...]:
    """Return the events in a series by the causal chain, or with other settings of signals."""
    signals = replace(SignalSettings(change_detector="dominant"), **changed)
    settings = replace(preset("default"), signals=signals)
    return find_events(probability, participants=session.participants, settings=settings)


LIVE = "steadied by the gate, then causal (a live picture's)"
SHIPPED = "PELT, by the gate's weights (a session's, as shipped)"
CHAINS: dict[str, Chain] = {
    "every candidate": with_signal_settings(min_change_s=1),
    "debounce 2 s": with_signal_settings(min_change_s=2, recurrence_s=0),
    "debounce 2 s, recurring pattern 60 s (causal)": with_signal_settings(),
    "debounce 3 s, recurring pattern 60 s": with_signal_settings(min_change_s=3),
    "causal, jumps from .7": with_signal_settings(jump=0.7),
    "Fourier, .95 of the energy, then causal": with_fourier(0.95),
    "Fourier, .8 of the energy, then causal": with_fourier(0.8),
    "steadied by the gate, every candidate": with_gate(min_change_s=1),
    "steadied by the gate, debounce 2 s": with_gate(recurrence_s=0),
    LIVE: with_gate(),
    "PELT": with_signal_settings(change_detector="pelt"),
    "PELT, no recurring pattern": with_signal_settings(change_detector="pelt", recurrence_s=0),
    "PELT, 1 false point a minute": with_signal_settings(
        change_detector="pelt", false_points_per_min=1.0
    ),
    "steadied by the gate, then PELT": with_gate(change_detector="pelt"),
    SHIPPED: as_shipped,
}


def study_noise(static_weight: float) -> list[dict[str, Any]]:
    """Return false changes a minute and missed changes for each chain."""
    sight, rng = Sight(load_pools("choosing"), load_flickers()), np.random.default_rng(SEED)
    sessions = [simulate_session(one, sight, rng) for one in public_conditions()[:N_SESSIONS]]
    return [
        {"chain": name} | score_chain(chain, sessions, static_weight)
        for name, chain in CHAINS.items()
    ]


def score_chain(
    chain: Chain, sessions: Sequence[GroupSession], static_weight: float
) -> dict[str, float]:
    """Return how many reported changes are false, and how many true ones are missed."""
    n_found = n_reported = n_true = 0
    minutes = 0.0
    for session in sessions:
        mixed = fuse(session.image, session.landmark, static_weight)
        events = [e for e in chain(session, mixed) if e.kind != "dismissed"]
        true = find_changes(session.truth, tolerance_s=TOLERANCE_S).member_s
        for place, name in enumerate(session.participants):
            reported_s = [event.start_s for event in events if name in event.participants]
            n_found += match_seconds(reported_s, true[place])
            n_reported, n_true = n_reported + len(reported_s), n_true + len(true[place])
        minutes += float((~np.isnan(mixed[..., 0])).sum() / 60)
    return {
        "false_changes_per_min": (n_reported - n_found) / minutes,
        "missed_share": 1.0 - n_found / n_true,
        "f1": 2 * n_found / (n_reported + n_true),
    }
