"""Which emotions dominate a distribution: one, or several in a divided group."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float

from groupaffect.types import EMOTIONS, Emotion

CHANCE = 1.0 / len(EMOTIONS)


def find_dominant(mean: Float[np.ndarray, "t 7"], *, share: float) -> Bool[np.ndarray, "t 7"]:
    """Return which emotions are at least ``share`` of the largest and above chance (1/7).

    Parameters
    ----------
    mean : (t, 7) probabilities; a row of NaN has no dominant emotion.
    share : 0..1; METHODS section 7 gives .8 (ours).

    Examples
    --------
    >>> row = np.array([[0.4, 0.0, 0.0, 0.35, 0.05, 0.1, 0.1]])
    >>> dominant_labels(find_dominant(row, share=0.8)[0])
    ('angry', 'happy')
    """
    filled = np.nan_to_num(mean, nan=0.0)
    largest = filled.max(axis=1, keepdims=True)
    return np.asarray((filled >= share * largest) & (filled > CHANCE))


def dominant_labels(dominant: Bool[np.ndarray, " 7"]) -> tuple[Emotion, ...]:
    """Return the names of the marked emotions, in the order of ``EMOTIONS``.

    Examples
    --------
    >>> dominant_labels(np.array([False] * 6 + [True]))
    ('neutral',)
    """
    return tuple(emotion for emotion, marked in zip(EMOTIONS, dominant, strict=True) if marked)
