"""Offsets from rest and online, on simulated people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evaluation.personal.made_faces import made_cast
from groupaffect.evaluation.personal.other_teachers import (
    MOST_REST_S,
    learn_from_rest,
    learn_online,
    longest_rest,
    try_teachers,
)
from groupaffect.evaluation.personal.simulated import Setting, simulate_exam
from groupaffect.evaluation.personal.sources import Exam
from groupaffect.fusion.mix import fuse
from groupaffect.group_lessons import MembersRead
from groupaffect.settings import PersonalSettings, Settings

NEUTRAL = 6


@pytest.fixture(autouse=True)
def even_fusion(monkeypatch: pytest.MonkeyPatch) -> None:
    """Adaptive fusion has its own tests; with types checked, minutes of it take long."""

    def fuse_evenly(read: MembersRead, settings: Settings) -> np.ndarray:
        return fuse(read.image, read.landmark, 0.5)

    for module in ("group_lessons", "evaluation.personal.sources", "evaluation.personal.trials"):
        monkeypatch.setattr(f"groupaffect.{module}.fuse_read", fuse_evenly)


def make_exam(rng: np.random.Generator, *, minutes: float = 5.0) -> Exam:
    setting = Setting("biased", minutes=minutes, bias=3.0, new_looks=False)
    return simulate_exam(setting, made_cast(rng), personal=PersonalSettings(), rng=rng)


def test_rest_is_neutral_in_the_training_part_and_short(rng: np.random.Generator) -> None:
    exam = make_exam(rng)
    rest = longest_rest(exam)
    seconds = np.flatnonzero(rest)
    assert 0 < len(seconds) <= MOST_REST_S
    assert (np.diff(seconds) == 1).all()
    assert (exam.truth[rest] == NEUTRAL).all()
    assert exam.train[rest].all()


def test_nobody_who_never_rests_is_taught(rng: np.random.Generator) -> None:
    exam = make_exam(rng, minutes=2.0)
    restless = replace(exam, truth=np.full_like(exam.truth, 3))
    assert learn_from_rest(restless, PersonalSettings()) is None
    assert learn_online(exam, PersonalSettings()) is None, "two minutes are under 180 s of labels"


def test_biased_people_gain_by_both_teachers(rng: np.random.Generator) -> None:
    setting = Setting("biased", bias=3.0, new_looks=False)
    found = try_teachers(setting, made_cast(rng), ("macro_f1",), n_people=3, seed=0)
    assert list(found["teachers"]) == ["neutral stretch", "online"]
    for teacher in found["teachers"].values():
        assert teacher["macro_f1"]["mean"] > 0.02
        assert teacher["refused"] < 1
