from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from groupaffect.evaluation.made_study import HAPPY_SHARE, make_session, write_made_study
from groupaffect.session import load_session


def test_sessions_are_known_by_their_number() -> None:
    assert make_session(3) == make_session(3)
    made = [make_session(number) for number in range(4)]
    people = [person for one in made for person in one.script.people]
    assert len({person.identity_seed for person in people}) == 16
    assert [one.task for one in made] == ["play", "problem", "play", "problem"]


def test_tasks_differ_in_how_often_groups_are_happy() -> None:
    share = {
        task: np.mean(
            [
                entry.emotion == "happy"
                for number in range(40)
                for one in [make_session(number)]
                if one.task == task
                for entry in one.script.timeline
            ]
        )
        for task in HAPPY_SHARE
    }
    for task, wanted in HAPPY_SHARE.items():
        assert abs(share[task] - wanted) < 0.06


def test_made_study_can_be_studied(tmp_path: Path) -> None:
    write_made_study(tmp_path, n_sessions=1, duration_s=2.0)
    write_made_study(tmp_path, n_sessions=1, duration_s=2.0)  # what is there stays
    session = load_session(tmp_path / "sessions" / "group_01")
    with (tmp_path / "covariates.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    tiles = [(f.tile_row, f.tile_column, f.name) for f in session.participants]
    assert sorted(tiles) == [
        (1 + place // 2, 1 + place % 2, row["participant"]) for place, row in enumerate(rows)
    ]
    assert {row["session"] for row in rows} == {session.path.name}
