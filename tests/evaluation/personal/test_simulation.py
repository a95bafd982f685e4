"""Simulated people are mixtures that the networks' last layer would read the same way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import log_softmax

from evaluation.personal.made_faces import WIDTHS, made_cast
from groupaffect.evaluation.personal.manners import MANNERS, N_LOOKS, Manner
from groupaffect.evaluation.personal.simulated import APART, Setting, simulate_exam
from groupaffect.evaluation.personal.sources import read_person, teach_wrongly
from groupaffect.evaluation.personal.trials import summarise, try_setting
from groupaffect.fusion.mix import fuse
from groupaffect.group_lessons import MembersRead
from groupaffect.person_profile import Shift
from groupaffect.settings import PersonalSettings, Settings


@pytest.fixture(autouse=True)
def even_fusion(monkeypatch: pytest.MonkeyPatch) -> None:
    """Adaptive fusion has its own tests; with types checked, minutes of it take long."""

    def fuse_evenly(read: MembersRead, settings: Settings) -> np.ndarray:
        return fuse(read.image, read.landmark, 0.5)

    for module in ("group_lessons", "evaluation.personal.sources", "evaluation.personal.trials"):
        monkeypatch.setattr(f"groupaffect.{module}.fuse_read", fuse_evenly)


@pytest.mark.parametrize("manner", MANNERS)
def test_readings_are_what_the_last_layer_makes_of_the_embedding(
    rng: np.random.Generator, manner: Manner
) -> None:
    truth = np.repeat(np.arange(7), 10)
    face = made_cast(rng).show(truth, manner, rng=rng)
    at = 14
    for model, width in enumerate(WIDTHS):
        embedding = face.feature[:, at : at + width]
        read = log_softmax(face.feature[:, 7 * model : 7 * model + 7], axis=1)
        wanted = log_softmax(embedding @ (np.eye(7, width) * 3.0).T, axis=1)
        np.testing.assert_allclose(read, wanted, atol=1e-9)
        at += width


def test_new_looks_are_other_faces_and_others_stay(rng: np.random.Generator) -> None:
    cast = made_cast(rng)
    cast.within = np.zeros_like(cast.within)
    truth = np.tile(np.repeat(np.arange(7), 3), 40)
    half = len(truth) // 2
    face = cast.show(truth, "usual", new_looks_from=half, rng=rng)
    worn = [{tuple(row) for row in part.round(9)} for part in np.split(face.feature, [half])]
    assert not worn[0] & worn[1]
    assert all(len(each) <= 7 * N_LOOKS for each in worn)
    same = cast.show(truth, "usual", rng=rng)
    worn = [{tuple(row) for row in part.round(9)} for part in np.split(same.feature, [half])]
    assert worn[0] & worn[1]


def test_exam_keeps_the_gap_and_knows_the_truth(rng: np.random.Generator) -> None:
    cast = made_cast(rng)
    exam = simulate_exam(Setting("usual", minutes=2.0), cast, personal=PersonalSettings(), rng=rng)
    assert (exam.train.sum(), exam.test.sum(), len(exam.truth)) == (120, 600, 780)
    right = exam.read.image[:, 0].argmax(axis=1) == exam.truth
    assert right.mean() > 0.5
    read = read_person(exam, {"personal": dict.fromkeys(("image", "landmark"), Shift(np.zeros(7)))})
    np.testing.assert_array_equal(read["personal"], read["adaptive"])


def test_label_noise_moves_that_share_of_the_labels(rng: np.random.Generator) -> None:
    cast, setting = made_cast(rng), Setting("usual", minutes=10.0)
    pair = [
        simulate_exam(
            replace(setting, label_noise=noise),
            cast,
            personal=PersonalSettings(),
            rng=np.random.default_rng(0),
        )
        for noise in (0.0, 0.5)
    ]
    changed = (pair[0].labels.probability != pair[1].labels.probability).any(axis=1)
    assert 0.4 < changed[pair[0].train].mean() < 0.6
    assert not changed[~pair[0].train].any()


def test_wrong_groups_labels_are_those_of_other_training_seconds(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    exam = simulate_exam(
        Setting("usual", minutes=2.0), made_cast(rng), personal=PersonalSettings(), rng=rng
    )
    seen = []
    monkeypatch.setattr(
        "groupaffect.evaluation.personal.sources.teach",
        lambda lessons, **_: seen.append(lessons[0]) or {},
    )
    teach_wrongly([exam], adapter="offset", settings=PersonalSettings(), share=0.25)
    train = np.flatnonzero(exam.train)
    np.testing.assert_array_equal(
        seen[0].labels.probability[train], np.roll(exam.labels.probability[train], 30, axis=0)
    )


def test_biased_people_gain_and_strangers_are_refused(rng: np.random.Generator) -> None:
    cast = made_cast(rng)
    together = try_setting(
        Setting("biased", bias=3.0), cast, n_people=3, adapters=("offset",), seed=0
    )["offset"]
    gain = summarise(np.array([one.anyway["macro_f1"] for one in together]))
    assert gain["mean"] > 0.03
    assert not all(one.group_refused for one in together)
    apart = try_setting(
        Setting("biased", dynamics=APART), cast, n_people=3, adapters=("offset",), seed=0
    )["offset"]
    assert sum(one.group_refused for one in apart) >= 2
    assert all(one.decided["macro_f1"] == 0 for one in apart if one.refused)
