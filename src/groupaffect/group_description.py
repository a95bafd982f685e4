"""All that is said of the group over a stretch of time; offline.

Composes ``group`` and the group's filter of ``signals``. Works on a whole recording as on a
trailing window (``trailing``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from groupaffect.group.camps import find_camps
from groupaffect.group.kinds import describe_kinds
from groupaffect.group.polarisation import polarisation, polarisation_chance
from groupaffect.group.synthesis import find_dominant, synthesise
from groupaffect.members_by_second import MembersBySecond
from groupaffect.own_changes import find_own_changes
from groupaffect.settings import Settings
from groupaffect.signals.denoise import denoise
from groupaffect.types import (
    NO_CAMP,
    UNDETERMINED,
    GroupSignal,
    GroupState,
    Members,
    MemberStates,
)


@dataclass(frozen=True, slots=True)
class GroupDescription:
    """The group over a stretch of time; see ``Analysis`` for the fields."""

    groups: tuple[GroupSignal, ...]
    states: tuple[GroupState, ...]
    members: MemberStates


def describe_group(members: MembersBySecond, settings: Settings) -> GroupDescription:
    """Return what kind of group it is, who is engaged, and what all show, and the engaged.

    Kinds of group are tested on signals without a step across members (METHODS 8); what the
    group shows is made of the fused signals.
    """
    start_s = float(members.first_second)
    own = find_own_changes(
        members.image,
        members.landmark,
        participants=members.participants,
        settings=settings,
        first_second=members.first_second,
    )  # (t, p, 7), p x seconds
    kinds = describe_kinds(
        own.change_s,
        own.probability,
        participants=members.participants,
        start_s=start_s,
        settings=settings.group,
    )  # states, (t, p)
    told = (kinds.engaged != UNDETERMINED).any(axis=1)
    n_engaged = np.where(told, kinds.n_engaged, np.nan)
    least = settings.group.polarisation_min_members
    camp = find_camps(members.fused, min_members=least)  # (t, p)
    groups = tuple(
        _synthesise(members, who, chosen, n_engaged, settings)
        for who, chosen in _chosen(kinds.engaged == 1)
    )
    states = MemberStates(members.participants, start_s, kinds.engaged, camp)
    return GroupDescription(groups, kinds.states, states)


def list_members(states: MemberStates, participants: tuple[str, ...]) -> MemberStates:
    """Return the states of these participants; of who was never met nothing can be told.

    Examples
    --------
    >>> known = MemberStates(("P2",), 0.0, *(np.ones((1, 1), dtype=np.int8) for _ in range(2)))
    >>> list_members(known, ("P1", "P2")).engaged.tolist()
    [[-1, 1]]
    """
    shape = (len(states), len(participants))
    engaged = np.full(shape, UNDETERMINED, dtype=np.int8)
    camp = np.full(shape, NO_CAMP, dtype=np.int8)
    for place, name in enumerate(states.participants):
        if name in participants:
            engaged[:, participants.index(name)] = states.engaged[:, place]
            camp[:, participants.index(name)] = states.camp[:, place]
    return MemberStates(participants, states.start_s, engaged, camp)


def _chosen(engaged: Bool[np.ndarray, "t p"]) -> list[tuple[Members, Bool[np.ndarray, "t p"]]]:
    return [("all", np.ones_like(engaged)), ("engaged", engaged)]


def _synthesise(
    members: MembersBySecond,
    who: Members,
    chosen: Bool[np.ndarray, "t p"],
    n_engaged: Float[np.ndarray, " t"],
    settings: Settings,
) -> GroupSignal:
    """Return what the chosen members show together, by second."""
    fused = np.where(chosen[..., None], members.fused, np.nan)  # (t, p, 7)
    whole = synthesise(fused)  # (t, 7), (t,), (t,)
    filtered = denoise(whole.mean, energy_share=settings.signals.energy_share)
    least = settings.group.polarisation_min_members
    return GroupSignal(
        members=who,
        start_s=float(members.first_second),
        mean=whole.mean,
        denoised=filtered.probability,
        dominant=find_dominant(whole.mean, share=settings.group.dominant_share),
        dispersion=whole.dispersion,
        polarisation=polarisation(fused, min_members=least),
        polarisation_chance=_chance(whole.n_visible, least),
        n_visible=whole.n_visible,
        n_engaged=n_engaged,
        energy_kept=filtered.energy_kept,
        n_bins_kept=filtered.n_bins_kept,
    )


def _chance(n_visible: np.ndarray, least: int) -> Float[np.ndarray, " t"]:
    most = int(n_visible.max(initial=0))
    by_number = [polarisation_chance(n) if n >= least else np.nan for n in range(most + 1)]
    return np.asarray(np.array(by_number, dtype=np.float64)[n_visible])
