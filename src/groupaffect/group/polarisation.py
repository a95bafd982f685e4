"""How far the group falls into two camps, beside what chance alone would show (METHODS 7)."""

from __future__ import annotations

import functools

import numpy as np
from jaxtyping import Bool, Float, Int

MAX_MEMBERS = 12  # 2,047 ways to form two camps; every way is tried
CHANCE_DRAWS = 4000
CHANCE_SEED = 20240
CHANCE_CONCENTRATION = 0.5  # of the Dirichlet: mostly one or two emotions at once (ours)

_CHUNK = 2**18  # seconds x ways done at once; bounds memory


def polarisation(
    probability: Float[np.ndarray, "t p 7"], *, min_members: int = 4
) -> Float[np.ndarray, " t"]:
    """Return the share of the members' variance that lies between the best two camps, 0..1.

    NaN where fewer than ``min_members`` or more than ``MAX_MEMBERS`` are visible, or all are
    exactly alike. Meaningless without ``polarisation_chance`` beside it: the best of many splits
    is large for independent members, too.

    Parameters
    ----------
    probability : (t, p, 7) rows sum to 1, or are NaN where a member is not visible.

    Examples
    --------
    >>> two_against_two = np.eye(7)[None, [3, 3, 4, 4]]
    >>> four_different = np.eye(7)[None, [0, 1, 2, 3]]
    >>> both = np.concatenate([two_against_two, four_different])
    >>> polarisation(both).round(3).tolist()
    [1.0, 0.333]
    """
    seen = ~np.isnan(probability).any(axis=2)
    share = np.full(len(probability), np.nan)
    # seconds that show the same members are done together
    for pattern in np.unique(seen, axis=0):
        n_members = int(pattern.sum())
        if not max(2, min_members) <= n_members <= MAX_MEMBERS:
            continue
        rows_at_once = max(1, _CHUNK >> (n_members - 1))
        for rows in _chunks(np.flatnonzero((seen == pattern).all(axis=1)), rows_at_once):
            share[rows] = _best_split(probability[rows][:, pattern])
    return share


@functools.cache
def polarisation_chance(
    n_members: int, *, n_draws: int = CHANCE_DRAWS, seed: int = CHANCE_SEED
) -> float:
    """Return the mean polarisation of independent members; NaN below 2 or above 12.

    Simulated with a fixed seed: members drawn from a Dirichlet of ``CHANCE_CONCENTRATION``. The
    value hardly depends on that choice (at N = 4: .58 for 1, .59 for .2, .60 for a softmax of
    normal scores). METHODS 7 gives .72 / .60 / .45 / .39 for 3 / 4 / 6 / 8.

    Examples
    --------
    >>> [round(polarisation_chance(n), 2) for n in (3, 4, 6, 8)]
    [0.72, 0.58, 0.45, 0.39]
    """
    if not 2 <= n_members <= MAX_MEMBERS:
        return float("nan")
    rng = np.random.default_rng(seed)
    draws = rng.dirichlet(np.full(7, CHANCE_CONCENTRATION), size=(n_draws, n_members))
    return float(np.mean(polarisation(draws, min_members=2)))


@functools.cache
def two_camps(n_members: int) -> Bool[np.ndarray, "m n"]:
    """Return every way to form two camps, one a row; the last member is always False.

    Examples
    --------
    >>> two_camps(3).astype(int).tolist()
    [[1, 0, 0], [0, 1, 0], [1, 1, 0]]
    """
    number = np.arange(1, 2 ** (n_members - 1))
    camps = np.asarray((number[:, None] >> np.arange(n_members)) % 2 == 1)
    camps.setflags(write=False)
    return camps


def _best_split(values: Float[np.ndarray, "t n 7"]) -> Float[np.ndarray, " t"]:
    centred = values - values.mean(axis=1, keepdims=True)
    total = (centred**2).sum(axis=(1, 2))
    n_members = values.shape[1]
    camps = two_camps(n_members).astype(np.float64)  # (m, n)
    sums = camps @ centred  # (t, m, 7); the other camp's sum is its negative
    size = camps.sum(axis=1)
    between = (sums**2).sum(axis=2) * (1.0 / size + 1.0 / (n_members - size))
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.minimum(between.max(axis=1) / total, 1.0)
    # at 1e-20 and below the members differ by rounding only
    return np.asarray(np.where(total > 1e-20, share, np.nan))


def _chunks(rows: Int[np.ndarray, " t"], size: int) -> list[Int[np.ndarray, " c"]]:
    return [rows[start : start + size] for start in range(0, len(rows), size)]
