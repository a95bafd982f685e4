"""People who come again: who they are, what may change places, and how often chance passes."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from groupaffect.evaluation.across_sessions import arrangements
from groupaffect.evaluation.across_sessions.association import associate
from groupaffect.evaluation.across_sessions.circles import (
    come_again,
    find_circles,
    identify_people,
)
from groupaffect.evaluation.across_sessions.levels import Level, lay_out, levels_that_differ
from groupaffect.evaluation.across_sessions.measures import StudiedSession
from groupaffect.settings import GroupSettings

N_STUDIES = 300  # .05 within 2.5 standard errors: .02 to .085


def made(name: str, *names: str, sha256: str = "") -> StudiedSession:
    ids = tuple(f"P{place}" for place in range(1, len(names) + 1))
    given = tuple(name or who for name, who in zip(names, ids, strict=True))
    nothing = np.zeros((0, len(names)))
    return StudiedSession(
        *(name, f"{name}.mp4", sha256 or name, ids, given, {}, "", np.nan, np.nan),
        counts=nothing,
        probability=np.zeros((0, len(names), 7)),
        settings=GroupSettings(),
    )


def slow_circles(session: np.ndarray, person: np.ndarray) -> list[int]:
    """Return circles by following one person after the other."""
    circle: dict[int, int] = {}
    for start in session.tolist():
        todo, number = [start], len(set(circle.values()))
        while todo:
            here = todo.pop()
            if here not in circle:
                circle[here] = number
                whom = set(person[session == here].tolist())
                todo += [
                    s for s, p in zip(session.tolist(), person.tolist(), strict=True) if p in whom
                ]
    return [circle[s] for s in session.tolist()]


def test_circles_equal_the_slow_twin(rng: np.random.Generator) -> None:
    for _ in range(20):
        session, person = rng.integers(0, 12, 24), rng.integers(0, 30, 24)
        assert find_circles(session, person).tolist() == slow_circles(session, person)
    assert find_circles(np.zeros(0, dtype=int), np.zeros(0, dtype=int)).tolist() == []


def test_people_are_known_by_name_by_recording_or_as_told() -> None:
    sessions = [made("a", "Ada", ""), made("b", "Ben", "Ada"), made("c", "", "", sha256="a")]
    assert identify_people(sessions).tolist() == [0, 1, 2, 0, 3, 1]
    twins = [made("a", "Ada", "Ada"), made("b", "Ada", "")]
    assert identify_people(twins).tolist() == [0, 1, 2, 3]  # a name of two says nothing
    told = {(0, 0): "x", (1, 0): "x"}
    assert identify_people(sessions[:2], told).tolist() == [0, 1, 0, 2]  # names say nothing then
    assert come_again(identify_people(sessions[:2], told)) == 1


def test_without_people_who_come_again_nothing_changes(rng: np.random.Generator) -> None:
    session = np.repeat(np.arange(8), 3)
    x, y = rng.normal(size=(2, 24))
    for level in ("between sessions", "within sessions"):
        found = associate(x, y, session, level=level)
        assert associate(x, y, session, level=level, person=np.arange(7, 31)) == found
        assert found.n_circles == found.n_sessions == 8
    strangers = np.arange(24)
    assert [*levels_that_differ(x, session, strangers)] == ["between sessions", "within sessions"]


def intact(n_circles: int, n_times: int, n_people: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Return session and person where each circle is the same people several times."""
    session = np.repeat(np.arange(n_circles * n_times), n_people)
    people = np.arange(n_circles * n_people).reshape(n_circles, 1, n_people)
    return session, np.broadcast_to(people, (n_circles, n_times, n_people)).ravel()


def test_p_within_equals_every_permutation_of_people(rng: np.random.Generator) -> None:
    session, person = intact(6, 2, n_people=2)
    x, y = rng.normal(size=(2, 24))
    cx, cy = (v - np.repeat(v.reshape(12, 2).mean(axis=1), 2) for v in (x, y))
    observed, hits = abs(cx @ cy), []
    for swaps in itertools.product([False, True], repeat=6):  # both sessions of a circle at once
        swapped = cx.reshape(6, 2, 2).copy()
        for circle, swap in enumerate(swaps):
            if swap:
                swapped[circle] = swapped[circle][:, ::-1]
        hits.append(abs(swapped.ravel() @ cy) >= observed - 1e-9)
    found = associate(x, y, session, level="within sessions", person=person)
    assert found.p == pytest.approx(np.mean(hits))
    assert (found.n_circles, found.n_sessions, found.n) == (6, 12, 24)


