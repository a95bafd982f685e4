"""Read expressions from 68 points alone."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float

from groupaffect.expression.landmark_features import describe_landmarks
from groupaffect.expression.network_reading import read_rows
from groupaffect.inference import open_network
from groupaffect.types import FaceObservations, ModelScores


def score_landmarks(
    observations: FaceObservations,
    *,
    scorable: Bool[np.ndarray, " n"],
    with_embedding: bool = False,
) -> ModelScores:
    """Return the landmark model's reading of each face.

    Parameters
    ----------
    observations : n rows with ``landmark_xy_px``.
    scorable : (n,) bool; other rows get NaN.
    with_embedding : return what the network's last layer sees as well.
    """
    features = describe_landmarks(observations.landmark_xy_px[scorable].astype(np.float64))
    read = read_rows("landmark_model", features, scorable=scorable, with_embedding=with_embedding)
    return ModelScores("landmark", observations.time_s, observations.participant, *read)


def landmark_logits(landmark_xy_px: Float[np.ndarray, "n 68 2"]) -> Float[np.ndarray, "n 7"]:
    """Return the network's logits for 68-point shapes in any unit."""
    network = open_network("expression", "landmark_model")
    features = describe_landmarks(landmark_xy_px.astype(np.float64))
    return np.asarray(network.run(["logits"], {"features": features})[0], dtype=np.float64)
