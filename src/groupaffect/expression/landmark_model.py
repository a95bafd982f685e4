"""Read expressions from 68 points alone."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from groupaffect.expression.calibration import calibrated_probability
from groupaffect.expression.landmark_features import describe_landmarks
from groupaffect.expression.model_card import load_card
from groupaffect.inference import open_network
from groupaffect.types import FaceObservations, ModelScores


def score_landmarks(observations: FaceObservations, *, scorable: np.ndarray) -> ModelScores:
    """Return the landmark model's reading of each face.

    Parameters
    ----------
    observations : n rows with ``landmark_xy_px``.
    scorable : (n,) bool; other rows get NaN.
    """
    probability = np.full((len(observations), 7), np.nan)
    if scorable.any():
        logits = landmark_logits(observations.landmark_xy_px[scorable])
        temperature = load_card("landmark_model").temperature
        probability[scorable] = calibrated_probability(logits, temperature=temperature)
    return ModelScores("landmark", observations.time_s, observations.participant, probability)


def landmark_logits(landmark_xy_px: Float[np.ndarray, "n 68 2"]) -> Float[np.ndarray, "n 7"]:
    """Return the network's logits for 68-point shapes in any unit."""
    network = open_network("expression", "landmark_model")
    features = describe_landmarks(landmark_xy_px.astype(np.float64))
    return np.asarray(network.run(["logits"], {"features": features})[0], dtype=np.float64)
