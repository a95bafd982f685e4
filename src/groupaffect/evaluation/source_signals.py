"""What each source says of each participant, second by second."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from groupaffect.fusion.mix import fuse
from groupaffect.types import Analysis

Signals = dict[str, dict[str, Float[np.ndarray, "t 7"]]]  # by source and participant


def signals_of(analysis: Analysis) -> Signals:
    """Return each source's signal of each participant; "fixed" is the even mixture."""
    people = [p.participant for p in analysis.participants]
    image = {p: analysis.signal(p, "image").probability for p in people}
    landmark = {p: analysis.signal(p, "landmark").probability for p in people}
    return {
        "image": image,
        "landmark": landmark,
        "fixed": {p: fuse(image[p], landmark[p], 0.5) for p in people},
        "fused": {p: analysis.signal(p, "fused").probability for p in people},
    }
