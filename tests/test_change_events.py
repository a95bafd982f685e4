from __future__ import annotations

import numpy as np
import pytest

from groupaffect.change_events import find_events
from groupaffect.change_log import flush_changes, start_changes, step_changes
from groupaffect.settings import Settings, SignalSettings
from groupaffect.types import Event
from reference.random_expressions import one_hot, random_members

DOMINANT, PELT = (
    Settings(signals=SignalSettings(change_detector=detector)) for detector in ("dominant", "pelt")
)
NAMES = ["P1", "P2", "P3", "P4"]


def fold(probability: np.ndarray) -> list[Event]:
    log = start_changes(NAMES, settings=DOMINANT.signals, tolerance_s=DOMINANT.group.tolerance_s)
    events: list[Event] = []
    for second, rows in enumerate(probability):
        log, settled = step_changes(log, second, rows, ~np.isnan(rows[:, 0]))
        events += settled
    return [*events, *flush_changes(log)[1]]


def test_find_events_dominant_are_those_of_the_causal_fold() -> None:
    rows = random_members(np.random.default_rng(2), n_seconds=150, n_members=4)
    found = find_events(rows, participants=NAMES, settings=DOMINANT)
    folded = fold(rows)
    assert len(found) == len(folded) > 10
    assert set(found) == set(folded)


def together(*labels: str) -> np.ndarray:
    return np.stack([one_hot(row) for row in labels], axis=1)


@pytest.mark.parametrize("settings", [DOMINANT, PELT], ids=["dominant", "pelt"])
def test_find_events_clear_changes_are_the_same_by_either_detector(settings: Settings) -> None:
    rows = together(
        "nnnnnnnnhhhhhhhhhhhhhhhh",
        "nnnnnnnnnhhhhhhhhhhhhhhh",
        "nnnnnnnnhhhhhhhhhssssssss"[:24],
        "nnnnnnnnnnnnnnnnnnnnnnnn",
    )
    found = find_events(rows, participants=NAMES, settings=settings)
    assert [(e.kind, e.start_s, e.participants, e.to_label) for e in found] == [
        ("group", 8.0, ("P1", "P2", "P3"), "happy"),
        ("individual", 17.0, ("P3",), "sad"),
    ]


def test_find_events_pelt_in_noise_finds_fewer_changes_than_the_dominant_label() -> None:
    rng = np.random.default_rng(4)
    level = np.array([0.02, 0.02, 0.02, 0.44, 0.02, 0.02, 0.46])  # happy or neutral: a coin
    rows = np.abs(level + 0.05 * rng.normal(size=(200, 4, 7)))
    rows /= rows.sum(axis=2, keepdims=True)
    by_label, by_pelt = (
        len(find_events(rows, participants=NAMES, settings=settings))
        for settings in (DOMINANT, PELT)
    )
    assert by_label > 40
    assert by_pelt < 7


@pytest.mark.parametrize("settings", [DOMINANT, PELT], ids=["dominant", "pelt"])
@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(np.empty((0, 4, 7)), id="no-seconds"),
        pytest.param(np.full((20, 4, 7), np.nan), id="never-seen"),
        pytest.param(np.full((20, 4, 7), 1 / 7), id="constant"),
        pytest.param(np.full((1, 4, 7), 1 / 7), id="one-second"),
    ],
)
def test_find_events_without_any_change_are_none(settings: Settings, rows: np.ndarray) -> None:
    assert find_events(rows, participants=NAMES, settings=settings) == ()
