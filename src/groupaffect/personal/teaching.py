"""Fit a person's corrections of both models to labels by second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from groupaffect.person_profile import AdapterKind, Shift, lacks_embeddings
from groupaffect.personal.fitting import fit_head, fit_offset
from groupaffect.personal.group_labels import GroupLabels
from groupaffect.personal.online_offset import start_online, step_online
from groupaffect.settings import PersonalSettings
from groupaffect.timeline import time_to_second
from groupaffect.types import MODELS, Model
from groupaffect.value_checks import check_shapes


@dataclass(frozen=True, slots=True)
class PersonRows:
    """What the shared models read in one person's faces: n of them, in order.

    Attributes
    ----------
    time_s : (n,) seconds. quality : (n,) 0..1; NaN where not seen.
    probability : by model, (n, 7); NaN where not scorable.
    embedding : by model, (n, d); empty where they were not kept.
    """

    time_s: Float[np.ndarray, " n"]
    quality: Float[np.ndarray, " n"]
    probability: Mapping[Model, Float[np.ndarray, "n 7"]]
    embedding: Mapping[Model, Float[np.ndarray, "n d"]]

    def __post_init__(self) -> None:
        """Check shapes."""
        check_shapes(self, time_s=("n",), quality=("n",))


@dataclass(frozen=True, slots=True)
class Lesson:
    """One session's part in teaching a person.

    Attributes
    ----------
    rows : the person's faces. labels : by second from 0. train : (t,) seconds to learn from.
    """

    rows: PersonRows
    labels: GroupLabels
    train: Bool[np.ndarray, " t"]


def teach(
    lessons: Sequence[Lesson], *, adapter: AdapterKind, settings: PersonalSettings
) -> dict[Model, Shift]:
    """Return the corrections of both models that fit the labels of all lessons.

    Every labelled second counts the same, however many faces it has; within a second faces count
    by their quality. Numbers are rounded to what a profile keeps.

    Raises
    ------
    UsageError : a head is to be fitted and embeddings were not kept.
    """
    return {model: _teach_model(model, lessons, adapter, settings) for model in MODELS}


def _teach_model(
    model: Model, lessons: Sequence[Lesson], adapter: AdapterKind, settings: PersonalSettings
) -> Shift:
    parts = [_choose_faces(lesson, model, settings.faces_per_second) for lesson in lessons]
    pairs = list(zip(lessons, parts, strict=True))
    probability = np.concatenate([one.rows.probability[model][row] for one, (row, _) in pairs])
    second = [time_to_second(one.rows.time_s[row]) for one, (row, _) in pairs]
    labels = [one.labels.probability[s] for (one, _), s in zip(pairs, second, strict=True)]
    target, weight = np.concatenate(labels), np.concatenate([w for _, w in parts])
    if not len(weight):
        return Shift(np.zeros(7))  # this model read nothing: it stays as it is
    if adapter == "offset":
        return _as_stored(fit_offset(probability, target, weight, pull=settings.pull))
    if any(model not in one.rows.embedding for one in lessons):
        raise lacks_embeddings("a session that did not keep them")
    embedding = np.concatenate([one.rows.embedding[model][row] for one, (row, _) in pairs])
    fitted = fit_head(
        probability,
        embedding.astype(np.float64),
        target,
        weight,
        pull=settings.pull,
        head_pull=settings.head_pull,
    )
    return _as_stored(fitted)


def _choose_faces(
    lesson: Lesson, model: Model, most: int
) -> tuple[Int[np.ndarray, " k"], Float[np.ndarray, " k"]]:
    """Return rows to fit on, at most so many a second, evenly spread, and how much each counts."""
    rows = lesson.rows
    second = time_to_second(rows.time_s)
    inside = (second >= 0) & (second < len(lesson.labels))
    usable = inside & (rows.quality > 0) & ~np.isnan(rows.probability[model]).any(axis=1)
    counts = np.where(lesson.train, lesson.labels.weight, 0.0)
    usable[usable] = counts[second[usable]] > 0
    chosen = np.flatnonzero(usable)
    _, start, n = np.unique(second[chosen], return_index=True, return_counts=True)
    place = np.arange(len(chosen)) - np.repeat(start, n)  # of each row within its second
    n_in_second = np.repeat(n, n)
    step = place * most // np.maximum(n_in_second, 1)
    before = (place - 1) * most // np.maximum(n_in_second, 1)
    chosen = chosen[(n_in_second <= most) | (step != before)]
    quality = rows.quality[chosen]
    total = np.bincount(second[chosen], weights=quality, minlength=len(counts))
    return chosen, counts[second[chosen]] * quality / total[second[chosen]]


def teach_online(
    own: Mapping[Model, Float[np.ndarray, "t 7"]],
    others: Mapping[Model, Float[np.ndarray, "t 7"]],
    *,
    train: Bool[np.ndarray, " t"],
    settings: PersonalSettings,
) -> dict[Model, Shift]:
    """Return the offsets that following the person through the training seconds ends with.

    Parameters
    ----------
    own, others : by model, what it reads of the person and the mean of what it reads of the
        others; NaN where not seen.
    """
    shift: dict[Model, Shift] = {}
    for model in MODELS:
        state = start_online()
        for second in np.flatnonzero(train):
            pair = own[model][second], others[model][second]
            state = step_online(state, *pair, settings=settings)
        shift[model] = _as_stored(Shift(state.bias))
    return shift


def _as_stored(shift: Shift) -> Shift:
    """Return the numbers in the precision of a profile's file."""
    arrays = (
        None if a is None else a.astype(np.float32).astype(np.float64)
        for a in (shift.bias, shift.weight, shift.centre)
    )
    bias, weight, centre = arrays
    return Shift(shift.bias if bias is None else bias, weight, centre)
