"""Which conditions the suites hold, and which of them the gate never saw."""

from __future__ import annotations

from groupaffect.evaluation.benchmark.conditions import (
    APART,
    CALM,
    CAMPS,
    LIVELY,
    QUICK,
    TRAITS,
    Condition,
    Dynamics,
)
from groupaffect.evaluation.benchmark.train_gate import LEARNED_FROM

# Dynamics, members, seconds, factor of the wavering.
Setting = tuple[Dynamics, int, int, float]
SETTINGS: tuple[Setting, ...] = (
    (LIVELY, 2, 240, 1.0),
    (LIVELY, 4, 300, 1.0),
    (CALM, 6, 420, 1.0),
    (QUICK, 3, 180, 1.0),
    (APART, 4, 300, 1.4),
    (CAMPS, 8, 180, 0.7),
)
QUICK_SETTINGS: tuple[Setting, ...] = ((LIVELY, 3, 120, 1.0), (QUICK, 2, 120, 1.0))
LONG = Condition("usual", ("usual",), CALM, n_members=4, duration_s=3600)
REPEATS = 4  # groups of each condition in the public suite


def public_conditions() -> list[Condition]:
    """Return 240 groups of two to eight people for minutes, and two for an hour."""
    grid = [_condition(trait, one) for trait in TRAITS for one in SETTINGS]
    return [*(grid * REPEATS), LONG, LONG]


def quick_conditions() -> list[Condition]:
    """Return 20 small groups."""
    return [_condition(trait, one) for trait in TRAITS for one in QUICK_SETTINGS]


def is_known(condition: Condition) -> bool:
    """Return whether the gate was learned from this trait, these dynamics and this wavering."""
    return any(
        (condition.traits, condition.dynamics, condition.flicker)
        == (one.traits, one.dynamics, one.flicker)
        for one in LEARNED_FROM
    )


def _condition(trait: str, setting: Setting) -> Condition:
    dynamics, n_members, duration_s, flicker = setting
    (known,) = (one for one in TRAITS if one == trait)
    return Condition(
        known,
        (known,),
        dynamics,
        n_members=n_members,
        duration_s=duration_s,
        flicker=flicker,
    )
