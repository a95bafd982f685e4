"""Train the image network further on one person, from sessions and their recordings.

The only door to ``training``, and PyTorch, that is not a recipe: it opens when it is asked for.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from jaxtyping import Float16

from groupaffect.errors import InsufficientDataError, UsageError, sentence
from groupaffect.expression.model_card import load_card
from groupaffect.expression.network_reading import read_rows
from groupaffect.inference import network_bytes, open_moved_network
from groupaffect.media import Media
from groupaffect.network_weights import read_weights
from groupaffect.person_crops import cut_person, iterate_crops
from groupaffect.personal.evidence import Evidence
from groupaffect.personal.teaching import Lesson, PersonRows, choose_faces
from groupaffect.session.reader import Session

NETWORK = "image_model"  # the one whose layers are known here
FACES_PER_SECOND = 2  # of the person that are trained on (ours: bounds time)
Moved = Mapping[str, Float16[np.ndarray, "*_"]]


@dataclass(frozen=True, slots=True)
class Sitting:
    """One session that a person is trained on.

    Attributes
    ----------
    session, media : and its own recording. person : their id in it.
    lesson : rows, labels, and the seconds to learn from.
    """

    session: Session
    media: Media
    person: str
    lesson: Lesson


@dataclass(frozen=True, slots=True)
class Tuned:
    """What training moved, what speaks for it, and the numbers of the training."""

    moved: dict[str, Float16[np.ndarray, "*_"]]
    evidence: Evidence
    recipe: dict[str, Any]


def check_can_tune(sessions: Sequence[Session]) -> None:
    """Check that there is PyTorch, and that the default image network read the sessions.

    Raises
    ------
    UsageError : there is none, or another network read one.
    """
    if find_spec("torch") is None:
        message = sentence(
            wanted="fine-tuning needs PyTorch",
            got="an installation without it",
            remedy="install groupaffect[train], or use the adapter offset or head",
        )
        raise UsageError(message)
    names = [session.record.settings.expression.image_network for session in sessions]
    others = [name for name in names if name != NETWORK]
    if others:
        message = sentence(
            wanted="fine-tuning is of the default image network",
            got=f"a session that {others[0]} read",
            remedy="analyse with the preset `default`, or use another adapter",
        )
        raise UsageError(message)


def tune_person(sittings: Sequence[Sitting]) -> Tuned:
    """Return the image network's weights trained on the labelled faces of all sittings.

    Raises
    ------
    InsufficientDataError : no labelled second has a face that the image network read.
    MediaError : a recording is not as it was analysed.
    """
    from groupaffect.training.person_tuning import PersonFaces, TuningRecipe, tune_on_person

    faces = choose_faces([one.lesson for one in sittings], "image", most=FACES_PER_SECOND)
    if not len(faces.weight):
        message = sentence(
            wanted="fine-tuning needs faces that the image network read",
            got="none in the training part",
            remedy="choose another session or a longer part",
        )
        raise InsufficientDataError(message)
    crops = [
        cut_person(one.session, one.media, one.person, rows)
        for one, rows in zip(sittings, faces.rows, strict=True)
    ]
    recipe = TuningRecipe()
    moved, evidence = tune_on_person(
        PersonFaces(
            np.concatenate(crops), faces.probability, faces.target, faces.weight, faces.block
        ),
        read_weights(network_bytes("expression", NETWORK)),
        temperature=load_card(NETWORK).temperature,
        recipe=recipe,
    )
    if not all(np.isfinite(by).all() for by in moved.values()):
        message = sentence(
            wanted="fine-tuning needs a training that settles",
            got="weights without bounds",
            remedy="learn from a longer part, or use the adapter offset or head",
        )
        raise InsufficientDataError(message)
    told = {"faces_per_second": FACES_PER_SECOND, **dataclasses.asdict(recipe)}
    return Tuned(moved, evidence, told | {"pulls": list(recipe.pulls)})


def read_anew(sitting: Sitting, moved: Moved) -> PersonRows:
    """Return the person's rows with their faces read by the network that moved.

    Raises
    ------
    MediaError : the recording is not as it was analysed.
    """
    opened, rows = open_moved_network("expression", NETWORK, moved), sitting.lesson.rows
    probability = rows.probability["image"].copy()
    known = np.flatnonzero(~np.isnan(probability).any(axis=1))
    for places, crops in iterate_crops(sitting.session, sitting.media, sitting.person, known):
        grey, every = crops[:, None].astype(np.float32), np.ones(len(crops), dtype=bool)
        read = read_rows(NETWORK, grey, scorable=every, with_embedding=False, moved=opened)
        probability[places] = read[0]
    return dataclasses.replace(rows, probability={**rows.probability, "image": probability})
