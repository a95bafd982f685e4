from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from groupaffect.change_log import (
    ChangeLog,
    add_members,
    count_changes,
    flush_changes,
    start_changes,
    step_changes,
)
from groupaffect.errors import UsageError
from groupaffect.settings import SignalSettings
from groupaffect.types import EMOTIONS, Event
from reference.random_expressions import one_hot, random_members
from reference.slow_changes import slow_outcomes

SETTINGS = SignalSettings()


def fold(
    probability: np.ndarray,
    *,
    names: Sequence[str] | None = None,
    first_second: int = 0,
    own_history_only: bool = False,
    settings: SignalSettings = SETTINGS,
    tolerance_s: int = 2,
) -> tuple[ChangeLog, list[Event], list[int]]:
    """Return the flushed log, its events and the second with whose step each came."""
    n_members = probability.shape[1]
    log = start_changes(
        names or [f"P{k + 1}" for k in range(n_members)],
        settings=settings,
        tolerance_s=tolerance_s,
        own_history_only=own_history_only,
        keep_s=10_000,
    )
    events, came_s = [], []
    visible = np.ones(n_members, dtype=bool)
    for second, rows in enumerate(probability, first_second):
        log, settled = step_changes(log, second, rows, visible)
        events += settled
        came_s += [second] * len(settled)
    log, settled = flush_changes(log)
    return log, [*events, *settled], came_s


def single(labels: str, **options: bool) -> list[tuple[str, float, str, str]]:
    events = fold(one_hot(labels)[:, None], **options)[1]
    return [(e.kind, e.start_s, e.from_label, e.to_label) for e in events]


def together(*labels: str) -> list[Event]:
    return fold(np.stack([one_hot(row) for row in labels], axis=1))[1]


def test_change_that_holds_is_one_individual_event() -> None:
    assert single("nnnhhhhhh") == [("individual", 3, "neutral", "happy")]


def test_excursion_of_one_second_is_dismissed_with_its_return() -> None:
    log, events, _ = fold(one_hot("nnnhnnnnnn")[:, None])
    assert [e.reason for e in events] == [
        "held for 1 s only",
        "return from the change dismissed at 3 s",
    ]
    assert count_changes(log, now_s=10, window_s=60).tolist() == [0]


def test_excursion_that_leads_on_counts_once_from_where_it_began() -> None:
    assert single("nnnhsssss") == [
        ("dismissed", 3, "neutral", "happy"),
        ("individual", 4, "neutral", "sad"),
    ]


def test_chain_of_short_changes_that_comes_back_counts_nothing() -> None:
    assert [kind for kind, *_ in single("nnnhsannnnnn")] == ["dismissed"] * 4


@pytest.mark.parametrize(("quiet_s", "kept"), [(30, True), (58, True), (59, False)])
def test_short_change_is_kept_where_it_recurs_within_a_minute(quiet_s: int, kept: bool) -> None:
    events = single("nnnh" + "n" * quiet_s + "n" + "hnnnnnn")
    second_start_s = 4 + quiet_s + 1
    assert ("individual" if kept else "dismissed", second_start_s, "neutral", "happy") in events
    # with the excursion the return counts, too, or neither does
    assert sum(kind == "individual" for kind, *_ in events) == 2 * kept


def test_short_change_with_most_of_the_group_is_kept() -> None:
    events = together("nnnhnnnnnnnn", "nnnnhhhhhhhh", "nnnhhhhhhhhh", "nnnnnnnnnnnn")
    assert [(e.kind, e.start_s, e.participants) for e in events] == [
        ("group", 3.0, ("P1", "P2", "P3"))
    ]
    assert events[0].reason == "3 of 4 visible members within 2 s of 3 s"


def test_two_of_four_are_two_individual_events() -> None:
    events = together("nnnhhhhhhh", "nnnhhhhhhh", "nnnnnnnnnn", "nnnnnnnnnn")
    assert [(e.kind, e.participants) for e in events] == [
        ("individual", ("P1",)),
        ("individual", ("P2",)),
    ]


def test_most_counts_the_visible_only() -> None:
    events = together("nnnhhhhhhh", "nnnhhhhhhh", "nnnnnnnnnn", "..........")
    assert [e.kind for e in events] == ["group"]


