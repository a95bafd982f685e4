"""Read expressions from the pixels of an aligned face."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from jaxtyping import Bool, Float, UInt8

from groupaffect.expression.network_reading import read_rows
from groupaffect.inference import open_network
from groupaffect.types import FaceObservations, ImageNetworkName, ModelScores

if TYPE_CHECKING:
    import onnxruntime


def score_images(
    observations: FaceObservations,
    *,
    scorable: Bool[np.ndarray, " n"],
    network: ImageNetworkName = "image_model",
    with_embedding: bool = False,
) -> ModelScores:
    """Return the image model's reading of each face.

    Parameters
    ----------
    observations : n rows with ``aligned_grey``.
    scorable : (n,) bool; other rows get NaN.
    with_embedding : return what the network's last layer sees as well.

    Raises
    ------
    UsageError : the network does not tell its embedding.
    """
    crops = observations.aligned_grey
    if crops is None:
        crops, scorable = np.zeros((len(observations), 48, 48), np.uint8), np.zeros_like(scorable)
    grey = crops[scorable][:, None].astype(np.float32)
    read = read_rows(network, grey, scorable=scorable, with_embedding=with_embedding)
    return ModelScores("image", observations.time_s, observations.participant, *read)


def score_own(
    scores: ModelScores,
    observations: FaceObservations,
    own: Mapping[str, onnxruntime.InferenceSession],
    *,
    network: ImageNetworkName = "image_model",
) -> ModelScores:
    """Return the image model's scores with some people read by networks of their own.

    Parameters
    ----------
    scores : of the shared network, of these n observations; what it did not score stays so.
    own : by participant, the shared network with weights that were moved for them.
    """
    crops, probability = observations.aligned_grey, scores.probability.copy()
    embedding = None if scores.embedding is None else scores.embedding.copy()
    for participant, moved in own.items():
        mine = (scores.participant == participant) & ~np.isnan(probability).any(axis=1)
        if crops is not None and mine.any():
            grey, wide = crops[mine][:, None].astype(np.float32), embedding is not None
            read = read_rows(network, grey, scorable=mine, with_embedding=wide, moved=moved)
            probability[mine] = read[0][mine]
            if embedding is not None and read[1] is not None:
                embedding[mine] = read[1][mine]
    return replace(scores, probability=probability, embedding=embedding)


def image_logits(
    aligned_grey: UInt8[np.ndarray, "n 48 48"],
    *,
    network: ImageNetworkName = "image_model",
    output: Literal["logits", "vote_logits"] = "logits",
) -> Float[np.ndarray, "n k"]:
    """Return the network's logits for faces cut by ``IMAGE_FRAME``.

    Parameters
    ----------
    output : "vote_logits": of FER+ votes, an eighth for contempt; the default network has it.
    """
    opened = open_network("expression", network)
    grey = aligned_grey[:, None].astype(np.float32)
    return np.asarray(opened.run([output], {"grey": grey})[0], dtype=np.float64)
