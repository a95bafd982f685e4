"""Which faces may be trained on, and which images of another set are known from training."""

from __future__ import annotations

import hashlib
from collections import Counter

import numpy as np
from jaxtyping import Bool, UInt8


def held_out_rows(
    grey: UInt8[np.ndarray, "n side side"], *, one_in: int = 20
) -> Bool[np.ndarray, " n"]:
    """Mark about one image in twenty, by the hash of its pixels, none with an exact twin.

    The choice depends on the picture alone, so every recipe sets the same faces aside.
    """
    digests = _digests(grey)
    times_seen = Counter(digests)
    chosen = [d[0] * 256 + d[1] < 65536 // one_in and times_seen[d] == 1 for d in digests]
    return np.array(chosen, dtype=bool)


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
    trained = set(_digests(training_grey))
    return np.array([digest in trained for digest in _digests(grey)], dtype=bool)


def _digests(grey: np.ndarray) -> list[bytes]:
    return [hashlib.sha256(image.tobytes()).digest() for image in grey]
