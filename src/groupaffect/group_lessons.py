"""What a group teaches about one member: labels re-fused without them, and whether it can teach.

No weight, dismissal or filter of the others may depend on the person (METHODS 9): the others are
fused anew as if the person had not been there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from groupaffect.adaptive import fuse_members
from groupaffect.group.kinds import describe_kinds
from groupaffect.own_changes import find_own_changes
from groupaffect.person_profile import Shift, shift_probability
from groupaffect.personal.group_labels import GroupLabels, label_seconds
from groupaffect.personal.teaching import PersonRows
from groupaffect.settings import PersonalSettings, Settings
from groupaffect.signals.per_second import mean_per_second
from groupaffect.types import MODELS, GroupState, Model
from groupaffect.value_checks import check_shapes


@dataclass(frozen=True, slots=True)
class MembersRead:
    """What the shared models read of p members by second, from second 0.

    Attributes
    ----------
    participants : ids.
    image, landmark : (t, p, 7) rows sum to 1, or are NaN where not seen.
    quality : (t, p) 0..1; NaN where not seen.
    """

    participants: tuple[str, ...]
    image: Float[np.ndarray, "t p 7"]
    landmark: Float[np.ndarray, "t p 7"]
    quality: Float[np.ndarray, "t p"]

    def __post_init__(self) -> None:
        """Check shapes."""
        check_shapes(
            self,
            participants=("p",),
            image=("t", "p", 7),
            landmark=("t", "p", 7),
            quality=("t", "p"),
        )

    def __len__(self) -> int:
        return len(self.quality)

    def by_model(self, model: Model) -> Float[np.ndarray, "t p 7"]:
        """Return what one model reads."""
        return self.image if model == "image" else self.landmark

    def without(self, participant: str) -> MembersRead:
        """Return the others."""
        place = self.participants.index(participant)
        return MembersRead(
            tuple(name for name in self.participants if name != participant),
            np.delete(self.image, place, axis=1),
            np.delete(self.landmark, place, axis=1),
            np.delete(self.quality, place, axis=1),
        )


def fuse_read(read: MembersRead, settings: Settings) -> Float[np.ndarray, "t p 7"]:
    """Return what everybody shows by adaptive fusion."""
    return fuse_members(
        read.image,
        read.landmark,
        read.quality,
        participants=read.participants,
        settings=settings,
    )


def label_by_others(
    read: MembersRead, person: str, *, settings: Settings, personal: PersonalSettings
) -> GroupLabels:
    """Return labels for a person from the others alone."""
    return label_seconds(fuse_read(read.without(person), settings), settings=personal)


def judge_homogeneity(
    read: MembersRead, stretch: tuple[int, int], *, settings: Settings
) -> GroupState | None:
    """Return how alike all members are in a stretch of seconds; None for an empty one.

    Judged like any session, on signals without a step across members, and in the training part
    alone: nothing that a profile is tested on has a part in choosing.
    """
    first, last = stretch
    if last <= first:
        return None
    own = find_own_changes(
        read.image[first:last],
        read.landmark[first:last],
        participants=read.participants,
        settings=settings,
        first_second=first,
    )
    kinds = describe_kinds(
        own.change_s,
        own.probability,
        participants=read.participants,
        start_s=float(first),
        settings=settings.group,
    )
    return next(state for state in kinds.states if state.measure == "homogeneity")


def mean_of_others(read: MembersRead, person: str) -> dict[Model, Float[np.ndarray, "t 7"]]:
    """Return by model the mean of what it reads of the others; NaN where none is seen."""
    others, means = read.without(person), dict[Model, Float[np.ndarray, "t 7"]]()
    for model in MODELS:
        value = others.by_model(model)
        seen = ~np.isnan(value).any(axis=2)
        with np.errstate(invalid="ignore"):  # nobody there: the NaN wanted
            total = np.where(seen[..., None], value, 0.0).sum(axis=1)
            means[model] = total / seen.sum(axis=1)[:, None]
    return means


def correct_member(
    read: MembersRead, person: str, rows: PersonRows, shift: Mapping[Model, Shift]
) -> MembersRead:
    """Return the members with one person's seconds made of corrected rows.

    Parameters
    ----------
    rows : of the person, all of the recording's.
    """
    place = read.participants.index(person)
    values = {model: read.by_model(model).copy() for model in MODELS}
    for model in MODELS:
        corrected = shift_probability(
            rows.probability[model], shift[model], rows.embedding.get(model)
        )
        mean, _, _ = mean_per_second(rows.time_s, corrected, rows.quality, n_seconds=len(read))
        values[model][:, place] = mean
    return MembersRead(read.participants, values["image"], values["landmark"], read.quality)