def test_same_people_are_compared_with_themselves_alone(rng: np.random.Generator) -> None:
    session, person = intact(6, 2)
    x, y = np.repeat(rng.normal(size=12), 4), rng.normal(size=48)
    level: Level = "between sessions of the same people"
    assert [*levels_that_differ(x, session, person)] == ["between circles", level]
    found = associate(x, y, session, level=level, person=person)
    moved = associate(x, y + 9.0 * (session // 2), session, level=level, person=person)
    assert moved.r == pytest.approx(found.r)  # what a circle always has cannot count
    mean_x, mean_y = x.reshape(6, 2, 4).mean(axis=2), y.reshape(6, 2, 4).mean(axis=2)
    gain_x, gain_y = mean_x[:, 1] - mean_x[:, 0], mean_y[:, 1] - mean_y[:, 0]
    r = gain_x @ gain_y / np.sqrt((gain_x @ gain_x) * (gain_y @ gain_y))
    assert found.r == pytest.approx(r)
    assert (found.n_circles, found.n_sessions) == (6, 12)


def test_circles_change_places_only_with_those_of_as_many_sessions() -> None:
    sizes = [1, 1, 1, 2, 2, 3]  # sessions of each circle of one person
    person = np.repeat(np.arange(6), sizes)
    session, x = np.arange(10), np.arange(10.0)
    found = lay_out(x, x, session, person, level="between circles")
    assert [rows.ravel().tolist() for rows in found.classes] == [[0, 1, 2], [3, 4]]
    assert found.x.tolist() == [0, 1, 2, 3.5, 5.5]
    assert (found.n_circles, found.n_sessions) == (5, 7)  # the only one of three tells nothing


def partly_mixed(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return 14 circles of two sessions of three people, one or two of whom are in both."""
    session, person = [], []
    for circle in range(14):
        people = 10 * circle + np.arange(6)
        n_both = int(rng.integers(1, 3))
        for time, crew in enumerate((people[:3], people[3 - n_both : 6 - n_both])):
            session += [2 * circle + time] * 3
            person += crew.tolist()
    return np.array(session), np.array(person)


def once_or_thrice(_: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return ten circles of one session and ten of three, of four people each."""
    often, people = intact(10, 3)
    return np.r_[often, 100 + np.repeat(np.arange(10), 4)], np.r_[people, 100 + np.arange(40)]


DESIGNS = {
    "the same groups thrice": lambda _: intact(12, 3),
    "once or thrice": once_or_thrice,
    "partly the same": partly_mixed,
}


@pytest.mark.parametrize(
    ("design", "level"),
    [
        *(
            (design, level)
            for design in DESIGNS
            for level in ("between circles", "within sessions")
        ),
        ("the same groups thrice", "between sessions of the same people"),
    ],
)
def test_false_positives_are_calibrated_where_people_come_again(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch, design: str, level: Level
) -> None:
    for name in ("MOST_LISTED", "N_DRAWN"):
        monkeypatch.setattr(arrangements, name, 199)  # enough for .05, and quick
    hits, naive = [], []
    for _ in range(N_STUDIES):
        session, person = DESIGNS[design](rng)
        x, y = (_lasting(rng, session, person) for _ in range(2))
        hits.append(associate(x, y, session, level=level, person=person).p <= 0.05)
        if design == "the same groups thrice":  # as if nobody came again
            naive.append(associate(x, y, session, level=level).p <= 0.05)
    assert 0.02 <= np.mean(hits) <= 0.085
    if naive and level != "between sessions of the same people":
        assert np.mean(naive) > 0.12  # so the simulation can tell the two apart


def _lasting(rng: np.random.Generator, session: np.ndarray, person: np.ndarray) -> np.ndarray:
    """Return values that people, their circles and their sessions keep."""
    circle = find_circles(session, person)
    of = [rng.normal(size=number.max() + 1)[number] for number in (person, circle, session)]
    return np.asarray(2.0 * of[0] + of[1] + 0.5 * of[2] + rng.normal(size=len(session)))


def test_an_effect_is_found_where_people_come_again(rng: np.random.Generator) -> None:
    session, person = intact(12, 2)
    task = np.tile(np.repeat([0.0, 1.0], 4), 12)
    level: Level = "between sessions of the same people"
    found = [
        associate(task, task + _lasting(rng, session, person), session, level=level, person=person)
        for _ in range(20)
    ]
    assert np.mean([one.p <= 0.05 for one in found]) > 0.6
    assert np.mean([one.slope for one in found]) == pytest.approx(1.0, abs=0.25)


def test_few_circles_are_insufficient_data_however_many_the_sessions() -> None:
    session, person = intact(4, 5)
    x, y = np.random.default_rng(3).normal(size=(2, 80))
    for level in ("between circles", "between sessions of the same people", "within sessions"):
        found = associate(x, y, session, level=level, person=person)
        assert found.why_not == "4 circles of people that tell, of 5 needed"
    host = np.concatenate([[0, 100 + 2 * s, 101 + 2 * s] for s in range(10)])
    found = associate(
        x[:30], y[:30], np.repeat(np.arange(10), 3), level="between circles", person=host
    )
    assert "0 circles of people" in found.why_not  # a host who is everywhere joins all


def test_sessions_alone_of_their_kind_tell_nothing(rng: np.random.Generator) -> None:
    sizes = [*range(1, 8)]
    person = np.repeat(np.arange(7), sizes)
    session = np.arange(28)
    found = associate(*rng.normal(size=(2, 28)), session, level="between circles", person=person)
    assert "0 circles of people that tell" in found.why_not


def test_people_who_are_missing_somewhere_stay_themselves(rng: np.random.Generator) -> None:
    session, person = intact(6, 2, n_people=2)
    x, y = rng.normal(size=(2, 24))
    y[0] = np.nan  # the first person of the first session
    one = replace(lay_out(x, y, session, person, level="within sessions"))
    assert one.n_circles == 5  # in the first circle nobody is in the same sessions as another
    assert {rows.shape for rows in one.classes} == {(2, 2)}
