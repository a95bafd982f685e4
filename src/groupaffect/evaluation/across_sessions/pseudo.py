"""Sessions beside pseudo-groups: members of different sessions put together (METHODS 8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from groupaffect.evaluation.across_sessions.measures import StudiedSession
from groupaffect.group.chance import Finding
from groupaffect.group.pseudo_groups import (
    compare_alikeness_with_pseudo_groups,
    compare_with_pseudo_groups,
)


@dataclass(frozen=True, slots=True)
class PseudoComparison:
    """One measure of sessions with the same number of members, beside pseudo-groups.

    ``finding.low`` and ``high`` are how much more the true groups have than pseudo-groups.
    """

    measure: Literal["synchrony", "agreement"]
    n_members: int
    n_sessions: int
    finding: Finding


def compare_with_strangers(sessions: Sequence[StudiedSession]) -> list[PseudoComparison]:
    """Return synchrony and agreement beside people who never met, by number of members.

    All sessions are cut to the shortest of their size.
    """
    by_size: dict[int, list[StudiedSession]] = defaultdict(list)
    for session in sessions:
        if len(session.participants) >= 2:
            by_size[len(session.participants)].append(session)
    found = []
    for n_members, alike in sorted(by_size.items()):
        settings = alike[0].settings
        counts = compare_with_pseudo_groups([one.counts for one in alike], settings=settings)
        same = compare_alikeness_with_pseudo_groups(
            [one.probability for one in alike], settings=settings
        )
        found += [
            PseudoComparison("synchrony", n_members, len(alike), counts),
            PseudoComparison("agreement", n_members, len(alike), same),
        ]
    return found
