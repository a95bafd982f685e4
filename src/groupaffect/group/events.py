"""Changes of most members at once, told apart from changes of one (METHODS 5).

A change that begins in second a is an *anchor* when at least ``max(2, floor(N/2) + 1)`` of the N
members visible within tau of a have a change that begins within tau of a. Changes are taken in
order of time. The oldest that is not assigned looks at the anchors within tau after it and takes
the best: most members, then closest together, then earliest. All unassigned changes within tau of
that anchor are one group-wise event, a member's second change included. A change that finds no
anchor is individual; so 2 of 4 is two individual changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from groupaffect.types import Emotion, Event

NEVER_S = 2**62  # a second after all others


@dataclass(frozen=True, slots=True)
class GroupChange:
    """One group-wise event.

    Attributes
    ----------
    anchor_s : second around which the members changed.
    changes : (second, member) of all changes in it, in order of time, then of member.
    n_visible : members visible within tau of the anchor.
    """

    anchor_s: int
    changes: tuple[tuple[int, int], ...]
    n_visible: int

    @property
    def members(self) -> tuple[int, ...]:
        """Places of the members who changed, in order."""
        return tuple(sorted({member for _, member in self.changes}))


@dataclass(frozen=True, slots=True)
class GroupWatch:
    """Changes not assigned yet, and who was visible lately.

    Attributes
    ----------
    pending : (second, member) in order of time.
    visible : (second, members seen in it), ``3 * tolerance_s`` back.
    """

    pending: tuple[tuple[int, int], ...] = ()
    visible: tuple[tuple[int, frozenset[int]], ...] = ()


def group_latency_s(tolerance_s: int) -> int:
    """Return the seconds from the begin of a change until it is known to be group-wise or not.

    An anchor up to tau later may take it, which needs the changes until tau after the anchor.

    Examples
    --------
    >>> group_latency_s(2)
    5
    """
    return 2 * tolerance_s + 1


def needed_members(n_visible: int) -> int:
    """Return how many of the visible members make a change group-wise: most, and at least 2.

    Examples
    --------
    >>> [needed_members(n) for n in (1, 2, 3, 4, 5)]
    [2, 2, 2, 3, 3]
    """
    return max(2, n_visible // 2 + 1)


def step_group_changes(
    watch: GroupWatch,
    second: int,
    *,
    changed: Sequence[int],
    visible: Sequence[int],
    tolerance_s: int,
) -> tuple[GroupWatch, tuple[GroupChange, ...]]:
    """Take one second; return the group-wise events that are certain now.

    Latency ``group_latency_s``: after the step of second s every change that began at or before
    ``s - 2 * tolerance_s`` is assigned.

    Parameters
    ----------
    changed, visible : places of the members whose change begins, and who are seen, in it.

    Examples
    --------
    >>> watch, everyone = GroupWatch(), (0, 1, 2, 3)
    >>> for second, changed in enumerate([(0, 1), (), (2,), (), ()]):
    ...     watch, events = step_group_changes(
    ...         watch, second, changed=changed, visible=everyone, tolerance_s=2
    ...     )
    >>> events[0].anchor_s, events[0].members, events[0].n_visible
    (0, (0, 1, 2), 4)
    """
    seen = tuple(item for item in watch.visible if item[0] >= second - 3 * tolerance_s)
    watch = GroupWatch(
        watch.pending + tuple((second, member) for member in sorted(changed)),
        (*seen, (second, frozenset(visible))),
    )
    return _assign(watch, until_s=second - 2 * tolerance_s, tolerance_s=tolerance_s)


def flush_group_changes(
    watch: GroupWatch, *, tolerance_s: int
) -> tuple[GroupWatch, tuple[GroupChange, ...]]:
    """Return the events among the last changes; nothing more will come.

    Examples
    --------
    >>> watch = GroupWatch(((7, 0), (7, 1)), ((7, frozenset({0, 1})),))
    >>> flush_group_changes(watch, tolerance_s=2)[1][0].members
    (0, 1)
    """
    return _assign(watch, until_s=NEVER_S, tolerance_s=tolerance_s)


@dataclass(frozen=True, slots=True)
class MemberChange:
    """One member's strongest change within a group-wise one."""

    participant: str
    start_s: int
    from_label: Emotion
    to_label: Emotion
    strength: float


