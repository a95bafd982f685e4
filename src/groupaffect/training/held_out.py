"""Which faces may be trained on."""

from __future__ import annotations

from collections import Counter

import numpy as np
from jaxtyping import Bool, UInt8

from groupaffect.evaluation.fer2013 import picture_digests


def held_out_rows(
    grey: UInt8[np.ndarray, "n side side"], *, one_in: int = 20
) -> Bool[np.ndarray, " n"]:
    """Mark about one image in twenty, by the hash of its pixels, none with an exact twin.

    The choice depends on the picture alone, so every recipe sets the same faces aside.
    """
    digests = picture_digests(grey)
    times_seen = Counter(digests)
    chosen = [d[0] * 256 + d[1] < 65536 // one_in and times_seen[d] == 1 for d in digests]
    return np.array(chosen, dtype=bool)
