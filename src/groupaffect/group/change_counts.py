"""How often each member changes, by window of time (METHODS 8)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float, Int

from groupaffect.settings import GroupSettings


def count_in_windows(
    change_s: Sequence[Int[np.ndarray, " _"]],
    seen: Bool[np.ndarray, "t p"],
    *,
    first_s: int,
    settings: GroupSettings,
) -> Float[np.ndarray, "w p"]:
    """Return each member's changes in every window of ``count_window_s``, one starting a second.

    Windows overlap, so that nothing depends on where the first one starts and two changes that
    come close together are never counted apart for good. NaN where a member is seen for less
    than ``min_visible_share`` of the window.

    Parameters
    ----------
    change_s : for each member the seconds at which a change began; others than the t are left
        out. first_s : second of the first row.

    Returns
    -------
    (w, p) with w = t - count_window_s + 1; none where t is shorter than a window.

    Examples
    --------
    >>> seen = np.ones((12, 1), dtype=bool)
    >>> count_in_windows(
    ...     [np.array([1, 10])], seen, first_s=0, settings=GroupSettings()
    ... )[:, 0].tolist()
    [1.0, 2.0, 1.0]
    """
    began = np.zeros(seen.shape)
    for member, seconds in enumerate(change_s):
        row = np.asarray(seconds, dtype=np.int64) - first_s
        np.add.at(began[:, member], row[(row >= 0) & (row < len(began))], 1.0)
    window_s = settings.count_window_s
    enough = _moving_sum(seen, window_s) >= settings.min_visible_share * window_s - 1e-9
    return np.where(enough, _moving_sum(began, window_s), np.nan)


def _moving_sum(values: np.ndarray, width: int) -> Float[np.ndarray, "w p"]:
    total = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    return np.asarray(total[width:] - total[: max(0, len(total) - width)])