def group_event(
    change: GroupChange, members: Sequence[MemberChange], *, end_s: float, tolerance_s: int
) -> Event:
    """Return the event to report, from the strongest change of each member in it.

    It leads to what most members changed to (a tie goes to the stronger changes), from what most
    of those members came from, so that at least one of them made that very change. Its time is
    the median of the members' changes, weighted by strength; its strength is their mean.

    Parameters
    ----------
    members : one change for each of ``change.members``.
    end_s : when the last of the changes was over.

    Examples
    --------
    >>> event = group_event(
    ...     GroupChange(10, ((8, 2), (10, 0), (11, 1)), n_visible=3),
    ...     [
    ...         MemberChange("P1", 10, "neutral", "happy", 0.5),
    ...         MemberChange("P2", 11, "sad", "happy", 1.0),
    ...         MemberChange("P3", 8, "neutral", "fear", 0.1),
    ...     ],
    ...     end_s=15,
    ...     tolerance_s=2,
    ... )
    >>> event.start_s, event.from_label, event.to_label, event.reason
    (11.0, 'sad', 'happy', '3 of 3 visible members within 2 s of 10 s')
    """
    to_label = _majority([(m.to_label, m.strength) for m in members])
    along = [m for m in members if m.to_label == to_label]
    count = f"{len(change.members)} of {change.n_visible}"
    return Event(
        kind="group",
        start_s=float(_weighted_median([(m.start_s, m.strength) for m in members])),
        end_s=float(end_s),
        participants=tuple(m.participant for m in members),
        from_label=_majority([(m.from_label, m.strength) for m in along]),
        to_label=to_label,
        strength=sum(m.strength for m in members) / len(members),
        reason=f"{count} visible members within {tolerance_s} s of {change.anchor_s} s",
    )


def _weighted_median(values: Sequence[tuple[int, float]]) -> int:
    """Return the first value at which half of the weight is reached."""
    half = sum(weight for _, weight in values) / 2
    reached = 0.0
    for value, weight in sorted(values):
        reached += weight
        if reached >= half:
            return value
    return max(value for value, _ in values)


def _majority(votes: Sequence[tuple[Emotion, float]]) -> Emotion:
    def weight(label: Emotion) -> tuple[int, float]:
        own = [strength for other, strength in votes if other == label]
        return len(own), sum(own)

    return max(dict.fromkeys(label for label, _ in votes), key=weight)


def _assign(
    watch: GroupWatch, *, until_s: int, tolerance_s: int
) -> tuple[GroupWatch, tuple[GroupChange, ...]]:
    pending, found = watch.pending, []
    while pending and pending[0][0] <= until_s:
        best = _best_anchor(pending, watch.visible, tolerance_s)
        if best is None:
            oldest_s = pending[0][0]
            pending = tuple(item for item in pending if item[0] > oldest_s)
        else:
            found.append(best)
            taken = set(best.changes)
            pending = tuple(item for item in pending if item not in taken)
    return GroupWatch(pending, watch.visible), tuple(found)


def _best_anchor(
    pending: tuple[tuple[int, int], ...],
    visible: tuple[tuple[int, frozenset[int]], ...],
    tolerance_s: int,
) -> GroupChange | None:
    oldest_s = pending[0][0]
    best, best_score = None, (0, 0, 0)
    for anchor_s in sorted({s for s, _ in pending if s - oldest_s <= tolerance_s}):
        near = tuple(item for item in pending if abs(item[0] - anchor_s) <= tolerance_s)
        seen = frozenset().union(*(m for s, m in visible if abs(s - anchor_s) <= tolerance_s))
        n_members = len({member for _, member in near})
        spread_s = sum(abs(s - anchor_s) for s, _ in near)
        score = (n_members, -spread_s, -anchor_s)
        if n_members >= needed_members(len(seen)) and (best is None or score > best_score):
            best, best_score = GroupChange(anchor_s, near, len(seen)), score
    return best
