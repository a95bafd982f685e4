"""Read expressions from the pixels of an aligned face."""

from __future__ import annotations

from typing import Literal

import numpy as np
from jaxtyping import Float, UInt8

from groupaffect.expression.calibration import calibrated_probability
from groupaffect.expression.model_card import load_card
from groupaffect.inference import open_network
from groupaffect.types import FaceObservations, ImageNetworkName, ModelScores


def score_images(
    observations: FaceObservations,
    *,
    scorable: np.ndarray,
    network: ImageNetworkName = "image_model",
) -> ModelScores:
    """Return the image model's reading of each face.

    Parameters
    ----------
    observations : n rows with ``aligned_grey``.
    scorable : (n,) bool; other rows get NaN.
    """
    probability = np.full((len(observations), 7), np.nan)
    if observations.aligned_grey is not None and scorable.any():
        logits = image_logits(observations.aligned_grey[scorable], network=network)
        temperature = load_card(network).temperature
        probability[scorable] = calibrated_probability(logits, temperature=temperature)
    return ModelScores("image", observations.time_s, observations.participant, probability)


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
