"""From the members' fused vectors to settled events and counts, second by second.

Composes ``signals.changes``, ``group.events`` and ``signals.noise_rules``. A candidate is found
at once; it *settles* when it is known how long it held and whether most members changed with it.
Every candidate ends in exactly one event: alone (``individual`` or ``dismissed``) or as part of a
``group`` event.

``start_s`` of an event is the second in which the change began. ``end_s`` is when the expression
that it led to changed again or was lost, *as far as known on settling*: for a change that holds,
that is the end of the second in which it settled. ``change_events.finish_events`` puts the true
ends once the whole recording is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int

from groupaffect.errors import UsageError, sentence
from groupaffect.group.events import (
    GroupChange,
    GroupWatch,
    MemberChange,
    flush_group_changes,
    group_event,
    step_group_changes,
)
from groupaffect.settings import SignalSettings
from groupaffect.signals.changes import (
    Candidate,
    ChangeWatch,
    Move,
    Vector,
    flush_candidate,
    step_candidate,
)
from groupaffect.signals.noise_rules import ChangeHistory, Verdict, judge_candidate
from groupaffect.types import EMOTIONS, Event


@dataclass(frozen=True, slots=True)
class MemberLog:
    """One member's changes so far.

    Attributes
    ----------
    watch : the vector's moves. waiting : ended candidates that have not settled.
    history : what was judged before. settled_s : start of the newest settled candidate.
    kept_s : starts of the kept candidates, ``keep_s`` back; one for each group event.
    anchor_s : second of the newest group event that the member took part in.
    """

    watch: ChangeWatch = ChangeWatch()
    waiting: tuple[Candidate, ...] = ()
    history: ChangeHistory = ChangeHistory()
    settled_s: int = -1
    kept_s: tuple[int, ...] = ()
    anchor_s: int = -1

    @property
    def may_settle(self) -> bool:
        """Whether there is a candidate that has not settled."""
        newest = self.watch.open
        return bool(self.waiting) or (newest is not None and newest.start_s > self.settled_s)

    def with_watch(self, watch: ChangeWatch) -> MemberLog:
        """Return the log after a second; once for each of an hour, so not by ``replace``."""
        return MemberLog(
            watch, self.waiting, self.history, self.settled_s, self.kept_s, self.anchor_s
        )

    def unsettled(self) -> tuple[Candidate, ...]:
        """Return candidates that have not settled, in order; the open one last."""
        newest = self.watch.open
        if newest is None or newest.start_s <= self.settled_s:
            return self.waiting
        return (*self.waiting, newest)


@dataclass(frozen=True, slots=True)
class ChangeLog:
    """All members' changes so far; see ``start_changes``.

    Attributes
    ----------
    group : changes not assigned to group events yet. groups : the group events lately found.
    own_history_only : no step looks across members; then no event is of kind ``group``.
    keep_s : how far back kept changes can be counted.
    """

    participants: tuple[str, ...]
    members: tuple[MemberLog, ...]
    settings: SignalSettings
    tolerance_s: int
    own_history_only: bool
    keep_s: int
    group: GroupWatch = GroupWatch()
    groups: tuple[GroupChange, ...] = ()

    def after(
        self, members: tuple[MemberLog, ...], group: GroupWatch, groups: tuple[GroupChange, ...]
    ) -> ChangeLog:
        """Return the log after a second; see ``MemberLog.with_watch``."""
        return ChangeLog(
            self.participants,
            members,
            self.settings,
            self.tolerance_s,
            self.own_history_only,
            self.keep_s,
            group,
            groups,
        )

    @property
    def latency_s(self) -> int:
        """Most seconds from the begin of a change until its event is returned."""
        # a gap that starts just before the change held long enough must end first
        own = self.settings.min_change_s + self.settings.max_gap_s
        return max(own, 1 if self.own_history_only else 2 * self.tolerance_s + 1)


def start_changes(
    participants: Sequence[str],
    *,
    settings: SignalSettings,
    tolerance_s: int,
    own_history_only: bool = False,
    keep_s: int = 60,
) -> ChangeLog:
    """Return the log before the first second.

    Parameters
    ----------
    tolerance_s : tau, seconds within which members change together.
    own_history_only : dismiss by each member's own history and report no group events, so that
        no member's count depends on another's signal (METHODS 8, "cross-member steps").
    keep_s : the longest window that ``count_changes`` will be asked for.

    Examples
    --------
    >>> start_changes(["P1"], settings=SignalSettings(), tolerance_s=2).latency_s
    5
    """
    return ChangeLog(
        participants=tuple(participants),
        members=(MemberLog(),) * len(participants),
        settings=settings,
        tolerance_s=tolerance_s,
        own_history_only=own_history_only,
        keep_s=keep_s,
    )


def add_members(log: ChangeLog, participants: Sequence[str]) -> ChangeLog:
    """Return the log with further participants at the end, not seen so far.

    Examples
    --------
    >>> log = start_changes(["P1"], settings=SignalSettings(), tolerance_s=2)
    >>> add_members(log, ["P2"]).participants
    ('P1', 'P2')
    """
    return replace(
        log,
        participants=(*log.participants, *participants),
        members=log.members + (MemberLog(),) * len(participants),
    )


def step_changes(
    log: ChangeLog,
    second: int,
    probability: Float[np.ndarray, "p 7"],
    visible: Bool[np.ndarray, " p"],
) -> tuple[ChangeLog, tuple[Event, ...]]:
    """Take one second of all members; return the events that settle with it, by start.

    Latency ``log.latency_s``. Call it for every second in order.

    Parameters
    ----------
    probability : (p, 7) fused; rows sum to 1 or are NaN. visible : (p,) False counts as NaN.

    Raises
    ------
    UsageError : the number of members differs from the log's.

    Examples
    --------
    >>> log = start_changes(["P1"], settings=SignalSettings(), tolerance_s=2)
    >>> seen = np.array([True])
    >>> for second, place in enumerate([6, 6, 3, 3, 3, 3, 3, 3]):
    ...     log, events = step_changes(log, second, np.eye(7)[[place]], seen)
    ...     for event in events:
    ...         print(second, event.kind, event.start_s, event.from_label, event.to_label)
    6 individual 2.0 neutral happy
    >>> count_changes(log, now_s=8, window_s=60).tolist()
    [1]
    """
    vectors = _vectors(log, probability, visible)
    moves = [
        step_candidate(member.watch, second, vector, settings=log.settings)
        for member, vector in zip(log.members, vectors, strict=True)
    ]
    seen = [place for place, vector in enumerate(vectors) if vector is not None]
    return step_moves(log, second, moves, visible=seen)


def step_moves(
    log: ChangeLog, second: int, moves: Sequence[Move], *, visible: Sequence[int]
) -> tuple[ChangeLog, tuple[Event, ...]]:
    """Take what one second showed of all members, whoever found it; return what settles.

    Latency ``log.latency_s``. Call it for every second in order.

    Parameters
    ----------
    moves : each member's watch after the second, and the candidate that ended with it.
    visible : places of the members who are seen in it.
    """
    members = tuple(
        _enqueue(member.with_watch(watch), ended)
        for member, (watch, ended) in zip(log.members, moves, strict=True)
    )
    if log.own_history_only:
        return _settle(log, members, log.group, (), now_s=second)
    changed = [
        place
        for place, member in enumerate(members)
        if member.watch.open is not None and member.watch.open.start_s == second
    ]
    group, groups = step_group_changes(
        log.group, second, changed=changed, visible=visible, tolerance_s=log.tolerance_s
    )
    return _settle(log, members, group, groups, now_s=second)


def flush_changes(log: ChangeLog) -> tuple[ChangeLog, tuple[Event, ...]]:
    """Settle what is left; what did not hold long enough by the end is dismissed.

    Examples
    --------
    >>> flush_changes(start_changes(["P1"], settings=SignalSettings(), tolerance_s=2))[1]
    ()
    """
    members = []
    for member in log.members:
        watch, ended = flush_candidate(member.watch)
        members.append(_enqueue(replace(member, watch=watch), ended))
    group, groups = flush_group_changes(log.group, tolerance_s=log.tolerance_s)
    return _settle(log, tuple(members), group, groups, now_s=None)


def count_changes(log: ChangeLog, *, now_s: int, window_s: int) -> Int[np.ndarray, " p"]:
    """Return each member's kept and settled changes that began in [now_s - window_s, now_s).

    Raises
    ------
    UsageError : the window is longer than the log keeps.

    Examples
    --------
    >>> log = start_changes(["P1", "P2"], settings=SignalSettings(), tolerance_s=2)
    >>> count_changes(log, now_s=10, window_s=60).tolist()
    [0, 0]
    """
    if window_s > log.keep_s:
        raise UsageError(
            sentence(
                wanted=f"changes can be counted over at most {log.keep_s} s",
                got=f"{window_s} s",
                remedy="pass `keep_s` to start_changes",
            )
        )
    counts = [sum(now_s - window_s <= s < now_s for s in m.kept_s) for m in log.members]
    return np.array(counts, dtype=np.int64)


def _vectors(
    log: ChangeLog, probability: Float[np.ndarray, "p 7"], visible: Bool[np.ndarray, " p"]
) -> list[Vector | None]:
    n_members = len(log.members)
    if probability.shape != (n_members, 7) or len(visible) != n_members:
        raise UsageError(
            sentence(
                wanted=f"`probability` must be ({n_members}, 7), `visible` ({n_members},)",
                got=f"{probability.shape} and {np.shape(visible)}",
                remedy="pass every member of the log, or add_members first",
            )
        )
    rows = [tuple(row) for row in probability.tolist()]
    return [
        row if seen and row[0] == row[0] else None  # NaN is the one value unequal to itself
        for row, seen in zip(rows, visible.tolist(), strict=True)
    ]


def _enqueue(member: MemberLog, ended: Candidate | None) -> MemberLog:
    if ended is None or ended.start_s <= member.settled_s:  # settled while it was open
        return member
    return replace(member, waiting=(*member.waiting, ended))


def _settle(
    log: ChangeLog,
    members: tuple[MemberLog, ...],
    group: GroupWatch,
    groups: tuple[GroupChange, ...],
    *,
    now_s: int | None,
) -> tuple[ChangeLog, tuple[Event, ...]]:
    """Judge what is ready; ``now_s`` is None when nothing more will come.

    Parameters
    ----------
    members, group : after the newest second; ``log`` is from before it.
    groups : the group events that are certain now.
    """
    recent = _recent_groups(log, groups, now_s)
    log = log.after(members, group, recent)
    waiting = [place for place, member in enumerate(members) if member.may_settle]
    if not groups and not waiting:
        return log, ()
    events = [_describe_group(log, change) for change in groups]
    settled = list(members)
    for place in waiting:
        name, member = log.participants[place], members[place]
        for candidate in member.unsettled():
            if now_s is not None and not _ready(log, member, candidate, now_s):
                break
            member, verdict = _judge(log, place, member, candidate)
            if not verdict.with_group:
                events.append(_describe(name, candidate, verdict, _end_s(member, candidate)))
        settled[place] = member
    return log.after(tuple(settled), group, recent), tuple(sorted(events, key=_order))


def _ready(log: ChangeLog, member: MemberLog, candidate: Candidate, now_s: int) -> bool:
    if not log.own_history_only and now_s < candidate.start_s + 2 * log.tolerance_s:
        return False
    held_s = _end_s(member, candidate) - candidate.start_s
    return candidate.end_s is not None or held_s >= log.settings.min_change_s


def _end_s(member: MemberLog, candidate: Candidate) -> int:
    """Return when the candidate's expression ended, or the end of the last second it was seen."""
    if candidate.end_s is not None:
        return candidate.end_s
    return candidate.start_s + 1 if member.watch.seen_s is None else member.watch.seen_s + 1


