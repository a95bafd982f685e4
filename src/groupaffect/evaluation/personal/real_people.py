"""Whether a profile of a real person's photographs helps on other photographs of the same person.

A person's seconds are their own photographs as they were read, one a second, drawn from the half
to learn from; the other members are mixtures of other people's faces, as in the simulated study.
The profile is then applied to the other half, photograph by photograph.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.special import softmax

from groupaffect.evaluation.benchmark.truth_process import simulate_truth
from groupaffect.evaluation.personal.agreement_figures import compare_with_truth
from groupaffect.evaluation.personal.embedded_faces import EmbeddedFaces
from groupaffect.evaluation.personal.manners import Cast, Face
from groupaffect.evaluation.personal.photographs import Photographs, split_scenes
from groupaffect.evaluation.personal.simulated import N_MEMBERS, TOGETHER, member_rows, read_faces
from groupaffect.fusion.mix import fuse
from groupaffect.group_lessons import judge_homogeneity, label_by_others
from groupaffect.person_profile import ADAPTERS, AdapterKind, Shift, shift_probability
from groupaffect.personal.group_labels import GroupLabels, count_labels
from groupaffect.personal.objections import (
    object_to_evidence,
    object_to_group,
    object_to_labels,
)
from groupaffect.personal.teaching import NO_SHIFT, Lesson, keep_proven, teach
from groupaffect.settings import PersonalSettings, preset
from groupaffect.types import EMOTIONS, MODELS, Model

LEARN_S = 300
LEAST_OF_LABEL = 6  # photographs in all, for an expression to be shown; half of them to learn from
NEEDED = (EMOTIONS.index("happy"), EMOTIONS.index("neutral"))
ELSE = EMOTIONS.index("happy")  # what a group shows instead of what the person has no picture of
# With two or three expressions shown, three of ten seconds each would refuse most people.
PERSONAL = PersonalSettings(min_emotions=2)

LabelSource = Literal["group", "own"]
LABEL_SOURCES: tuple[LabelSource, ...] = ("group", "own")
Shifts = Mapping[Model, Shift]
Key = tuple[LabelSource, AdapterKind]
Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class PersonLearned:
    """What one half of a person's photographs taught.

    Attributes
    ----------
    test : the other half. refused : by label source and adapter, whether the tool objected.
    anyway, decided : by label source and adapter, the corrections.
    """

    person: int
    learn: EmbeddedFaces
    test: EmbeddedFaces
    trained_points: float
    refused: dict[Key, bool]
    anyway: dict[Key, Shifts]
    decided: dict[Key, Shifts]


def eligible_people(photographs: Photographs, *, least: int) -> list[int]:
    """Return who has so many photographs, and enough of the expressions needed."""
    chosen = []
    for who in np.unique(photographs.person).tolist():
        label = photographs.faces.label[photographs.person == who]
        count = np.bincount(label, minlength=len(EMOTIONS))
        if len(label) >= least and all(count[k] >= LEAST_OF_LABEL for k in NEEDED):
            chosen.append(who)
    return chosen


def learn_person(
    photographs: Photographs, person: int, cast: Cast, *, turned: bool, seed: int
) -> PersonLearned:
    """Return what half of a person's photographs taught.

    Parameters
    ----------
    cast : whom the others are drawn from. turned : learn from the other half.
    """
    rng = np.random.default_rng([seed, person])
    own = photographs.where(photographs.person == person)
    learn = split_scenes(own.faces.label, own.scene, rng=rng) ^ turned
    count = np.bincount(own.faces.label, minlength=len(EMOTIONS))
    in_half = np.bincount(own.faces.label[learn], minlength=len(EMOTIONS))
    shown = (count >= LEAST_OF_LABEL) & (in_half > 0)
    shown[list(NEEDED)] = True
    mine = own.faces.where(learn & shown[own.faces.label])
    test = own.faces.where(~learn & shown[own.faces.label])
    refused: dict[Key, bool] = {}
    anyway: dict[Key, Shifts] = {}
    decided: dict[Key, Shifts] = {}
    for source, lesson, group_refused in _lessons(mine, shown, cast, rng):
        for adapter in ADAPTERS:
            key: Key = source, adapter
            taught = teach([lesson], adapter=adapter, settings=PERSONAL)
            evidence = {m: one.evidence for m, one in taught.items() if one.evidence is not None}
            n_errors = PERSONAL.evidence_errors
            counts = count_labels(lesson.labels, chosen=lesson.train)
            said = object_to_labels([counts], settings=PERSONAL)
            said += object_to_evidence(evidence, n_errors=n_errors)
            refused[key] = bool(said) or group_refused
            anyway[key] = {model: one.shift for model, one in taught.items()}
            nothing = dict.fromkeys(MODELS, NO_SHIFT)
            decided[key] = nothing if refused[key] else keep_proven(taught, n_errors=n_errors)
    trained = float(own.trained_points.mean())
    return PersonLearned(person, mine, test, trained, refused, anyway, decided)


def _lessons(
    mine: EmbeddedFaces,
    shown: Bool[np.ndarray, " 7"],
    cast: Cast,
    rng: np.random.Generator,
) -> list[tuple[LabelSource, Lesson, bool]]:
    """Return the same seconds with the group's labels, and with the rater's own."""
    settings = preset("default")
    truth = simulate_truth(
        TOGETHER,
        n_members=N_MEMBERS,
        duration_s=LEARN_S,
        haste=(1.0,) * N_MEMBERS,
        rng=rng,
    )
    truth = np.where(shown[truth], truth, ELSE)
    first = wear_photographs(mine, truth[:, 0], rng)
    others = [cast.show(truth[:, k], "usual", rng=rng) for k in range(1, N_MEMBERS)]
    read = read_faces([first, *others])
    alike = judge_homogeneity(read, (0, LEARN_S), settings=settings)
    refused = bool(object_to_group(alike, significance=settings.group.significance))
    group = label_by_others(read, "P1", settings=settings, personal=PERSONAL)
    lesson = Lesson(member_rows(first, cast), group, np.ones(LEARN_S, dtype=bool))
    own = GroupLabels(np.eye(len(EMOTIONS))[truth[:, 0]], np.ones(LEARN_S))
    return [("group", lesson, refused), ("own", replace(lesson, labels=own), False)]


def wear_photographs(
    mine: EmbeddedFaces, truth: Int[np.ndarray, " t"], rng: np.random.Generator
) -> Face:
    """Return seconds that are each one of the photographs with the second's expression, as read."""
    row = np.empty(len(truth), dtype=np.int64)
    for k in np.unique(truth):
        at = truth == k
        row[at] = rng.choice(np.flatnonzero(mine.label == k), int(at.sum()))
    return Face(mine.features[row], mine.quality[row])


def read_test(test: EmbeddedFaces, shift: Shifts) -> Float[np.ndarray, "n 7"]:
    """Return the even mixture of what both models read in photographs with a profile applied."""
    embedding = {"image": test.image_embedding, "landmark": test.landmark_embedding}
    read = softmax(test.log_probability, axis=2)
    image, landmark = (
        shift_probability(read[:, k], shift[model], embedding[model])
        for k, model in enumerate(MODELS)
    )
    return fuse(image, landmark, 0.5)


def figures_of(test: EmbeddedFaces, shift: Shifts) -> Figures:
    """Return the figures of a profile on photographs."""
    return compare_with_truth(read_test(test, shift), test.label)
