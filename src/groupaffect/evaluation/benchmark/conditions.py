"""What a session is like: how its group moves, and what is special about some of its people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Trait = Literal[
    "usual",
    "subtle",
    "exaggerated",
    "resting",
    "small",
    "coarse",
    "dark",
    "covered",
    "dropping out",
    "talking",
]
TRAITS: tuple[Trait, ...] = get_args(Trait)
BADLY_FILMED: tuple[Trait, ...] = ("small", "coarse", "dark")


@dataclass(frozen=True, slots=True)
class Dynamics:
    """How a group's expressions move; all values ours.

    Attributes
    ----------
    dwell_s : mean time that the group's expression holds; the shortest is ``MIN_DWELL_S``.
    neutral_share : of the changes from one expression that lead back to neutral.
    follow : 0..1 chance that a member goes along with a change of the group.
    mean_lag_s : by which members follow, geometric; 0 is at once.
    own_per_min : changes of a member alone, a minute; each holds ``own_dwell_s`` on average.
    n_camps : 1, or 2 camps that move each by themselves.
    unengaged_share : of the members, who follow nobody.
    """

    dwell_s: float = 20.0
    neutral_share: float = 0.6
    follow: float = 0.85
    mean_lag_s: float = 0.7
    own_per_min: float = 0.8
    own_dwell_s: float = 6.0
    n_camps: int = 1
    unengaged_share: float = 0.0


@dataclass(frozen=True, slots=True)
class Condition:
    """One kind of session.

    Attributes
    ----------
    name : of the condition, for tables.
    traits : one of them for each special member. share : of the members who are special,
        at least one; the others are "usual".
    n_members, duration_s : size and length.
    flicker : factor of how much readings waver within one expression; 1 is as measured.
    """

    name: str
    traits: tuple[Trait, ...]
    dynamics: Dynamics
    n_members: int
    duration_s: int
    share: float = 0.5
    flicker: float = 1.0

    def trait_of(self, member: int) -> Trait:
        """Return what is special about a member: the first members are.

        Examples
        --------
        >>> pair = Condition("c", ("subtle",), Dynamics(), n_members=2, duration_s=60)
        >>> pair.trait_of(0), pair.trait_of(1)
        ('subtle', 'usual')
        """
        n_special = max(1, round(self.share * self.n_members))
        return self.traits[member % len(self.traits)] if member < n_special else "usual"


CALM = Dynamics(dwell_s=45.0, own_per_min=0.4)
LIVELY = Dynamics()
QUICK = Dynamics(dwell_s=9.0, own_per_min=2.0, own_dwell_s=4.0)
CAMPS = Dynamics(n_camps=2)
APART = Dynamics(unengaged_share=0.5, follow=0.7, mean_lag_s=1.2)
