"""Steady a signal that flickers, and yield to one that truly moves. Causal; latency 0 s.

What is shown moves towards what is read by a share that grows with the distance between the two,
and is larger while both models name the same emotion: two witnesses. A small move that one of
them makes is mostly forgotten, a large one of both is taken at once. Plain smoothing of the same
strength costs accuracy, since it is late at every change (docs/fusion.md).
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float


def steady(
    shown: Float[np.ndarray, "p 7"],
    read: Float[np.ndarray, "p 7"],
    *,
    agreed: Bool[np.ndarray, " p"],
    least_share: float,
    share_by_distance: float,
    share_if_agreed: float,
) -> Float[np.ndarray, "p 7"]:
    """Return what is shown next: ``shown + min(1, a + b d + c) (read - shown)``.

    d is the total variation distance of the two; c counts where both models agree. Who was not
    seen before shows what is read; who is not seen now shows nothing, and nothing is remembered
    across the gap.

    Parameters
    ----------
    shown : (p, 7) the second before; NaN where nothing was.
    read : (p, 7) of this second; NaN where not seen.
    agreed : (p,) whether both models name the same emotion (``agreement``).
    least_share, share_by_distance, share_if_agreed : a, b and c; a = 1 takes everything as read.

    Examples
    --------
    >>> before, now = np.array([[0.6, 0.4, 0, 0, 0, 0, 0]]), np.array([[0.4, 0.6, 0, 0, 0, 0, 0]])
    >>> share = {"least_share": 0.2, "share_by_distance": 1.5, "share_if_agreed": 0.5}
    >>> steady(before, now, agreed=np.array([False]), **share)[0, :2].round(2).tolist()
    [0.5, 0.5]
    >>> steady(before, now, agreed=np.array([True]), **share)[0, :2].round(2).tolist()
    [0.4, 0.6]
    """
    distance = 0.5 * np.abs(read - shown).sum(axis=1, keepdims=True)
    witnessed = share_if_agreed * agreed[:, None]
    share = np.minimum(least_share + share_by_distance * distance + witnessed, 1.0)
    moved = shown + share * (read - shown)
    return np.where(np.isnan(shown), read, moved)


def agreement(
    image_p: Float[np.ndarray, "*shape 7"], landmark_p: Float[np.ndarray, "*shape 7"]
) -> Bool[np.ndarray, "*shape"]:
    """Return where both models name the same emotion; never where one of them is missing.

    Examples
    --------
    >>> agreement(np.eye(7)[[3, 3]], np.eye(7)[[3, 4]]).tolist()
    [True, False]
    """
    both = ~np.isnan(image_p[..., 0] + landmark_p[..., 0])
    return np.asarray(both & (image_p.argmax(axis=-1) == landmark_p.argmax(axis=-1)))
