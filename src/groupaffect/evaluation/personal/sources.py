"""What each way of reading says of one person: both models, two fusions, and the profile's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from jaxtyping import Bool, Float, Int

from groupaffect.fusion.mix import fuse
from groupaffect.group_lessons import MembersRead, correct_member, fuse_read
from groupaffect.person_profile import AdapterKind, Shift
from groupaffect.personal.group_labels import GroupLabels
from groupaffect.personal.teaching import Lesson, PersonRows, keep_proven, teach
from groupaffect.settings import PersonalSettings, Settings
from groupaffect.types import Model
from groupaffect.value_checks import check_shapes

PersonSource = Literal["image", "landmark", "fixed", "adaptive", "personal", "wrong group"]
PERSON_SOURCES: tuple[PersonSource, ...] = get_args(PersonSource)
SHIFTS = (0.25, 0.5, 0.75)  # of the training part, by which a wrong group's labels are moved (ours)


@dataclass(frozen=True, slots=True)
class Exam:
    """One person in one session, with what is held out.

    Attributes
    ----------
    read : of everybody. person : id. rows : of the person, frame by frame.
    labels : of the others, re-fused without the person. train, test : (t,) seconds.
    truth : (t,) places in ``EMOTIONS``; -1 where unknown.
    own_rows : ``rows`` as a fine-tuned network of the person's own reads them.
    """

    read: MembersRead
    person: str
    rows: PersonRows
    labels: GroupLabels
    train: Bool[np.ndarray, " t"]
    test: Bool[np.ndarray, " t"]
    settings: Settings
    truth: Int[np.ndarray, " t"]
    own_rows: PersonRows | None = None

    def __post_init__(self) -> None:
        """Check shapes."""
        check_shapes(self, train=("t",), test=("t",), truth=("t",))

    @property
    def place(self) -> int:
        """The person's place among the members."""
        return self.read.participants.index(self.person)

    @property
    def lesson(self) -> Lesson:
        """What fitting takes."""
        return Lesson(self.rows, self.labels, self.train)


def read_person(
    exam: Exam, shifts: Mapping[PersonSource, Mapping[Model, Shift]]
) -> dict[PersonSource, Float[np.ndarray, "t 7"]]:
    """Return the person's expressions by second, by each source.

    Parameters
    ----------
    shifts : of profiles, by the name of their source; each is applied before adaptive fusion.
    """
    image, landmark = exam.read.image[:, exam.place], exam.read.landmark[:, exam.place]
    found: dict[PersonSource, Float[np.ndarray, "t 7"]] = {
        "image": image,
        "landmark": landmark,
        "fixed": fuse(image, landmark, 0.5),
        "adaptive": fuse_read(exam.read, exam.settings)[:, exam.place],
    }
    for name, shift in shifts.items():
        own = exam.own_rows
        if own is None and all(not s.bias.any() and s.weight is None for s in shift.values()):
            found[name] = found["adaptive"]
            continue
        corrected = correct_member(exam.read, exam.person, own or exam.rows, shift)
        found[name] = fuse_read(corrected, exam.settings)[:, exam.place]
    return found


def teach_wrongly(
    exams: Sequence[Exam], *, adapter: AdapterKind, settings: PersonalSettings, share: float
) -> dict[Model, Shift]:
    """Return corrections learned from labels of the wrong time: a group the person was not in.

    The labels of the training seconds are moved in a circle by a share of them. What such a
    profile gains, it does not gain because the group and the person show the same.
    """
    lessons = [mislabel(one, share) for one in exams]
    taught = teach(lessons, adapter=adapter, settings=settings)
    return keep_proven(taught, n_errors=settings.evidence_errors)


def mislabel(exam: Exam, share: float) -> Lesson:
    """Return what fitting takes, with labels of the wrong time."""
    return replace(exam.lesson, labels=_move(exam.labels, exam.train, share))


def _move(labels: GroupLabels, train: Bool[np.ndarray, " t"], share: float) -> GroupLabels:
    seconds = np.flatnonzero(train)
    moved = np.roll(seconds, round(share * len(seconds)))
    probability, weight = labels.probability.copy(), labels.weight.copy()
    probability[seconds], weight[seconds] = labels.probability[moved], labels.weight[moved]
    return GroupLabels(probability, weight)
