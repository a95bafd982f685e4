"""What the shared models read of a stored session's members, and of one of them frame by frame."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from groupaffect.corrected_rows import leave_out
from groupaffect.group_lessons import MembersRead
from groupaffect.personal.teaching import PersonRows
from groupaffect.reading_fold import Reading
from groupaffect.session.reader import Session
from groupaffect.signals.per_second import FrameRows, mean_rows_per_second
from groupaffect.timeline import n_seconds
from groupaffect.types import MODELS, Model


def read_members(
    session: Session, person: str, *, with_embeddings: bool
) -> tuple[MembersRead, PersonRows]:
    """Return what the shared models read of everybody by second, and of one person by frame.

    Raises
    ------
    UsageError : embeddings are asked for and were not kept.
    UnreadableSessionError : the frame table is damaged.
    """
    frame_s, columns, own = list[np.ndarray](), list[tuple[np.ndarray, ...]](), list[Reading]()
    for reading in session.iterate_readings(with_embeddings=with_embeddings):
        stretch, image, landmark = leave_out(reading, session.record.excluded)
        faces = stretch.faces
        frame_s.append(stretch.frame_time_s)
        scores = image.probability, landmark.probability
        columns.append((faces.time_s, faces.participant, faces.quality, *scores))
        mine = faces.participant == person
        part = dataclasses.replace(stretch, faces=faces.where(mine))
        own.append((part, image.where(mine), landmark.where(mine)))
    time_s, who, quality, *both = map(np.concatenate, zip(*columns, strict=True))
    names = tuple(facts.participant for facts in session.participants)
    means = [
        mean_rows_per_second(
            FrameRows(np.concatenate(frame_s), time_s, who, probability, quality),
            participants=names,
            first_second=0,
            n_seconds=n_seconds(float(session.facts["duration_s"])),
        )
        for probability in both
    ]
    members = MembersRead(
        names,
        means[0].probability,
        means[1].probability,
        np.fmax(means[0].quality, means[1].quality),
    )
    return members, _rows_of(own)


def _rows_of(own: Sequence[Reading]) -> PersonRows:
    scores = {"image": [i for _, i, _ in own], "landmark": [k for _, _, k in own]}
    embedding: dict[Model, np.ndarray] = {}
    for model in MODELS:
        found = [each.embedding for each in scores[model]]
        if all(each is not None for each in found):
            embedding[model] = np.concatenate([each for each in found if each is not None])
    return PersonRows(
        np.concatenate([stretch.faces.time_s for stretch, _, _ in own]),
        np.concatenate([stretch.faces.quality for stretch, _, _ in own]),
        {model: np.concatenate([s.probability for s in scores[model]]) for model in MODELS},
        embedding,
    )
