"""How long a weight stood at its limit: there it says "at least", not "this much"."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float, Int

from groupaffect.types import EmotionSignal, FusionTrace


def has_clamp(trace: FusionTrace) -> bool:
    """Return whether weights have a limit before 0 and 1; the learned gate's have none."""
    low, high = trace.clamp
    return low > 0 or high < 1


def find_clamped(trace: FusionTrace) -> Bool[np.ndarray, "w p"]:
    """Return where the image weight stands at its lowest or highest value.

    The 6 significant digits of ``fusion.csv`` are allowed for.
    """
    low, high = trace.clamp
    image = trace.weight[:, :, 0]
    return np.asarray((image <= low + 1e-6) | (image >= high - 1e-6))


def count_used_seconds(
    trace: FusionTrace, fused: tuple[EmotionSignal, ...]
) -> Int[np.ndarray, "w p"]:
    """Return in how many seconds of each window a participant has a fused value.

    Only there a weight did something: before somebody joins, and while they are away, the weight
    stands where it was.

    Parameters
    ----------
    fused : the participants' fused signals, in any order; who has none counts 0.
    """
    count = np.zeros((len(trace.window_start_s), len(trace.participants)), dtype=np.int64)
    signal_of = {signal.participant: signal for signal in fused}
    for member, participant in enumerate(trace.participants):
        signal = signal_of.get(participant)
        if signal is None:
            continue
        known = ~np.isnan(signal.probability).any(axis=1)
        before = np.concatenate([[0], np.cumsum(known)])  # (t + 1,)
        second_s = signal.start_s + np.arange(len(signal))
        first, end = (
            np.searchsorted(second_s, edge_s - 1e-6)
            for edge_s in (trace.window_start_s, trace.window_end_s)
        )
        count[:, member] = before[end] - before[first]
    return count


def share_clamped(trace: FusionTrace, fused: tuple[EmotionSignal, ...]) -> Float[np.ndarray, " p"]:
    """Return each participant's share of used seconds at the clamp, 0..1; NaN without any.

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
    >>> probability = np.full((25, 7), 1 / 7)
    >>> probability[:10] = np.nan  # joined late: the weight of these seconds was never used
    >>> nothing = np.zeros(25)
    >>> signal = EmotionSignal(
    ...     participant="P1",
    ...     source="fused",
    ...     start_s=0.0,
    ...     probability=probability,
    ...     coverage=nothing,
    ...     quality=nothing,
    ... )
    >>> share_clamped(trace, (signal,)).round(3).tolist()
    [0.333]
    """
    return _mean_over_used(find_clamped(trace).astype(np.float64), trace, fused)


def mean_image_weight(
    trace: FusionTrace, fused: tuple[EmotionSignal, ...]
) -> Float[np.ndarray, " p"]:
    """Return each participant's mean image weight over their used seconds; NaN without any."""
    return _mean_over_used(trace.weight[:, :, 0], trace, fused)


def _mean_over_used(
    value: Float[np.ndarray, "w p"], trace: FusionTrace, fused: tuple[EmotionSignal, ...]
) -> Float[np.ndarray, " p"]:
    used_s = count_used_seconds(trace, fused)
    total_s = used_s.sum(axis=0)
    mean = (value * used_s).sum(axis=0) / np.maximum(total_s, 1)
    return np.asarray(np.where(total_s > 0, mean, np.nan))
