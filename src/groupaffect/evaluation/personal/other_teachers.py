"""What an offset gains that was learned without a homogeneous group: from rest, and online."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Bool

from groupaffect.evaluation.benchmark.truth_process import NEUTRAL
from groupaffect.evaluation.personal.manners import Cast
from groupaffect.evaluation.personal.simulated import Setting, simulate_exam
from groupaffect.evaluation.personal.sources import Exam
from groupaffect.evaluation.personal.trials import figures_with, gain_of, summarise
from groupaffect.group_lessons import mean_of_others
from groupaffect.person_profile import Shift
from groupaffect.personal.group_labels import count_labels, label_neutral
from groupaffect.personal.objections import object_to_labels
from groupaffect.personal.teaching import NO_SHIFT, teach, teach_online
from groupaffect.personal.training_part import longest_run
from groupaffect.settings import PersonalSettings
from groupaffect.types import MODELS, Model

MOST_REST_S = 30  # as in the command's example (ours)
Shifts = Mapping[Model, Shift]


def try_teachers(
    setting: Setting, cast: Cast, figures: Sequence[str], *, n_people: int, seed: int
) -> dict[str, Any]:
    """Return by teacher what its offset gains; the people of ``try_setting`` with the same seed.

    What the tool refuses (no rest of 5 s; labels of too few seconds or emotions) gains nothing.
    """
    personal, found = PersonalSettings(), {name: list[dict[str, float]]() for name in _TEACHERS}
    refused = dict.fromkeys(_TEACHERS, 0)
    before = []
    for person in range(n_people):
        rng = np.random.default_rng([seed, person])
        exam = simulate_exam(setting, cast, personal=personal, rng=rng)
        before.append(figures_with(exam, dict.fromkeys(MODELS, NO_SHIFT)))
        for name, learn in _TEACHERS.items():
            shift = learn(exam, personal)
            refused[name] += shift is None
            after = before[-1] if shift is None else figures_with(exam, shift)
            found[name].append(gain_of(after, before[-1]))
    return {
        "before": {f: float(np.mean([one[f] for one in before])) for f in figures},
        "teachers": {
            name: {"refused": refused[name] / n_people}
            | {f: summarise(np.array([one[f] for one in gains])) for f in figures}
            for name, gains in found.items()
        },
    }


def learn_from_rest(exam: Exam, personal: PersonalSettings) -> Shifts | None:
    """Return the offset of the longest rest in the training part; None where it is too short.

    Rest is where the person truly shows nothing, as somebody is asked to do; at most
    ``MOST_REST_S`` of it.
    """
    rest = longest_rest(exam)
    if rest.sum() < personal.min_neutral_s:
        return None
    labels = label_neutral(len(exam.truth), settings=personal)
    lesson = replace(exam.lesson, labels=labels, train=rest)
    taught = teach([lesson], adapter="offset", settings=personal, tested=False)
    return {model: one.shift for model, one in taught.items()}


def longest_rest(exam: Exam) -> Bool[np.ndarray, " t"]:
    """Return the seconds of the longest rest in the training part, at most ``MOST_REST_S``."""
    first, last = longest_run(exam.train & (exam.truth == NEUTRAL))
    rest = np.zeros(len(exam.truth), dtype=bool)
    rest[first : min(last, first + MOST_REST_S)] = True
    return rest


def learn_online(exam: Exam, personal: PersonalSettings) -> Shifts | None:
    """Return the offset that following the person through the training part ends with."""
    if object_to_labels([count_labels(exam.labels, chosen=exam.train)], settings=personal):
        return None
    own = {model: exam.read.by_model(model)[:, exam.place] for model in MODELS}
    others = mean_of_others(exam.read, exam.person)
    return teach_online(own, others, train=exam.train, settings=personal)


_TEACHERS: dict[str, Callable[[Exam, PersonalSettings], Shifts | None]] = {
    "neutral stretch": learn_from_rest,
    "online": learn_online,
}