def _judge(
    log: ChangeLog, place: int, member: MemberLog, candidate: Candidate
) -> tuple[MemberLog, Verdict]:
    history, verdict = judge_candidate(
        member.history,
        candidate,
        hold_s=_end_s(member, candidate) - candidate.start_s,
        group_s=[change.anchor_s for change in log.groups],
        tolerance_s=log.tolerance_s,
        settings=log.settings,
    )
    # A member's changes within one group event count once.
    own = [c.anchor_s for c in log.groups if (candidate.start_s, place) in c.changes]
    anchor_s = own[0] if own else member.anchor_s
    counts = verdict.kept and not (own and anchor_s == member.anchor_s)
    since_s = candidate.start_s - log.keep_s
    kept_s = tuple(s for s in member.kept_s if s >= since_s)
    settled = replace(
        member,
        waiting=tuple(other for other in member.waiting if other.start_s > candidate.start_s),
        history=history,
        settled_s=candidate.start_s,
        kept_s=(*kept_s, candidate.start_s) if counts else kept_s,
        anchor_s=anchor_s,
    )
    return settled, verdict


def _recent_groups(
    log: ChangeLog, groups: Iterable[GroupChange], now_s: int | None
) -> tuple[GroupChange, ...]:
    # no candidate waits longer than the latency, none is farther than tau from its anchor
    since_s = 0 if now_s is None else now_s - log.latency_s - log.tolerance_s
    return (*(change for change in log.groups if change.anchor_s >= since_s), *groups)


def _describe(name: str, candidate: Candidate, verdict: Verdict, end_s: int) -> Event:
    return Event(
        kind="individual" if verdict.kept else "dismissed",
        start_s=float(candidate.start_s),
        end_s=float(end_s),
        participants=(name,),
        from_label=EMOTIONS[verdict.from_label],
        to_label=EMOTIONS[verdict.to_label],
        strength=verdict.strength,
        reason=verdict.reason,
    )


def _describe_group(log: ChangeLog, change: GroupChange) -> Event:
    taken = set(change.changes)
    strongest, ends = [], []
    for place in change.members:
        member = log.members[place]
        own = [c for c in member.unsettled() if (c.start_s, place) in taken]
        best = max(own, key=lambda candidate: candidate.strength)
        labels = EMOTIONS[best.from_label], EMOTIONS[best.to_label]
        strongest.append(
            MemberChange(log.participants[place], best.start_s, *labels, best.strength)
        )
        ends += [_end_s(member, candidate) for candidate in own]
    return group_event(change, strongest, end_s=max(ends), tolerance_s=log.tolerance_s)


def _order(event: Event) -> tuple[float, str, tuple[str, ...]]:
    return event.start_s, event.kind, event.participants
