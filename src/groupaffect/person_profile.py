"""A person's own correction of the two models: a value that is stored and handed back in.

``log p' = log p + weight @ (embedding - centre) + bias``, normalised again, for each model. As
logits are linear in the embedding, that is the model's last layer moved by ``weight`` and ``bias``;
its temperature and what is known of frequent labels stay in ``p``. An offset has a bias alone.

A fine-tuned profile adds nothing to what the shared image network reads: it has weights of that
network that moved, and the network with them reads the person's face in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

import numpy as np
from jaxtyping import Float, Float16
from scipy.special import log_softmax

from groupaffect.errors import UsageError, sentence
from groupaffect.types import Model, ModelScores
from groupaffect.value_checks import check_shapes

AdapterKind = Literal["offset", "head", "fine-tune"]
Teacher = Literal["group", "neutral", "online"]
ADAPTERS: tuple[AdapterKind, ...] = get_args(AdapterKind)
TEACHERS: tuple[Teacher, ...] = get_args(Teacher)
FLOOR = 1e-6  # a probability below counts as this, as in the benchmark's pools (ours)


@dataclass(frozen=True, slots=True)
class Shift:
    """What is added to one model's log probabilities.

    Attributes
    ----------
    bias : (7,) nats. weight : (7, d) by embedding; None: an offset.
    centre : (d,) embedding at which the weight adds nothing; None where there is no weight.
    """

    bias: Float[np.ndarray, " 7"]
    weight: Float[np.ndarray, "7 d"] | None = None
    centre: Float[np.ndarray, " d"] | None = None

    def __post_init__(self) -> None:
        """Check shapes, and that every number is one."""
        check_shapes(self, bias=(7,), weight=(7, "d"), centre=("d",))
        arrays = [a for a in (self.bias, self.weight, self.centre) if a is not None]
        both = (self.weight is None) == (self.centre is None)
        if not both or not all(np.isfinite(a).all() for a in arrays):
            message = sentence(
                wanted="a shift has finite numbers, and weight and centre together",
                got="others",
                remedy="fit it again",
            )
            raise UsageError(message)


@dataclass(frozen=True, slots=True)
class Origin:
    """What one session gave to a profile.

    Attributes
    ----------
    session_sha256, media_sha256 : of ``session.json`` and of the recording.
    participant : id in that session.
    train_s : stretches of the recording that it was allowed to learn from; gap_s : seconds at
        each border of them that neither train nor test.
    label_s : seconds by the label's likeliest emotion that were used.
    homogeneity, low, p : of the group in the longest stretch, beyond chance; NaN: not asked.
    """

    session_sha256: str
    media_sha256: str
    participant: str
    train_s: tuple[tuple[float, float], ...]
    gap_s: int
    label_s: Mapping[str, int]
    homogeneity: float = float("nan")
    low: float = float("nan")
    p: float = float("nan")


@dataclass(frozen=True, slots=True)
class PersonProfile:
    """How the models are corrected for one person, and where that comes from.

    Attributes
    ----------
    participant : id in the session that it is applied to.
    adapter, teacher : what was fitted, and to what.
    shift : of each model.
    networks : sha256 by name of the networks that it corrects.
    origins : one for each session. settings : that it was fitted with.
    objections : what spoke against it and was overruled (``--anyway``).
    evidence : by model, what the correction gained on blocks of seconds that it had not seen:
        ``gain`` and ``error`` of agreement with the labels, 0..1, ``pull``, ``n_blocks``.
    moved : by name in the image network's file, what is added to its weights; of a fine-tuned
        profile alone, and not in the session that it was applied to.
    """

    participant: str
    adapter: AdapterKind
    teacher: Teacher
    shift: Mapping[Model, Shift]
    networks: Mapping[str, str]
    origins: tuple[Origin, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)
    objections: tuple[str, ...] = ()
    evidence: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    moved: Mapping[str, Float16[np.ndarray, "*_"]] = field(default_factory=dict)

    @property
    def reads_pictures(self) -> bool:
        """Whether it is a network of the person's own; else it corrects what was read."""
        return self.adapter == "fine-tune"

    def without_weights(self) -> PersonProfile:
        """Return what a session keeps: a network of the person's own has read its faces."""
        return replace(self, moved={})

    @property
    def needs_embeddings(self) -> bool:
        """Whether probabilities alone do not do."""
        return any(shift.weight is not None for shift in self.shift.values())


def shift_probability(
    probability: Float[np.ndarray, "n 7"],
    shift: Shift,
    embedding: Float[np.ndarray, "n d"] | None = None,
) -> Float[np.ndarray, "n 7"]:
    """Return corrected probabilities; rows that are NaN stay so.

    Parameters
    ----------
    embedding : needed where the shift has a weight.

    Raises
    ------
    UsageError : an embedding of a read face is missing, or has another width.

    Examples
    --------
    >>> even = np.full((1, 7), 1 / 7)
    >>> more_happy = Shift(np.log([1, 1, 1, 2, 1, 1, 1.0]))
    >>> shift_probability(even, more_happy)[0, 3]
    np.float64(0.25)
    """
    log_probability = np.log(np.maximum(probability, FLOOR))  # NaN stays
    moved = log_probability + shift.bias
    if shift.weight is not None and shift.centre is not None:
        known = ~np.isnan(probability).any(axis=1)
        if embedding is None or embedding.shape[1] != len(shift.centre):
            raise lacks_embeddings("none" if embedding is None else f"{embedding.shape[1]} wide")
        if np.isnan(embedding[known]).any():
            raise lacks_embeddings("some faces without one")
        apart = embedding - shift.centre
        # Row by row: a product of matrices depends in its last bits on how many rows it has.
        moved = moved + np.stack([(apart * row).sum(axis=1) for row in shift.weight], axis=1)
    return np.asarray(np.exp(log_softmax(moved, axis=1)))


def lacks_embeddings(got: str) -> UsageError:
    """Return the error of a head that has nothing to work on."""
    return UsageError(
        sentence(
            wanted="a personal head needs the embeddings of its networks",
            got=got,
            remedy="analyse the recording with --keep-embeddings, or fit an offset",
        )
    )


def apply_profiles(scores: ModelScores, profiles: tuple[PersonProfile, ...]) -> ModelScores:
    """Return one model's scores with each person's rows corrected by their own profile.

    Rows are first rounded to what a frame table keeps, so that a stored recording gives the same.

    Raises
    ------
    UsageError : see ``shift_probability``.
    """
    if not profiles:
        return scores
    probability = scores.probability.copy()
    for profile in profiles:
        rows = scores.participant == profile.participant
        if rows.any():
            own = scores.where(rows)
            embedding = None if own.embedding is None else own.embedding.astype(np.float16)
            probability[rows] = shift_probability(
                own.probability.astype(np.float32).astype(np.float64),
                profile.shift[scores.model],
                None if embedding is None else embedding.astype(np.float64),
            )
    return replace(scores, probability=probability)
