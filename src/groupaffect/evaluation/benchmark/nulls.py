"""How often people who never met pass for a synchronous group: the only place that asks it."""

from __future__ import annotations

from typing import Any

import numpy as np

from groupaffect.evaluation.benchmark.conditions import Condition, Dynamics
from groupaffect.evaluation.benchmark.group_session import GroupSession, simulate_session
from groupaffect.evaluation.benchmark.seeing import Sight
from groupaffect.evaluation.intervals import wilson_interval
from groupaffect.group.kinds import describe_kinds
from groupaffect.own_changes import find_own_changes
from groupaffect.settings import preset

ALONE = Dynamics(unengaged_share=1.0)  # everybody moves by themselves
NULL_S = 300  # thirty windows of ten seconds
SIZES = (2, 3, 4)
TOGETHER = ("synchronous", "homogeneous")


def false_positive_rate(n_sessions: int, sight: Sight, rng: np.random.Generator) -> dict[str, Any]:
    """Return the share of independent groups that are called synchronous, with its interval.

    The level is 5 %. Groups too short to tell are counted apart and are no positives.
    """
    kinds = [kind_of(null_session(sight, k, rng)) for k in range(n_sessions)]
    n_false = sum(kind in TOGETHER for kind in kinds)
    by_size = {n: kinds[place :: len(SIZES)] for place, n in enumerate(SIZES)}
    return {
        "n_sessions": n_sessions,
        "n_false": n_false,
        "n_insufficient": kinds.count("insufficient_data"),
        "rate": n_false / n_sessions,
        "rate_interval": wilson_interval(n_false, n_sessions),
        "rate_by_members": {
            str(n): sum(kind in TOGETHER for kind in some) / len(some)
            for n, some in by_size.items()
        },
    }


def null_session(sight: Sight, place: int, rng: np.random.Generator) -> GroupSession:
    """Return people who do not react to each other: two, three or four of them in turn."""
    n_members = SIZES[place % len(SIZES)]
    condition = Condition("null", ("usual",), ALONE, n_members=n_members, duration_s=NULL_S)
    return simulate_session(condition, sight, rng)


def kind_of(session: GroupSession) -> str:
    """Return the kind of a group, from signals without any step across members (METHODS 8)."""
    settings = preset("default")
    own = find_own_changes(
        session.image, session.landmark, participants=session.participants, settings=settings
    )
    kinds = describe_kinds(
        own.change_s,
        own.probability,
        participants=session.participants,
        start_s=0.0,
        settings=settings.group,
    )
    return str(kinds.states[0].kind)
