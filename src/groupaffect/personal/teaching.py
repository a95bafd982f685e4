"""Fit a person's corrections of both models to labels by second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from threadpoolctl import threadpool_limits

from groupaffect.person_profile import AdapterKind, Shift, lacks_embeddings
from groupaffect.personal.evidence import BLOCK_S, Evidence, fit_shift, weigh_evidence
from groupaffect.personal.group_labels import GroupLabels
from groupaffect.personal.online_offset import start_online, step_online
from groupaffect.settings import PersonalSettings
from groupaffect.timeline import time_to_second
from groupaffect.types import MODELS, Model
from groupaffect.value_checks import check_shapes

NO_SHIFT = Shift(np.zeros(7))


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


@dataclass(frozen=True, slots=True)
class LabelledFaces:
    """What one model is fitted on: n faces of all lessons, one lesson after the other.

    Attributes
    ----------
    rows : of each lesson, places in its ``PersonRows``.
    probability, target : (n, 7) what is read, and the soft label of the second.
    weight : (n,) how much each counts; the weights of a labelled second sum to its label's.
    block : (n,) number of its block of ``BLOCK_S``; none is of two lessons.
    """

    rows: tuple[Int[np.ndarray, " _"], ...]
    probability: Float[np.ndarray, "n 7"]
    target: Float[np.ndarray, "n 7"]
    weight: Float[np.ndarray, " n"]
    block: Int[np.ndarray, " n"]


@dataclass(frozen=True, slots=True)
class Taught:
    """The correction of one model, and what speaks for it; None where there was no test."""

    shift: Shift
    evidence: Evidence | None


def teach(
    lessons: Sequence[Lesson],
    *,
    adapter: AdapterKind,
    settings: PersonalSettings,
    tested: bool = True,
) -> dict[Model, Taught]:
    """Return the corrections of both models that fit the labels of all lessons.

    Every labelled second counts the same, however many faces it has; within a second faces count
    by their quality. Numbers are rounded to what a profile keeps.

    Parameters
    ----------
    tested : choose the pull by ``weigh_evidence``; else it is ``settings.pull``, for labels that
        do not vary.

    Raises
    ------
    UsageError : a head is to be fitted and embeddings were not kept.
    """
    with threadpool_limits(1):  # products of this size take twice as long on two threads
        return {
            model: _teach_model(model, lessons, adapter == "head", settings, tested)
            for model in MODELS
        }


def keep_proven(taught: Mapping[Model, Taught], *, n_errors: float) -> dict[Model, Shift]:
    """Return the corrections, none for a model for which the evidence is too weak."""
    return {
        model: one.shift if one.evidence is None or one.evidence.is_beyond(n_errors) else NO_SHIFT
        for model, one in taught.items()
    }


def _teach_model(
    model: Model,
    lessons: Sequence[Lesson],
    with_head: bool,
    settings: PersonalSettings,
    tested: bool,
) -> Taught:
    if with_head and any(model not in one.rows.embedding for one in lessons):
        raise lacks_embeddings("a session that did not keep them")
    faces, embedding = choose_faces(lessons, model, most=settings.faces_per_second), None
    if not len(faces.weight):
        return Taught(NO_SHIFT, None)  # this model read nothing: it stays as it is
    if with_head:
        pairs = zip(lessons, faces.rows, strict=True)
        parts = [one.rows.embedding[model][row] for one, row in pairs]
        embedding = np.concatenate(parts).astype(np.float64)
    labelled = faces.probability, embedding, faces.target, faces.weight
    evidence, pull = None, settings.pull
    if tested:
        evidence = weigh_evidence(*labelled, block=faces.block)
        pull = evidence.pull
    return Taught(_as_stored(fit_shift(*labelled, pull=pull)), evidence)


def choose_faces(lessons: Sequence[Lesson], model: Model, *, most: int) -> LabelledFaces:
    """Return the faces to fit one model on: at most so many a second, evenly spread."""
    chosen = [_choose_faces(one, model, most) for one in lessons]
    rows = tuple(row for row, _ in chosen)
    pairs = list(zip(lessons, rows, strict=True))
    seconds = [time_to_second(one.rows.time_s[row]) for one, row in pairs]
    labels = [one.labels.probability[s] for (one, _), s in zip(pairs, seconds, strict=True)]
    return LabelledFaces(
        rows,
        np.concatenate([one.rows.probability[model][row] for one, row in pairs]),
        np.concatenate(labels),
        np.concatenate([w for _, w in chosen]),
        _number_blocks(seconds, [len(one.labels) for one in lessons]),
    )


def _number_blocks(
    seconds: Sequence[Int[np.ndarray, " _"]], n_seconds: Sequence[int]
) -> Int[np.ndarray, " n"]:
    """Return each row's block; no block is of two lessons."""
    n_blocks = [-(-n // BLOCK_S) for n in n_seconds]
    first = np.concatenate([[0], np.cumsum(n_blocks)[:-1]]).astype(np.int64)
    parts = [second // BLOCK_S + start for second, start in zip(seconds, first, strict=True)]
    return np.concatenate(parts)


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
    n_in_second = np.maximum(np.repeat(n, n), 1)
    # of 25 rows and at most 4: those in which place * 4 // 25 becomes 0, 1, 2, 3
    chosen = chosen[(place * most) % n_in_second < most]
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
