"""What FER-2013 and FER+ are like: their columns, and pictures that they hold twice."""

from __future__ import annotations

import hashlib
import io

import numpy as np
from jaxtyping import Bool, UInt8
from PIL import Image

# FER+ votes in the order of ``EMOTIONS``, then for all else that raters could say.
VOTE_COLUMNS = tuple(
    f"v_{name}"
    for name in ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
)
CONTEMPT_COLUMN = "v_contempt"
OTHER_VOTE_COLUMNS = (CONTEMPT_COLUMN, "v_unknown", "v_NF")


def known_rows(
    grey: UInt8[np.ndarray, "n side side"], training_grey: UInt8[np.ndarray, "m side side"]
) -> Bool[np.ndarray, " n"]:
    """Mark the images of which training has an exact twin.

    Examples
    --------
    >>> black, white = np.zeros((1, 2, 2), np.uint8), np.ones((1, 2, 2), np.uint8)
    >>> known_rows(np.concatenate([black, white]), white).tolist()
    [False, True]
    """
    trained = set(picture_digests(training_grey))
    return np.array([digest in trained for digest in picture_digests(grey)], dtype=bool)


def decode_grey(encoded: list[bytes]) -> UInt8[np.ndarray, "n side side"]:
    """Return encoded pictures of one size as grey levels."""
    return np.stack([np.asarray(Image.open(io.BytesIO(one)).convert("L")) for one in encoded])


def picture_digests(grey: UInt8[np.ndarray, "n side side"]) -> list[bytes]:
    """Return the SHA-256 of each picture's pixels."""
    return [hashlib.sha256(image.tobytes()).digest() for image in grey]
