"""Read expressions from the pixels of an aligned face."""

from __future__ import annotations

from typing import Literal

import numpy as np
from jaxtyping import Bool, Float, UInt8

from groupaffect.expression.network_reading import read_rows
from groupaffect.inference import open_network
from groupaffect.types import FaceObservations, ImageNetworkName, ModelScores


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
