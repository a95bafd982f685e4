"""Simulated sessions in which one person's face is special, and the exam that they give."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float
from scipy.special import softmax

from groupaffect.evaluation.benchmark.conditions import LIVELY, Dynamics
from groupaffect.evaluation.benchmark.truth_process import simulate_truth
from groupaffect.evaluation.personal.manners import Cast, Face, Manner
from groupaffect.evaluation.personal.sources import Exam
from groupaffect.group_lessons import MembersRead, label_by_others
from groupaffect.personal.group_labels import GroupLabels
from groupaffect.personal.teaching import PersonRows
from groupaffect.personal.training_part import filter_gap_s, split_seconds
from groupaffect.settings import PersonalSettings, preset

TOGETHER = LIVELY  # people who show the same most of the time
APART = replace(LIVELY, unengaged_share=1.0)  # people who have nothing to do with each other
N_MEMBERS = 4
TEST_S = 600  # held out (ours)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a simulated session is like.

    Attributes
    ----------
    manner : of the first member; all others are usual.
    minutes : to learn from. dynamics : of the group.
    new_looks : whether the person wears other faces in the held-out part: nothing of single
        pictures can help there, only what is lasting.
    label_noise : share of the training seconds whose label is another second's.
    bias : factor of what a "biased" person's face always adds.
    """

    manner: Manner
    minutes: float = 5.0
    dynamics: Dynamics = TOGETHER
    new_looks: bool = True
    label_noise: float = 0.0
    bias: float = 1.0


def simulate_exam(
    setting: Setting, cast: Cast, *, personal: PersonalSettings, rng: np.random.Generator
) -> Exam:
    """Return one person among three others, with labels made by the package's own code."""
    settings = preset("default")
    train_s, gap_s = round(60 * setting.minutes), filter_gap_s(settings)
    truth = simulate_truth(
        setting.dynamics,
        n_members=N_MEMBERS,
        duration_s=train_s + gap_s + TEST_S,
        haste=(1.0,) * N_MEMBERS,
        rng=rng,
    )
    later = train_s + gap_s if setting.new_looks else None
    manner, bias = setting.manner, setting.bias
    first = cast.show(truth[:, 0], manner, bias=bias, new_looks_from=later, rng=rng)
    others = [cast.show(truth[:, k], "usual", rng=rng) for k in range(1, N_MEMBERS)]
    faces = [first, *others]
    read = read_faces(faces)
    labels = label_by_others(read, "P1", settings=settings, personal=personal)
    stretches = ((0.0, float(train_s)),)
    train, test = split_seconds(stretches, n_seconds=len(truth), gap_s=gap_s)
    if setting.label_noise:
        labels = _spoil(labels, train, setting.label_noise, rng)
    rows = member_rows(first, cast)
    return Exam(read, "P1", rows, labels, train, test, settings, truth[:, 0])


def read_faces(faces: list[Face]) -> MembersRead:
    """Return faces as what is read of members P1, P2 ... by second."""
    both = [_probability(face) for face in faces]
    return MembersRead(
        tuple(f"P{k + 1}" for k in range(len(faces))),
        np.stack([p[:, 0] for p in both], axis=1),
        np.stack([p[:, 1] for p in both], axis=1),
        np.stack([face.quality for face in faces], axis=1),
    )


def _probability(face: Face) -> Float[np.ndarray, "t 2 7"]:
    return np.asarray(softmax(face.feature[:, :14].reshape(-1, 2, 7), axis=2))


def member_rows(face: Face, cast: Cast) -> PersonRows:
    """Return a member's face as rows, one a second."""
    probability, width = _probability(face), cast.faces.image_embedding.shape[1]
    embedding = face.feature[:, 14:]
    return PersonRows(
        np.arange(len(face.quality), dtype=np.float64),
        face.quality,
        {"image": probability[:, 0], "landmark": probability[:, 1]},
        {"image": embedding[:, :width], "landmark": embedding[:, width:]},
    )


def _spoil(
    labels: GroupLabels, train: Bool[np.ndarray, " t"], share: float, rng: np.random.Generator
) -> GroupLabels:
    """Return labels of which a share are those of other training seconds."""
    seconds = np.flatnonzero(train)
    wrong = seconds[rng.random(len(seconds)) < share]
    probability = labels.probability.copy()
    probability[wrong] = labels.probability[rng.choice(seconds, len(wrong))]
    return GroupLabels(probability, labels.weight)
