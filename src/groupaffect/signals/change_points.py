"""Change candidates of one member over a whole series: PELT. Offline (METHODS 5).

PELT (Killick et al. 2012, doi:10.1080/01621459.2012.737745) cuts a series into stretches of equal
mean such that squared deviations plus a penalty for each cut are least. A cut is a candidate, as
in ``changes``, where the dominant emotion of the stretches' means differs or the means lie more
than ``jump`` apart. ``ruptures`` computes it exactly for every second (its ``KernelCPD`` with the
linear kernel is PELT with the cost of the mean, in C, and looks at every sample: ``jump=1``).

The penalty is the smallest that leaves hardly a cut in surrogates in which nothing changes: the
series' own deviations from its running median, in random order.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from groupaffect.settings import SignalSettings
from groupaffect.signals.changes import Candidate, ChangeWatch, Move, Vector, dominant_place

N_SURROGATES = 20
SURROGATE_S = 300  # seconds of each; 100 minutes together
_SEED = 20240
_LEAST_PENALTY = 1e-6  # rounding of a series that never moves is no change
_HALVINGS = 10  # of the range of the logarithm: the penalty is exact to some 2 %


def find_candidates(
    probability: Float[np.ndarray, "t 7"], *, settings: SignalSettings, first_second: int = 0
) -> tuple[Candidate, ...]:
    """Return one member's change candidates in order.

    Across gaps of at most ``max_gap_s`` the series goes on, and a change belongs to the first
    second seen again; a longer gap ends the candidate before it, as in ``changes``.

    Parameters
    ----------
    probability : (t, 7) one row a second; rows sum to 1 or are NaN.

    Examples
    --------
    >>> series = np.eye(7)[[6] * 10 + [3] * 10]
    >>> [found] = find_candidates(series, settings=SignalSettings())
    >>> found.start_s, found.from_label, found.to_label, found.end_s
    (10, 6, 3, 20)
    """
    seen = np.asarray(np.isfinite(probability).all(axis=1))
    parts = [np.flatnonzero(seen)[a:b] for a, b in _without_long_gaps(seen, settings.max_gap_s)]
    residual = [_residual(probability[part], settings.min_change_s) for part in parts]
    penalty = calibrate_penalty(
        np.concatenate([np.empty((0, 7)), *residual]), false_per_min=settings.false_points_per_min
    )
    found: list[Candidate] = []
    for part in parts:
        found += _candidates(probability[part], part + first_second, penalty, settings.jump)
    return tuple(found)


def calibrate_penalty(residual: Float[np.ndarray, "n 7"], *, false_per_min: float) -> float:
    """Return the smallest penalty with which surrogates of pure noise are cut rarely enough.

    Parameters
    ----------
    residual : deviations of the series from its level; surrogates are drawn from its rows.
    false_per_min : cuts a minute that the surrogates may have.

    Examples
    --------
    >>> noise = np.random.default_rng(1).normal(size=(200, 7))
    >>> few, many = (calibrate_penalty(noise, false_per_min=rate) for rate in (0.1, 10))
    >>> many < few
    True
    """
    if not len(residual) or not np.abs(residual).max() > math.sqrt(_LEAST_PENALTY):
        return _LEAST_PENALTY
    rng = np.random.default_rng(_SEED)
    drawn = residual[rng.integers(0, len(residual), size=(N_SURROGATES, SURROGATE_S))]  # (m, s, 7)
    surrogates = [_search(each) for each in drawn]
    most = false_per_min * N_SURROGATES * SURROGATE_S / 60
    low = math.log(_LEAST_PENALTY)
    high = math.log(_LEAST_PENALTY + (drawn**2).sum(axis=(1, 2)).max())  # no cut is worth this
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        n_cuts, uncut = 0, set[int]()
        for place, each in enumerate(surrogates):
            found = len(each.predict(pen=math.exp(middle))) - 1
            n_cuts += found
            uncut |= {place} if not found else set()
            if n_cuts > most:
                break
        if n_cuts > most:  # a larger penalty cuts none of those that this one left whole
            low = middle
            surrogates = [each for place, each in enumerate(surrogates) if place not in uncut]
        else:
            high = middle
    return math.exp(high)


def cut_series(values: Float[np.ndarray, "t 7"], *, penalty: float) -> list[int]:
    """Return the first place of each new stretch, by PELT.

    Examples
    --------
    >>> cut_series(np.eye(7)[[6, 6, 6, 3, 3]], penalty=0.5)
    [3]
    """
    if len(values) < 2:
        return []
    return [int(place) for place in _search(values).predict(pen=penalty)[:-1]]


def _search(values: Float[np.ndarray, "t 7"]) -> Any:  # noqa: ANN401  (ruptures has no types)
    from ruptures import KernelCPD

    return KernelCPD(kernel="linear", min_size=1, jump=1).fit(np.ascontiguousarray(values))


def replay_candidates(
    candidates: Sequence[Candidate], seen: Bool[np.ndarray, " t"], *, first_second: int = 0
) -> Iterator[Move]:
    """Yield what each second showed, as ``changes.step_candidate`` would return it.

    So candidates that were found over the whole series pass the same steps as causal ones.

    Parameters
    ----------
    candidates : of one member, in order. seen : (t,) in which seconds the member was.
    """
    ends = {c.end_s: c for c in candidates}
    starts = {c.start_s: c for c in candidates}
    seen_s: int | None = None
    current: Candidate | None = None
    for second, visible in enumerate(seen.tolist(), first_second):
        ended = ends.get(second)
        current = starts.get(second, None if ended is not None else current)
        seen_s = second if visible else seen_s
        holds = None if current is None else replace(current, end_s=None, lost=False)
        yield ChangeWatch(seen_s, open=holds), ended


def _without_long_gaps(seen: Bool[np.ndarray, " t"], max_gap_s: int) -> list[tuple[int, int]]:
    """Return (first, past-last) places among the seen seconds between gaps that are too long."""
    seconds = np.flatnonzero(seen)
    follows = np.diff(seconds, prepend=-np.inf) <= max_gap_s + 1
    return list(pairwise([*np.flatnonzero(~follows).tolist(), len(seconds)]))


def _residual(values: Float[np.ndarray, "t 7"], min_change_s: int) -> Float[np.ndarray, "t 7"]:
    """Return deviations from the running median over the widest window that follows any change.

    What holds for ``min_change_s`` is most of 2 ``min_change_s`` - 1 seconds.
    """
    reach = min_change_s - 1
    padded = np.pad(values, ((reach, reach), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1, axis=0)
    return np.asarray(values - np.median(windows, axis=-1))


def _candidates(
    values: Float[np.ndarray, "t 7"], second: Int[np.ndarray, " t"], penalty: float, jump: float
) -> list[Candidate]:
    """Return the candidates of one part without a long gap."""
    cuts = [0, *cut_series(values, penalty=penalty), len(values)]
    levels: list[tuple[int, Vector]] = [
        (int(second[a]), tuple(values[a:b].mean(axis=0).tolist()))
        for a, b in pairwise(cuts)
        if b > a
    ]
    found: list[Candidate] = []
    for (_, before), (start_s, after) in pairwise(levels):
        labels = dominant_place(before), dominant_place(after)
        if labels[0] == labels[1] and math.dist(before, after) <= jump:
            continue
        if found:
            found[-1] = replace(found[-1], end_s=start_s)
        found.append(Candidate(start_s, before, after, *labels))
    if found:
        found[-1] = replace(found[-1], end_s=int(second[-1]) + 1, lost=True)
    return found
