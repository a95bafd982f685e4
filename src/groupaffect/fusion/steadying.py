"""Steady a signal that flickers, and yield to one that truly moves. Causal; latency 0 s.

What is shown moves towards what is read by a share that grows with the distance between the two:
a small move is half forgotten, a large one is taken at once. Plain smoothing of the same
strength costs accuracy, since it is late at every change (docs/fusion.md).
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float


def steady(
    shown: Float[np.ndarray, "p 7"],
    read: Float[np.ndarray, "p 7"],
    *,
    least_share: float,
    share_by_distance: float,
) -> Float[np.ndarray, "p 7"]:
    """Return what is shown next: ``shown + min(1, a + b d) (read - shown)``.

    d is the total variation distance of the two. Who was not seen before shows what is read;
    who is not seen now shows nothing, and nothing is remembered across the gap.

    Parameters
    ----------
    shown : (p, 7) the second before; NaN where nothing was.
    read : (p, 7) of this second; NaN where not seen.
    least_share, share_by_distance : a and b; a = 1 takes everything as it is read.

    Examples
    --------
    >>> before, now = np.array([[0.6, 0.4, 0, 0, 0, 0, 0]]), np.array([[0.4, 0.6, 0, 0, 0, 0, 0]])
    >>> steady(before, now, least_share=0.2, share_by_distance=1.5)[0, :2].round(2).tolist()
    [0.5, 0.5]
    """
    distance = 0.5 * np.abs(read - shown).sum(axis=1, keepdims=True)
    share = np.minimum(least_share + share_by_distance * distance, 1.0)
    moved = shown + share * (read - shown)
    return np.where(np.isnan(shown), read, moved)
