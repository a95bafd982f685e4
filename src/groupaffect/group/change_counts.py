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
    than ``min_visible_share`` of the window, or of the ``settle_s`` before it.

    Dismissal keeps a short change that recurs, so it keeps more once there is something to look
    back on. Everybody's counts rise together in the first minute, and again when all come back
    from a break: counted from the start, .38 of independent groups of four and .84 of eight are
    synchronous in 5 minutes of white noise (``docs/kinds.md``).

    Parameters
    ----------
    change_s : for each member the seconds at which a change began; others than the t are left
        out. first_s : second of the first row.

    Returns
    -------
    (w, p) with w = t - count_window_s + 1; none where t is shorter than a window.

    Examples
    --------
    >>> seen = np.ones((14, 1), dtype=bool)
    >>> settings = GroupSettings(settle_s=2)
    >>> count_in_windows([np.array([3, 12])], seen, first_s=0, settings=settings)[:, 0].tolist()
    [nan, nan, 1.0, 2.0, 1.0]
    """
    began = np.zeros(seen.shape)
    for member, seconds in enumerate(change_s):
        row = np.asarray(seconds, dtype=np.int64) - first_s
        np.add.at(began[:, member], row[(row >= 0) & (row < len(began))], 1.0)
    window_s = settings.count_window_s
    enough = _moving_sum(seen, window_s) >= settings.min_visible_share * window_s - 1e-9
    known = enough & _has_settled(seen, settings)[: len(enough)]
    return np.where(known, _moving_sum(began, window_s), np.nan)


def _has_settled(seen: Bool[np.ndarray, "t p"], settings: GroupSettings) -> Bool[np.ndarray, "u p"]:
    """Return whether dismissal has enough to look back on, at the begin of each second."""
    settle_s = settings.settle_s
    before = _moving_sum(np.pad(seen, ((settle_s, 0), (0, 0))), settle_s)
    settled = before >= settings.min_visible_share * settle_s - 1e-9
    settled[:settle_s] = False
    return settled


def _moving_sum(values: np.ndarray, width: int) -> Float[np.ndarray, "w p"]:
    total = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    return np.asarray(total[width:] - total[: max(0, len(total) - width)])
