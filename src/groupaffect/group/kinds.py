"""Which kind of group it was: unengaged, engaged, synchronous, homogeneous (METHODS 8). Offline.

A recording is judged as a whole and, where it is long enough, in overlapping stretches. Members
who are seen for less than ``min_visible_share`` of a stretch are not judged in it. The p-values of
members are corrected for their number; homogeneity is asked only of a synchronous group and needs
no correction. Stretches are not corrected for how many there are: the shifts of ten minutes tell p
down to .017 only, which correction over an hour would never let pass. So the whole recording is
the test, and of the stretches of independent people one in twenty is called synchronous.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int, Int8

from groupaffect.group.chance import Finding, correct_findings
from groupaffect.group.change_counts import count_in_windows
from groupaffect.group.homogeneity import measure_homogeneity
from groupaffect.group.labels import label_group, label_homogeneity, label_member
from groupaffect.group.synchrony import measure_synchrony
from groupaffect.settings import GroupSettings
from groupaffect.shapes import check_shapes
from groupaffect.types import UNDETERMINED, GroupKind, GroupState, Measure

ENGAGED_CODE: dict[GroupKind, int] = {"engaged": 1, "unengaged": 0}


@dataclass(frozen=True, slots=True)
class KindsOfGroup:
    """The group and its members over time.

    Attributes
    ----------
    states : of the whole recording first, then of each stretch; of the group (synchrony, then
        homogeneity), then of each member.
    engaged : (t, p) 1 engaged, 0 unengaged, -1 undetermined or not visible; by the stretch whose
        middle is nearest.
    n_engaged : (t,) members who are engaged.
    """

    states: tuple[GroupState, ...]
    engaged: Int8[np.ndarray, "t p"]
    n_engaged: Int[np.ndarray, " t"]

    def __post_init__(self) -> None:
        """Check shapes."""
        check_shapes(self, engaged=("t", "p"), n_engaged=("t",))


@dataclass(frozen=True, slots=True)
class Stretch:
    """What was found in rows first to last (excluded); p of members corrected for their number."""

    first: int
    last: int
    group: Finding
    alike: Finding
    members: tuple[Finding, ...]


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
    models weighted equally throughout, changes dismissed by each member's own history only. For
    a trailing window hand in its rows and the ``settle_s`` before, which are not counted.

    Parameters
    ----------
    change_s : for each member the seconds of the media at which a kept change began; others than
        those of the rows are left out.
    probability : (t, p, 7) rows sum to 1, or are NaN where a member is not visible.
    participants : ids, p of them.
    start_s : time of the first row.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> change_s = np.flatnonzero(rng.random(600) < 0.1)
    >>> label = np.searchsorted(change_s, np.arange(600), side="right") % 7
    >>> alike = np.eye(7)[label][:, None].repeat(3, axis=1)
    >>> names = ["P1", "P2", "P3"]
    >>> kinds = describe_kinds(
    ...     [change_s] * 3, alike, participants=names, start_s=0.0, settings=GroupSettings()
    ... )
    >>> [state.kind for state in kinds.states]
    ['synchronous', 'homogeneous', 'engaged', 'engaged', 'engaged']
    >>> round(kinds.states[0].effect, 2), round(kinds.states[0].low, 2), int(kinds.n_engaged[0])
    (1.0, 0.76, 3)
    """
    n_seconds = len(probability)
    seen = ~np.isnan(probability).any(axis=2)  # (t, p)
    counts = count_in_windows(change_s, seen, first_s=int(start_s), settings=settings)  # (w, p)

    def find(first: int, last: int) -> Stretch:
        inside = counts[first : last - settings.count_window_s + 1]
        return _find(inside, probability[first:last], seen[first:last], first, settings)

    whole = find(0, n_seconds)
    parts = [find(*bounds) for bounds in _stretches(n_seconds, settings)]
    rows = [
        row
        for stretch in (whole, *parts)
        for row in _label(stretch, participants, start_s, settings)
    ]
    engaged = _engaged_by_second(parts or [whole], seen, settings)
    return KindsOfGroup(tuple(rows), engaged, (engaged == 1).sum(axis=1))


def _stretches(n_seconds: int, settings: GroupSettings) -> list[tuple[int, int]]:
    """Return the rows of each stretch; none where the recording is hardly longer than one."""
    length, step = settings.kinds_window_s, settings.kinds_step_s
    if n_seconds < length + step:
        return []
    first = list(range(0, n_seconds - length + 1, step))
    if first[-1] + length < n_seconds:
        first.append(n_seconds - length)
    return [(begin, begin + length) for begin in first]


def _find(
    counts: Float[np.ndarray, "w p"],
    probability: Float[np.ndarray, "t p 7"],
    seen: Bool[np.ndarray, "t p"],
    first: int,
    settings: GroupSettings,
) -> Stretch:
    n_seconds, n_members = seen.shape
    share = seen.mean(axis=0) if n_seconds else np.zeros(n_members)
    enough = share >= settings.min_visible_share
    synchrony = measure_synchrony(counts[:, enough], settings=settings)
    tested = iter(synchrony.members)
    members = tuple(
        next(tested) if enough[i] else Finding(why_not=f"seen for {share[i]:.0%} of the time only")
        for i in range(n_members)
    )
    alike = measure_homogeneity(probability[:, enough], settings=settings)
    return Stretch(first, first + n_seconds, synchrony.group, alike, correct_findings(members))


def _label(
    stretch: Stretch, participants: Sequence[str], start_s: float, settings: GroupSettings
) -> list[GroupState]:
    """Return the rows of one stretch: the group's two, then the members'."""

    def row(
        label: tuple[GroupKind, str], found: Finding, measure: Measure, *members: str
    ) -> GroupState:
        return GroupState(
            kind=label[0],
            measure=measure,
            participants=members,
            start_s=start_s + stretch.first,
            end_s=start_s + stretch.last,
            effect=found.effect,
            low=found.low,
            high=found.high,
            p=found.p,
            n_windows=found.n_windows,
            reason=label[1],
        )

    labels = [label_member(found, settings=settings) for found in stretch.members]
    group = label_group(stretch.group, [kind for kind, _ in labels], settings=settings)
    alike = label_homogeneity(stretch.alike, group[0], settings=settings)
    return [
        row(group, stretch.group, "synchrony"),
        row(alike, stretch.alike, "homogeneity"),
        *(
            row(label, found, "synchrony", name)
            for label, found, name in zip(labels, stretch.members, participants, strict=True)
        ),
    ]


def _engaged_by_second(
    stretches: list[Stretch], seen: Bool[np.ndarray, "t p"], settings: GroupSettings
) -> Int8[np.ndarray, "t p"]:
    codes = np.array(
        [
            [ENGAGED_CODE.get(label_member(one, settings=settings)[0], UNDETERMINED) for one in row]
            for row in (stretch.members for stretch in stretches)
        ],
        dtype=np.int8,
    ).reshape(len(stretches), seen.shape[1])
    middle = np.array([(stretch.first + stretch.last) / 2 for stretch in stretches])
    between = (middle[1:] + middle[:-1]) / 2
    nearest = np.searchsorted(between, np.arange(len(seen)) + 0.5)
    return np.where(seen, codes[nearest], UNDETERMINED).astype(np.int8)
