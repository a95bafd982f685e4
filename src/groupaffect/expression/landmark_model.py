"""Read expressions from 68 points alone."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float

from groupaffect.expression.landmark_features import describe_landmarks
from groupaffect.expression.network_reading import read_rows
from groupaffect.inference import open_network
from groupaffect.types import FaceObservations, LandmarkModelName, ModelScores


def score_landmarks(
    observations: FaceObservations,
    *,
    scorable: Bool[np.ndarray, " n"],
    network: LandmarkModelName = "landmark_model",
    with_embedding: bool = False,
) -> ModelScores:
    """Return the landmark model's reading of each face.

    Parameters
    ----------
    observations : n rows with ``landmark_xy_px``.
    scorable : (n,) bool; other rows get NaN.
    network : the one that was trained on such points.
    with_embedding : return what the network's last layer sees as well.
    """
    features = describe_landmarks(observations.landmark_xy_px[scorable].astype(np.float64))
    read = read_rows(network, features, scorable=scorable, with_embedding=with_embedding)
    return ModelScores("landmark", observations.time_s, observations.participant, *read)


def landmark_logits(
    landmark_xy_px: Float[np.ndarray, "n 68 2"], *, network: LandmarkModelName = "landmark_model"
) -> Float[np.ndarray, "n 7"]:
    """Return a network's logits for 68-point shapes in any unit."""
    features = describe_landmarks(landmark_xy_px.astype(np.float64))
    outputs = open_network("expression", network).run(["logits"], {"features": features})
    return np.asarray(outputs[0], dtype=np.float64)
