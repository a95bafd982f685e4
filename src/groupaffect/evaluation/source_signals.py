"""What each source says of each participant, second by second."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from groupaffect.fusion.mix import fuse
from groupaffect.types import Analysis, EmotionSignal

Signals = dict[str, dict[str, Float[np.ndarray, "t 7"]]]  # by source and participant


def signals_of(analysis: Analysis) -> Signals:
    """Return each source's signal of each participant, row 0 for the media's first second.

    "fixed" is the even mixture of the two models; the others are the sources of the analysis.
    """
    people = [p.participant for p in analysis.participants]
    given: Signals = {"image": {}, "landmark": {}, "fixed": {}}
    for signal in analysis.signals:
        given.setdefault(signal.source, {})[signal.participant] = _from_zero(signal)
    image, landmark = given["image"], given["landmark"]
    given["fixed"] = {p: fuse(image[p], landmark[p], 0.5) for p in people}
    return given


def _from_zero(signal: EmotionSignal) -> Float[np.ndarray, "t 7"]:
    """Return a signal with a row for every second from 0; NaN before its start."""
    before = np.full((round(signal.start_s), 7), np.nan)
    return np.concatenate([before, signal.probability])
