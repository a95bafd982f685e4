"""Learning the gate: the gradient, and that it finds what is there to find."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from evaluation.benchmark.made_pools import made_sight
from groupaffect.evaluation.benchmark.conditions import LIVELY, Condition
from groupaffect.evaluation.benchmark.group_session import simulate_session
from groupaffect.evaluation.benchmark.noise_study import CHAINS, score_chain
from groupaffect.evaluation.benchmark.train_gate import (
    TRAITS_LEARNED_FROM,
    Lesson,
    choose_caution,
    learn_weights,
    steady_all,
    weights_of,
)
from groupaffect.fusion.mix import fuse


def made_lesson(rng: np.random.Generator, *, n_people: int = 28, n_seconds: int = 60) -> Lesson:
    """Return people for half of whom only the image model is right, told by the first habit."""
    truth = rng.integers(0, 7, (n_seconds, n_people))
    right = 0.7 * np.eye(7)[truth] + 0.3 / 7
    wrong = 0.7 * np.eye(7)[(truth + 1) % 7] + 0.3 / 7
    by_image = np.arange(n_people) % 2 == 0
    habit = rng.normal(0, 1, (n_seconds // 10, n_people, 7))
    habit[..., 0] = np.where(by_image, 1.0, -1.0)
    habit[0] = np.nan
    return Lesson(
        image=np.where(by_image[:, None], right, wrong),
        landmark=np.where(by_image[:, None], wrong, right),
        truth=truth,
        habit=habit,
        condition=np.array([TRAITS_LEARNED_FROM[k // 4] for k in range(n_people)]),
        group=np.arange(n_people) // 2,
    )


def test_gate_learns_which_habit_tells_the_better_model(rng: np.random.Generator) -> None:
    lesson = made_lesson(rng)
    learned = learn_weights(lesson)
    assert np.abs(learned["slope"]).argmax() == 0
    weight = weights_of(learned, lesson)
    assert weight[10:, 0::2].min() > 0.9
    assert weight[10:, 1::2].max() < 0.1
    assert np.ptp(weight[:10]) == pytest.approx(0.0)  # nothing is known in the first window


def test_caution_keeps_what_reads_well_where_nothing_lasts(rng: np.random.Generator) -> None:
    lesson = made_lesson(rng)
    choice = choose_caution(learn_weights(lesson), lesson)
    assert choice.macro_f1 > 0.8


def test_caution_takes_the_even_mixture_where_weights_do_not_matter(
    rng: np.random.Generator,
) -> None:
    lesson = made_lesson(rng)
    same = dataclasses.replace(lesson, landmark=lesson.image)
    learned = learn_weights(lesson) | {"level": 2.4, "slope": np.zeros(7)}
    choice = choose_caution(learned, same)
    assert choice.numbers["level"] == pytest.approx(0.0)
    assert choice.evenness == pytest.approx(0.0)


def test_caution_never_takes_what_certainly_loses(rng: np.random.Generator) -> None:
    lesson = made_lesson(rng)
    opposed = dataclasses.replace(lesson, landmark=lesson.landmark[:, :, ::-1])
    learned = learn_weights(lesson) | {"level": 2.0, "slope": np.zeros(7)}
    weight = 1 / (1 + np.exp(-choose_caution(learned, opposed).numbers["level"]))
    assert weight > 0.5


def test_steadying_all_by_a_whole_share_changes_nothing(rng: np.random.Generator) -> None:
    lesson = made_lesson(rng)
    mixed = fuse(lesson.image, lesson.landmark, 0.5)
    nobody = np.zeros(lesson.truth.shape, dtype=bool)
    np.testing.assert_allclose(steady_all(mixed, nobody, (1.0, 0.0, 0.0)), mixed)


def test_noise_chains_trade_false_against_missed_changes(rng: np.random.Generator) -> None:
    condition = Condition("c", ("usual",), LIVELY, n_members=2, duration_s=120)
    sessions = [simulate_session(condition, made_sight(rng), rng)]
    scores = {name: score_chain(chain, sessions, 0.8) for name, chain in CHAINS.items()}
    every, debounced = scores["every candidate"], scores["debounce 2 s"]
    assert debounced["false_changes_per_min"] <= every["false_changes_per_min"]
    assert debounced["missed_share"] >= every["missed_share"]
    for row in scores.values():
        assert 0.0 <= row["missed_share"] <= 1.0
        assert 0.0 <= row["f1"] <= 1.0
