"""From what a profile was learned in to exams, with truth from a table where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Int

from groupaffect.errors import UsageError, sentence
from groupaffect.evaluation.personal.held_out import examine
from groupaffect.evaluation.personal.sources import Exam, mislabel
from groupaffect.evaluation.truth import read_truth
from groupaffect.fine_tuning import read_anew, tune_person
from groupaffect.group_lessons import label_by_others
from groupaffect.person_profile import PersonProfile
from groupaffect.personalization import Course
from groupaffect.settings import PersonalSettings


def examine_profile(
    profile: PersonProfile,
    courses: Sequence[Course],
    *,
    settings: PersonalSettings,
    truth: Sequence[Path] = (),
) -> dict[str, Any]:
    """Return the figures of a profile on the seconds that it did not learn from.

    Parameters
    ----------
    truth : a table for each session, in their order; none: agreement with the others alone.

    Raises
    ------
    UsageError : there are other numbers of tables than of sessions, or one cannot be read.
    """
    if truth and len(truth) != len(courses):
        message = sentence(
            wanted=f"`--truth` must be given once for each of the {len(courses)} sessions",
            got=f"{len(truth)} tables",
            remedy="give one for each, in their order",
        )
        raise UsageError(message)
    exams = make_exams(courses, settings=settings, truth=truth)
    found = examine(
        exams,
        profile.shift,
        adapter=profile.adapter,
        settings=settings,
        control=profile.teacher == "group",
        tune_wrongly=partial(_tune_wrongly, courses, exams, settings)
        if profile.reads_pictures
        else None,
    )
    return {"participant": profile.participant, "teacher": profile.teacher} | found


def _tune_wrongly(
    courses: Sequence[Course], exams: Sequence[Exam], settings: PersonalSettings, share: float
) -> list[Exam]:
    """Return the exams as a network reads that was trained on labels of the wrong time.

    Where nothing speaks for it, the shared network reads.
    """
    sittings = [course.sitting for course in courses]
    tuned = tune_person(
        [
            replace(sitting, lesson=mislabel(exam, share))
            for sitting, exam in zip(sittings, exams, strict=True)
        ]
    )
    is_proven = tuned.evidence.is_beyond(settings.evidence_errors)
    return [
        replace(exam, own_rows=read_anew(sitting, tuned.moved) if is_proven else None)
        for sitting, exam in zip(sittings, exams, strict=True)
    ]


def make_exams(
    courses: Sequence[Course], *, settings: PersonalSettings, truth: Sequence[Path] = ()
) -> list[Exam]:
    """Return the exam of each course."""
    return [
        Exam(
            course.read,
            course.person,
            course.rows,
            label_by_others(course.read, course.person, settings=course.settings, personal=settings)
            if len(course.read.participants) > 1
            else course.labels,
            course.train,
            course.test,
            course.settings,
            _truth_of(course, truth[place] if truth else None),
            course.own_rows,
        )
        for place, course in enumerate(courses)
    ]


def _truth_of(course: Course, path: Path | None) -> Int[np.ndarray, " t"]:
    known = np.full(len(course.read), -1, dtype=np.int64)
    if path is not None:
        found = read_truth(path, course.session.participants).get(course.person)
        if found is not None:
            known[: len(found)] = found[: len(known)]
    return known
