from __future__ import annotations

import pytest

from groupaffect.settings import SignalSettings
from groupaffect.signals.changes import Candidate
from groupaffect.signals.noise_rules import ChangeHistory, Verdict, judge_candidate


def vector(label: int, peak: float = 1.0) -> tuple[float, ...]:
    return tuple(peak if k == label else (1 - peak) / 6 for k in range(7))


def move(start_s: int, from_label: int, to_label: int, *, lost: bool = False) -> Candidate:
    return Candidate(start_s, vector(from_label), vector(to_label), from_label, to_label, lost=lost)


def judge(
    history: ChangeHistory, candidate: Candidate, hold_s: int, group_s: tuple[int, ...] = ()
) -> tuple[ChangeHistory, Verdict]:
    return judge_candidate(
        history,
        candidate,
        hold_s=hold_s,
        group_s=group_s,
        tolerance_s=2,
        settings=SignalSettings(),
    )


@pytest.mark.parametrize(("hold_s", "kept"), [(1, False), (2, True), (30, True)])
def test_short_candidate_is_dismissed(hold_s: int, kept: bool) -> None:
    assert judge(ChangeHistory(), move(10, 6, 3), hold_s)[1].kept is kept


@pytest.mark.parametrize(("group_s", "kept"), [(7, False), (8, True), (12, True), (13, False)])
def test_short_candidate_near_a_group_event_is_kept(group_s: int, kept: bool) -> None:
    verdict = judge(ChangeHistory(), move(10, 6, 3), 1, (group_s,))[1]
    assert (verdict.kept, verdict.with_group) == (kept, kept)


@pytest.mark.parametrize(
    ("earlier", "kept"),
    [
        pytest.param((40, 6, 3), True, id="same, 60 s ago"),
        pytest.param((39, 6, 3), False, id="same, 61 s ago"),
        pytest.param((90, 3, 6), False, id="the other way round"),
        pytest.param((90, 6, 4), False, id="to another"),
    ],
)
def test_short_candidate_that_recurs_is_kept(earlier: tuple[int, int, int], kept: bool) -> None:
    verdict = judge(ChangeHistory((earlier,)), move(100, 6, 3), 1)[1]
    assert verdict.kept is kept
    assert (verdict.reason == "recurs: the same change at 40 s") is kept


def test_return_is_no_change_however_long_it_holds() -> None:
    history, _ = judge(ChangeHistory(), move(10, 6, 3), 1)
    history, verdict = judge(history, move(11, 3, 6), 50)
    assert verdict.reason == "return from the change dismissed at 10 s"
    assert history.excursion is None
    assert history.earlier == ((10, 6, 3),)


def test_return_after_a_kept_short_change_counts() -> None:
    history, _ = judge(ChangeHistory(), move(10, 6, 3), 1, (10,))
    assert judge(history, move(11, 3, 6), 50)[1].kept


def test_return_with_the_group_counts() -> None:
    history, _ = judge(ChangeHistory(), move(10, 6, 3), 1)
    verdict = judge(history, move(11, 3, 6), 50, (13,))[1]
    assert (verdict.kept, verdict.from_label) == (True, 3)


def test_way_back_to_the_same_label_but_far_off_is_a_change() -> None:
    history, _ = judge(ChangeHistory(), move(10, 6, 3), 1)
    weaker = Candidate(11, vector(3), vector(6, 0.4), 3, 6)
    verdict = judge(history, weaker, 20)[1]
    assert (verdict.kept, verdict.from_label, verdict.to_label) == (True, 6, 6)
    assert verdict.strength > 0.5


def test_what_follows_a_loss_is_no_return() -> None:
    history, verdict = judge(ChangeHistory(), move(10, 6, 3, lost=True), 1)
    assert verdict.reason == "held for 1 s only, then not seen"
    assert judge(history, move(30, 3, 6), 10)[1].kept


def test_going_on_is_judged_from_before_the_excursion() -> None:
    history, _ = judge(ChangeHistory(), move(10, 6, 3), 1)
    history, verdict = judge(history, move(11, 3, 4), 1)
    assert (verdict.kept, verdict.from_label, verdict.to_label) == (False, 6, 4)
    assert history.excursion is not None
    assert (history.excursion.start_s, history.excursion.label) == (10, 6)
