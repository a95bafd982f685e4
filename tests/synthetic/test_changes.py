from __future__ import annotations

from dataclasses import replace

import numpy as np

from groupaffect.synthetic.changes import TrueChange, find_changes
from groupaffect.synthetic.script import ScriptedEmotion
from groupaffect.synthetic.showing import true_at
from groupaffect.types import EMOTIONS
from synthetic.made_scripts import make_script, people, random_script

SMILE = ScriptedEmotion(4.0, 8.0, "happy")


def test_change_that_most_follow_is_one_group_change() -> None:
    late = tuple(replace(p, lateness_s=0.5 * k) for k, p in enumerate(people()))
    assert find_changes(make_script(SMILE, who=late)) == (
        TrueChange("group", 4.0, 5.5, (0, 1, 2, 3), "neutral", "happy"),
        TrueChange("group", 8.0, 9.5, (0, 1, 2, 3), "happy", "neutral"),
    )


def test_change_that_two_of_four_follow_is_two_individual_changes() -> None:
    away = tuple(replace(p, unengaged=((0.0, 20.0),) * (k > 1)) for k, p in enumerate(people()))
    found = find_changes(make_script(SMILE, who=away))
    assert [(c.kind, c.start_s, c.people) for c in found] == [
        ("individual", 4.0, (0,)),
        ("individual", 4.0, (1,)),
        ("individual", 8.0, (0,)),
        ("individual", 8.0, (1,)),
    ]


def test_own_entry_is_an_individual_change_back_to_the_group() -> None:
    own = ScriptedEmotion(5.0, 6.0, "angry", person="Ben")
    found = [c for c in find_changes(make_script(SMILE, own)) if c.kind == "individual"]
    assert found == [
        TrueChange("individual", 5.0, 5.0, (1,), "happy", "angry"),
        TrueChange("individual", 6.0, 6.0, (1,), "angry", "happy"),
    ]


def test_drifting_away_amid_an_expression_is_an_individual_change() -> None:
    who = (replace(people()[0], unengaged=((6.0, 20.0),)), *people()[1:])
    first, second, last = find_changes(make_script(SMILE, who=who))
    assert (first.kind, first.people) == ("group", (0, 1, 2, 3))
    assert second == TrueChange("individual", 6.0, 6.0, (0,), "happy", "neutral")
    assert (last.kind, last.people) == ("group", (1, 2, 3))


def test_group_goes_from_one_expression_to_the_next_in_one_change() -> None:
    found = find_changes(make_script(SMILE, ScriptedEmotion(8.0, 9.0, "sad")))
    labels = [(c.start_s, c.from_label, c.to_label) for c in found]
    assert labels == [(4.0, "neutral", "happy"), (8.0, "happy", "sad"), (9.0, "sad", "neutral")]


def test_what_is_too_faint_to_be_true_is_no_change() -> None:
    assert find_changes(make_script(replace(SMILE, strength=0.1))) == ()


def test_changes_of_each_person_are_those_of_the_truth_finely_sampled(
    rng: np.random.Generator,
) -> None:
    for _ in range(20):
        script = random_script(rng)
        changes = find_changes(script)
        for index, person in enumerate(script.people):
            time_s = np.arange(1 / 32, 20, 1 / 16)
            labels = true_at(script, person, time_s).emotion
            there = np.flatnonzero(np.diff(labels))
            mine = [c for c in changes if index in c.people]
            assert len(mine) == len(there)
            for change in (c for c in mine if c.kind == "individual"):
                at = int(np.searchsorted(time_s, change.start_s)) - 1
                assert at in there
                assert EMOTIONS[labels[at]] == change.from_label
                assert EMOTIONS[labels[at + 1]] == change.to_label
