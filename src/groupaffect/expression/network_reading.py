"""Run an expression network on the faces that can be scored; the others are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float

from groupaffect.errors import UsageError, sentence
from groupaffect.expression.calibration import calibrated_probability
from groupaffect.expression.model_card import load_card
from groupaffect.inference import open_network

if TYPE_CHECKING:
    import onnxruntime

EMBEDDING = "embedding"  # output: what the last layer sees, logits are linear in it


def read_rows(
    network: str,
    inputs: Float[np.ndarray, "m ..."],
    *,
    scorable: Bool[np.ndarray, " n"],
    with_embedding: bool,
    moved: onnxruntime.InferenceSession | None = None,
) -> tuple[Float[np.ndarray, "n 7"], Float[np.ndarray, "n d"] | None]:
    """Return calibrated probabilities and, if asked for, embeddings; NaN where not scorable.

    Parameters
    ----------
    inputs : what the network takes for each of the m scorable rows.
    moved : the same network with other weights; the shared one if None.

    Raises
    ------
    UsageError : embeddings are asked for and the network does not tell them.
    """
    opened = open_network("expression", network) if moved is None else moved
    width = embedding_width(network) if with_embedding else 0
    probability = np.full((len(scorable), 7), np.nan)
    embedding = np.full((len(scorable), width), np.nan, dtype=np.float32)
    if scorable.any():
        names = ["logits", EMBEDDING] if with_embedding else ["logits"]
        logits, *rest = opened.run(names, {opened.get_inputs()[0].name: inputs})
        temperature = load_card(network).temperature
        probability[scorable] = calibrated_probability(logits, temperature=temperature)
        embedding[scorable] = rest[0] if rest else 0.0
    return probability, embedding if with_embedding else None


def embedding_width(network: str) -> int:
    """Return how many numbers the network's embedding has.

    Raises
    ------
    UsageError : it tells none.

    Examples
    --------
    >>> embedding_width("image_model"), embedding_width("landmark_model")
    (192, 128)
    """
    for output in open_network("expression", network).get_outputs():
        if output.name == EMBEDDING:
            return int(output.shape[1])
    message = sentence(
        wanted="embeddings can be kept of networks that tell them",
        got=f"{network}, which does not",
        remedy="use the preset `default`",
    )
    raise UsageError(message)
