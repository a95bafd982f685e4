"""Labelled faces with what both models read in them and the embeddings that they read it from.

Embeddings are made anew from the pictures at each run and never kept: unlike the readings of the
benchmark's pools, something of a face could be drawn from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float, Int
from PIL import Image

from groupaffect.evaluation.benchmark.make_pools import FLOOR
from groupaffect.evaluation.voted_faces import read_voted_faces
from groupaffect.expression.image_model import score_images
from groupaffect.expression.landmark_model import score_landmarks
from groupaffect.settings import preset
from groupaffect.stills import StillFace, find_still_face, observe_stills
from groupaffect.value_checks import check_shapes


@dataclass(frozen=True, slots=True)
class EmbeddedFaces:
    """What is known of n labelled faces.

    Attributes
    ----------
    log_probability : (n, 2, 7) by model.
    image_embedding, landmark_embedding : (n, d) of each model, whose logits are linear in it.
    quality : (n,) 0..1. label : (n,) places in ``EMOTIONS``. votes : (n,) of ten raters for it.
    """

    log_probability: Float[np.ndarray, "n 2 7"]
    image_embedding: Float[np.ndarray, "n d"]
    landmark_embedding: Float[np.ndarray, "n k"]
    quality: Float[np.ndarray, " n"]
    label: Int[np.ndarray, " n"]
    votes: Int[np.ndarray, " n"]

    def __post_init__(self) -> None:
        """Check shapes."""
        check_shapes(
            self,
            log_probability=("n", 2, 7),
            image_embedding=("n", "d"),
            landmark_embedding=("n", "k"),
            quality=("n",),
            label=("n",),
            votes=("n",),
        )

    def __len__(self) -> int:
        return len(self.label)

    @property
    def features(self) -> Float[np.ndarray, "n f"]:
        """(n, 14 + d + k): log probabilities and embeddings of both models beside each other."""
        parts = self.log_probability.reshape(len(self), 14)
        return np.hstack([parts, self.image_embedding, self.landmark_embedding])

    def where(self, chosen: Bool[np.ndarray, " n"]) -> EmbeddedFaces:
        """Return the chosen faces."""
        return EmbeddedFaces(
            self.log_probability[chosen],
            self.image_embedding[chosen],
            self.landmark_embedding[chosen],
            self.quality[chosen],
            self.label[chosen],
            self.votes[chosen],
        )


def read_embedded_faces(data: Path) -> tuple[EmbeddedFaces, Bool[np.ndarray, " n"]]:
    """Return FER-2013's PublicTest as the pools hold it, and which faces are to report on.

    Parameters
    ----------
    data : the folder that holds ``fer2013/``.
    """
    faces = read_voted_faces(data)
    return read_with_embedding(faces.grey, faces.label, faces.votes), faces.reporting


def read_with_embedding(
    grey: np.ndarray, label: Int[np.ndarray, " n"], votes: Int[np.ndarray, " n"]
) -> EmbeddedFaces:
    """Return what the run-time code reads in pictures of faces alone."""
    settings = preset("default")
    pictures = (Image.fromarray(still).convert("RGB") for still in grey)
    found = [find_still_face(p, settings=settings.faces, crops="yes") for p in pictures]
    return embed_faces(found, label, votes)


def embed_faces(
    found: Sequence[StillFace | None], label: Int[np.ndarray, " n"], votes: Int[np.ndarray, " n"]
) -> EmbeddedFaces:
    """Return what is read in faces that were found; NaN where none was."""
    seen = observe_stills(found)
    image = score_images(seen, scorable=seen.success, with_embedding=True)
    landmark = score_landmarks(seen, scorable=seen.success, with_embedding=True)
    read = np.stack([image.probability, landmark.probability], axis=1)
    return EmbeddedFaces(
        np.log(read.clip(FLOOR)),
        np.asarray(image.embedding, dtype=np.float64),
        np.asarray(landmark.embedding, dtype=np.float64),
        seen.quality,
        label,
        votes,
    )