def test_own_history_only_reports_no_group_event() -> None:
    rows = np.stack([one_hot("nnnhnnnnnn"), one_hot("nnnhhhhhhh")], axis=1)
    events = fold(rows, own_history_only=True)[1]
    assert sorted(e.kind for e in events) == ["dismissed", "dismissed", "individual"]


def test_change_seen_for_one_second_before_a_loss_is_dismissed() -> None:
    log, events, _ = fold(one_hot("nnnh....hhhh")[:, None])
    assert [(e.start_s, e.end_s, e.reason) for e in events] == [
        (3.0, 4.0, "held for 1 s only, then not seen")
    ]
    assert not log.members[0].history.excursion


@pytest.mark.parametrize("own_history_only", [True, False])
@pytest.mark.parametrize("seed", range(4))
def test_fold_equals_whole_session_twin(seed: int, own_history_only: bool) -> None:
    rng = np.random.default_rng(seed)
    rows = random_members(rng, n_seconds=150, n_members=2 + seed % 4)
    tolerance_s = 1 + seed % 3
    _, events, _ = fold(rows, own_history_only=own_history_only, tolerance_s=tolerance_s)
    wanted = slow_outcomes(
        rows, settings=SETTINGS, tolerance_s=tolerance_s, own_history_only=own_history_only
    )
    alone = sorted(
        (e.participants[0], e.start_s, e.kind, e.from_label, e.to_label)
        for e in events
        if e.kind != "group"
    )
    assert alone == sorted(
        (f"P{o.member + 1}", o.start_s, o.kind, EMOTIONS[o.from_label], EMOTIONS[o.to_label])
        for o in wanted
        if o.kind != "group"
    )
    assert {
        k for k in ("individual", "dismissed", "group") if any(o.kind == k for o in wanted)
    } == {e.kind for e in events}


@pytest.mark.parametrize("seed", range(4))
def test_counts_equal_kept_outcomes_of_the_twin(seed: int) -> None:
    rows = random_members(np.random.default_rng(seed), n_seconds=120, n_members=4)
    log = fold(rows)[0]
    wanted = slow_outcomes(rows, settings=SETTINGS, tolerance_s=2)
    for now_s, window_s in [(120, 120), (100, 60), (40, 60)]:
        firsts = dict[tuple[int, int | None, int | None], int]()  # one for each group event
        for o in wanted:
            if o.kind != "dismissed":
                alone_s = o.start_s if o.anchor_s is None else None
                firsts.setdefault((o.member, o.anchor_s, alone_s), o.start_s)
        kept = [m for (m, *_), s in firsts.items() if now_s - window_s <= s < now_s]
        counts = np.bincount(kept, minlength=4)
        assert count_changes(log, now_s=now_s, window_s=window_s).tolist() == counts.tolist()


@pytest.mark.parametrize("own_history_only", [True, False])
@pytest.mark.parametrize("seed", range(4))
def test_events_come_within_the_stated_latency(seed: int, own_history_only: bool) -> None:
    rows = random_members(np.random.default_rng(seed), n_seconds=120, n_members=3, unseen=0.2)
    log, events, came_s = fold(rows, own_history_only=own_history_only)
    late = [s + 1 - e.start_s for s, e in zip(came_s, events, strict=False)]
    assert came_s
    assert max(late) <= log.latency_s


def test_prefix_of_the_media_gives_prefix_of_the_events() -> None:
    rows = random_members(np.random.default_rng(3), n_seconds=120, n_members=4)
    _, whole, came_s = fold(rows)
    _, cut, cut_came_s = fold(rows[:80])
    n_before = sum(s < 80 for s in came_s)
    assert whole[:n_before] == cut[: len(cut_came_s)]
    assert n_before > 10


def test_time_shift_moves_events_and_nothing_else() -> None:
    rows = random_members(np.random.default_rng(4), n_seconds=150, n_members=4)
    _, here, _ = fold(rows)
    _, there, _ = fold(rows, first_second=37)
    strip = [replace(e, start_s=e.start_s - 37, end_s=e.end_s - 37, reason="") for e in there]
    assert strip == [replace(e, reason="") for e in here]


