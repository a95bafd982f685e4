"""The label that a finding earns, and why (METHODS 8).

Low synchrony is no deficit: some people show and mirror expressions less, autistic people among
them (METHODS 8, "care"), and whoever listens without a move may be all there.
"""

from __future__ import annotations

from collections.abc import Sequence

from groupaffect.group.chance import Finding
from groupaffect.settings import GroupSettings
from groupaffect.types import GroupKind

Label = tuple[GroupKind, str]  # with the reason


def label_member(found: Finding, *, settings: GroupSettings) -> Label:
    """Return how engaged a member is.

    Unengaged where the synchrony with the others is below ``unengaged_below`` even at its upper
    bound, engaged where it is beyond chance, undetermined between.

    Examples
    --------
    >>> label_member(Finding(0.4, 0.2, 0.6, 0.01, 60), settings=GroupSettings())[0]
    'engaged'
    >>> label_member(Finding(0.0, -0.2, 0.2, 0.5, 60), settings=GroupSettings())[0]
    'undetermined'
    """
    if found.why_not:
        return "insufficient_data", found.why_not
    below = settings.unengaged_below
    if found.high < below:
        return "unengaged", f"synchrony with the others below {below:g}"
    if _beyond_chance(found, settings):
        return "engaged", "changes with the others beyond chance"
    if found.low > 0:
        return "undetermined", "beyond chance alone, not among all members asked"
    return "undetermined", f"chance is not excluded, nor synchrony of {below:g} or more"


def label_group(found: Finding, members: Sequence[GroupKind], *, settings: GroupSettings) -> Label:
    """Return the strongest label of the group; ``members`` are the members' own.

    Synchronous beyond chance; else engaged where at least half of the members who can be judged
    are, unengaged where more than half of them are.

    Examples
    --------
    >>> label_group(
    ...     Finding(0.1, -0.1, 0.3, 0.2, 60), ["engaged", "undetermined"], settings=GroupSettings()
    ... )
    ('engaged', '1 of 2 members engaged')
    """
    if found.why_not:
        return "insufficient_data", found.why_not
    if _beyond_chance(found, settings):
        return "synchronous", "members change in the same cadence beyond chance"
    n_judged = len(members) - members.count("insufficient_data")
    n_engaged, n_unengaged = members.count("engaged"), members.count("unengaged")
    if 2 * n_engaged >= n_judged:
        return "engaged", f"{n_engaged} of {n_judged} members engaged"
    if 2 * n_unengaged > n_judged:
        return "unengaged", f"{n_unengaged} of {n_judged} members unengaged"
    return "undetermined", "chance is not excluded"


def label_homogeneity(found: Finding, group: GroupKind, *, settings: GroupSettings) -> Label:
    """Return whether a synchronous group is homogeneous as well.

    Examples
    --------
    >>> found = Finding(0.2, 0.1, 0.3, 0.001, 60)
    >>> label_homogeneity(found, "synchronous", settings=GroupSettings())[0]
    'homogeneous'
    >>> label_homogeneity(found, "undetermined", settings=GroupSettings())
    ('undetermined', 'alike beyond chance, but not synchronous')
    """
    if found.why_not:
        return "insufficient_data", found.why_not
    if not _beyond_chance(found, settings):
        return "undetermined", "no more alike than chance may give"
    if group != "synchronous":
        return "undetermined", "alike beyond chance, but not synchronous"
    return "homogeneous", "same expressions at the same time beyond chance"


def _beyond_chance(found: Finding, settings: GroupSettings) -> bool:
    return found.p <= settings.significance and found.low > 0.0
