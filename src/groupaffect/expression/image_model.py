"""Read expressions from the pixels of an aligned face."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, UInt8

from groupaffect.expression.calibration import calibrated_probability
from groupaffect.expression.model_card import load_card
from groupaffect.inference import open_network
from groupaffect.types import FaceObservations, ModelScores


def score_images(observations: FaceObservations, *, scorable: np.ndarray) -> ModelScores:
    """Return the image model's reading of each face.

    Parameters
    ----------
    observations : n rows with ``aligned_grey``.
    scorable : (n,) bool; other rows get NaN.
    """
    probability = np.full((len(observations), 7), np.nan)
    if observations.aligned_grey is not None and scorable.any():
        logits = image_logits(observations.aligned_grey[scorable])
        temperature = load_card("image").temperature
        probability[scorable] = calibrated_probability(logits, temperature=temperature)
    return ModelScores("image", observations.time_s, observations.participant, probability)


def image_logits(aligned_grey: UInt8[np.ndarray, "n 48 48"]) -> Float[np.ndarray, "n 7"]:
    """Return the network's logits for faces cut by ``IMAGE_FRAME``."""
    network = open_network("expression", "image_model")
    grey = aligned_grey[:, None].astype(np.float32)
    return np.asarray(network.run(["logits"], {"grey": grey})[0], dtype=np.float64)
