"""How long a weight stood at its limit: there it says "at least", not "this much"."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float

from groupaffect.types import FusionTrace


def find_clamped(trace: FusionTrace) -> Bool[np.ndarray, "w p"]:
    """Return where the image weight stands at its lowest or highest value.

    The 6 significant digits of ``fusion.csv`` are allowed for.
    """
    low, high = trace.clamp
    image = trace.weight[:, :, 0]
    return np.asarray((image <= low + 1e-6) | (image >= high - 1e-6))


def share_clamped(trace: FusionTrace) -> Float[np.ndarray, " p"]:
    """Return each participant's share of time at the clamp, 0..1; NaN without windows.

    METHODS 6: the rule integrates, so four equal people spend about a quarter of the time there.

    Examples
    --------
    >>> image = np.array([[0.1], [0.5], [0.9]])
    >>> trace = FusionTrace(
    ...     participants=("P1",),
    ...     window_start_s=np.array([0.0, 10.0, 20.0]),
    ...     window_end_s=np.array([10.0, 20.0, 25.0]),
    ...     weight=np.stack([image, 1 - image], axis=-1),
    ...     n_changes=np.zeros((3, 1), dtype=int),
    ...     group_n_changes=np.zeros(3),
    ...     reason=np.full((3, 1), ""),
    ...     clamp=(0.1, 0.9),
    ... )
    >>> share_clamped(trace).tolist()
    [0.6]
    """
    length_s = trace.window_end_s - trace.window_start_s
    total_s = float(length_s.sum())
    if total_s <= 0:
        return np.full(len(trace.participants), np.nan)
    return np.asarray((find_clamped(trace) * length_s[:, None]).sum(axis=0) / total_s)