def test_member_order_is_of_no_account() -> None:
    rows = random_members(np.random.default_rng(5), n_seconds=120, n_members=4)
    order = [2, 0, 3, 1]
    names = ["P1", "P2", "P3", "P4"]
    _, here, _ = fold(rows, names=names)
    _, there, _ = fold(rows[:, order], names=[names[k] for k in order])

    def plain(events: list[Event]) -> list[tuple[object, ...]]:
        return sorted(
            (e.kind, e.start_s, e.end_s, sorted(e.participants), e.from_label, e.to_label)
            for e in events
        )

    assert plain(here) == plain(there)


def test_emotion_order_is_of_no_account() -> None:
    rows = random_members(np.random.default_rng(6), n_seconds=120, n_members=4)
    order = [3, 6, 0, 5, 1, 2, 4]
    _, here, _ = fold(rows)
    _, there, _ = fold(rows[..., order])
    renamed = {EMOTIONS[old]: EMOTIONS[new] for new, old in enumerate(order)}
    assert [(e.kind, e.start_s, renamed[e.from_label], renamed[e.to_label]) for e in here] == [
        (e.kind, e.start_s, e.from_label, e.to_label) for e in there
    ]


def test_own_history_only_counts_do_not_depend_on_others(rng: np.random.Generator) -> None:
    rows = random_members(rng, n_seconds=120, n_members=4)
    other = np.concatenate([rows[:, :1], random_members(rng, n_seconds=120, n_members=3)], axis=1)
    events = [
        [e for e in fold(r, own_history_only=True)[1] if e.participants == ("P1",)]
        for r in (rows, other)
    ]
    assert events[0] == events[1]


def test_with_group_counts_do_depend_on_others(rng: np.random.Generator) -> None:
    # the reason why tests against chance need `own_history_only`
    rows = np.stack([one_hot("nnnhnnnnnnnn")] * 2, axis=1)
    alone = rows.copy()
    alone[:, 1] = one_hot("n" * 12)
    counts = [count_changes(fold(r)[0], now_s=12, window_s=60)[0] for r in (rows, alone)]
    assert counts == [1, 0]  # there and back with the group are one


def test_invisible_member_is_as_one_without_values() -> None:
    rows = random_members(np.random.default_rng(8), n_seconds=80, n_members=2, unseen=0.0)
    hidden = rows.copy()
    hidden[30:40, 1] = np.nan
    log = start_changes(["P1", "P2"], settings=SETTINGS, tolerance_s=2, keep_s=10_000)
    events: list[Event] = []
    for second, row in enumerate(rows):
        visible = np.array([True, not 30 <= second < 40])
        log, settled = step_changes(log, second, row, visible)
        events += settled
    assert [*events, *flush_changes(log)[1]] == fold(hidden)[1]


def test_member_who_joins_later_is_as_one_unseen_until_then() -> None:
    rows = random_members(np.random.default_rng(9), n_seconds=80, n_members=3, unseen=0.0)
    rows[:30, 2] = np.nan
    log = start_changes(["P1", "P2"], settings=SETTINGS, tolerance_s=2, keep_s=10_000)
    events: list[Event] = []
    for second, row in enumerate(rows):
        if second == 30:
            log = add_members(log, ["P3"])
        n_members = len(log.members)
        log, settled = step_changes(log, second, row[:n_members], np.ones(n_members, dtype=bool))
        events += settled
    assert [*events, *flush_changes(log)[1]] == fold(rows)[1]


def test_step_changes_wrong_number_of_members_names_the_numbers() -> None:
    log = start_changes(["P1", "P2"], settings=SETTINGS, tolerance_s=2)
    with pytest.raises(UsageError, match=r"must be \(2, 7\).*got \(1, 7\)"):
        step_changes(log, 0, np.eye(7)[:1], np.ones(1, dtype=bool))


def test_count_changes_longer_than_kept_names_the_limit() -> None:
    log = start_changes(["P1"], settings=SETTINGS, tolerance_s=2, keep_s=60)
    with pytest.raises(UsageError, match="at most 60 s, but got 61 s"):
        count_changes(log, now_s=100, window_s=61)
