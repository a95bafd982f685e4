from __future__ import annotations

import numpy as np
import pytest

from groupaffect.group.events import (
    GroupChange,
    GroupWatch,
    MemberChange,
    flush_group_changes,
    group_event,
    group_latency_s,
    needed_members,
    step_group_changes,
)
from reference.slow_changes import slow_group_events


def find(
    changed: np.ndarray, seen: np.ndarray | None = None, *, tolerance_s: int = 2
) -> tuple[list[GroupChange], list[int]]:
    """Return the events of (t, p) changes and the second with whose step each came."""
    watch, found, came_s = GroupWatch(), [], []
    seen = np.ones_like(changed) if seen is None else seen
    for second in range(len(changed)):
        watch, events = step_group_changes(
            watch,
            second,
            changed=np.flatnonzero(changed[second]).tolist(),
            visible=np.flatnonzero(seen[second]).tolist(),
            tolerance_s=tolerance_s,
        )
        found += events
        came_s += [second] * len(events)
    found += flush_group_changes(watch, tolerance_s=tolerance_s)[1]
    return found, came_s


def changes_at(*when: tuple[int, int], n_members: int = 4, n_seconds: int = 20) -> np.ndarray:
    changed = np.zeros((n_seconds, n_members), dtype=bool)
    for second, member in when:
        changed[second, member] = True
    return changed


@pytest.mark.parametrize(
    ("n_visible", "needed"), [(1, 2), (2, 2), (3, 2), (4, 3), (5, 3), (6, 4), (7, 4)]
)
def test_needed_members_are_most_and_at_least_two(n_visible: int, needed: int) -> None:
    assert needed_members(n_visible) == needed


def test_two_of_four_are_no_group_event() -> None:
    assert find(changes_at((5, 0), (5, 1)))[0] == []


def test_three_of_four_are_a_group_event() -> None:
    (event,), _ = find(changes_at((5, 0), (6, 1), (7, 2)))
    assert (event.anchor_s, event.members, event.n_visible) == (6, (0, 1, 2), 4)


def test_changes_farther_than_tolerance_from_every_one_are_apart() -> None:
    assert find(changes_at((5, 0), (5, 1), (8, 2)))[0] == []


def test_one_member_twice_does_not_make_a_majority() -> None:
    assert find(changes_at((5, 0), (6, 0), (6, 1)))[0] == []


def test_second_change_of_a_member_belongs_to_the_event() -> None:
    (event,), _ = find(changes_at((5, 0), (5, 1), (5, 2), (6, 0)))
    assert event.changes == ((5, 0), (5, 1), (5, 2), (6, 0))


def test_late_member_is_taken_by_the_better_anchor() -> None:
    (event,), _ = find(changes_at((5, 0), (5, 1), (7, 2), (8, 3)))
    assert (event.anchor_s, event.members) == (7, (0, 1, 2, 3))


def test_two_events_apart_are_two() -> None:
    found, _ = find(changes_at(*[(s, m) for s in (3, 12) for m in range(3)]))
    assert [event.anchor_s for event in found] == [3, 12]


def test_unseen_members_do_not_count_as_visible() -> None:
    seen = np.ones((20, 4), dtype=bool)
    seen[:, 2:] = False
    (event,), _ = find(changes_at((5, 0), (5, 1)), seen)
    assert event.n_visible == 2


@pytest.mark.parametrize("tolerance_s", [0, 1, 2, 3])
@pytest.mark.parametrize("n_members", [2, 4, 5])
def test_fold_equals_whole_session_twin(
    rng: np.random.Generator, n_members: int, tolerance_s: int
) -> None:
    changed = rng.random((150, n_members)) < 0.15
    seen = changed | (rng.random((150, n_members)) < 0.7)
    found, came_s = find(changed, seen, tolerance_s=tolerance_s)
    changes = [(int(s), int(m)) for s, m in zip(*np.nonzero(changed), strict=True)]
    wanted = slow_group_events(changes, seen, tolerance_s=tolerance_s)
    assert [(e.anchor_s, list(e.changes)) for e in found] == wanted
    late = [s + 1 - e.changes[0][0] for s, e in zip(came_s, found, strict=False)]
    assert max(late, default=0) <= group_latency_s(tolerance_s)


def test_time_shift_moves_events_and_nothing_else(rng: np.random.Generator) -> None:
    changed = rng.random((60, 4)) < 0.15
    later = np.concatenate([np.zeros((9, 4), dtype=bool), changed])
    assert [e.anchor_s + 9 for e in find(changed)[0]] == [e.anchor_s for e in find(later)[0]]


def test_member_order_is_of_no_account(rng: np.random.Generator) -> None:
    changed, order = rng.random((80, 4)) < 0.15, [2, 0, 3, 1]
    here, there = find(changed)[0], find(changed[:, order])[0]
    assert [e.anchor_s for e in here] == [e.anchor_s for e in there]
    assert [set(e.members) for e in here] == [{order[k] for k in e.members} for e in there]


def test_labels_of_most_members_win_over_the_strongest() -> None:
    event = group_event(
        GroupChange(5, ((5, 0), (5, 1), (6, 2)), n_visible=4),
        [
            MemberChange("P1", 5, "neutral", "happy", 0.2),
            MemberChange("P2", 5, "neutral", "happy", 0.3),
            MemberChange("P3", 6, "sad", "surprise", 1.3),
        ],
        end_s=9,
        tolerance_s=2,
    )
    assert (event.kind, event.from_label, event.to_label) == ("group", "neutral", "happy")
    assert (event.start_s, event.end_s) == (6.0, 9.0)  # when the strongest change came
    assert event.strength == pytest.approx(0.6)


def test_group_event_names_a_change_that_somebody_made() -> None:
    event = group_event(
        GroupChange(8, ((8, 0), (8, 1), (9, 2)), n_visible=3),
        [
            MemberChange("P1", 8, "happy", "neutral", 0.6),
            MemberChange("P2", 8, "happy", "angry", 0.9),
            MemberChange("P3", 9, "neutral", "happy", 0.5),
        ],
        end_s=13,
        tolerance_s=2,
    )
    assert (event.from_label, event.to_label) == ("happy", "angry")
