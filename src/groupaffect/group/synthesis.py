"""The group's expression: mean, dominant emotions, dispersion (METHODS 7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from groupaffect.types import EMOTIONS

CHANCE = 1.0 / len(EMOTIONS)


@dataclass(frozen=True, slots=True)
class Synthesis:
    """The group by second.

    Attributes
    ----------
    mean : (t, 7) mean over the visible members; NaN where nobody is.
    dispersion : (t,) 0..1 of the largest for that number of members; NaN below 2.
    n_visible : (t,) members with a value.
    """

    mean: Float[np.ndarray, "t 7"]
    dispersion: Float[np.ndarray, " t"]
    n_visible: Int[np.ndarray, " t"]


def synthesise(probability: Float[np.ndarray, "t p 7"]) -> Synthesis:
    """Return mean, dispersion and number of the visible members of each second.

    ``D(t) = (1/N) sum_i ||p_i - mean||``, divided by its maximum for N members (METHODS 7).

    Parameters
    ----------
    probability : (t, p, 7) rows sum to 1, or are NaN where a member is not visible.

    Examples
    --------
    >>> four_different = np.eye(7)[None, [0, 1, 2, 3]]
    >>> two_against_two = np.eye(7)[None, [3, 3, 4, 4]]
    >>> synthesise(four_different).dispersion.round(3).tolist()
    [1.0]
    >>> synthesise(two_against_two).dispersion.round(3).tolist()  # .707 of at most .866
    [0.816]
    """
    seen = ~np.isnan(probability).any(axis=2)  # (t, p)
    n_visible = seen.sum(axis=1)
    known = np.where(seen[..., None], probability, 0.0)
    largest = np.array([largest_dispersion(n) for n in range(probability.shape[1] + 1)])
    with np.errstate(invalid="ignore", divide="ignore"):  # nobody there: the NaN wanted
        mean = known.sum(axis=1) / n_visible[:, None]
        distance = np.linalg.norm(known - mean[:, None], axis=2)
        spread = np.where(seen, distance, 0.0).sum(axis=1) / n_visible
        dispersion = spread / largest[n_visible]
    return Synthesis(mean, np.where(n_visible >= 2, dispersion, np.nan), n_visible)


def largest_dispersion(n_members: int) -> float:
    """Return the largest mean distance from the mean that N distributions over 7 can have.

    All on different corners: ``sqrt(1 - 1/N)`` for N <= 7; for more, spread as evenly as possible
    over the corners (METHODS 7). 0 for one member, NaN for none.

    Examples
    --------
    >>> [round(largest_dispersion(n), 3) for n in (1, 2, 4, 7, 8)]
    [0.0, 0.707, 0.866, 0.926, 0.917]
    """
    if n_members < 1:
        return float("nan")
    corners = len(EMOTIONS)
    each, more = divmod(n_members, corners)
    share = np.array([each + (k < more) for k in range(corners)]) / n_members
    distance = np.sqrt(np.maximum(1.0 - 2.0 * share + share @ share, 0.0))
    return float(share @ distance)


def find_dominant(mean: Float[np.ndarray, "t 7"], *, share: float) -> Bool[np.ndarray, "t 7"]:
    """Return which emotions are at or above ``share`` of the largest and above chance (1/7).

    More than one may mean a polarised group (paper 4.2); none where nobody is visible.

    Parameters
    ----------
    mean : (t, 7) the group's mean. share : 0..1; METHODS 7 gives .8 (ours).

    Examples
    --------
    >>> mean = np.array([[0.0, 0.0, 0.0, 0.45, 0.40, 0.0, 0.15], [np.nan] * 7])
    >>> find_dominant(mean, share=0.8).astype(int).tolist()
    [[0, 0, 0, 1, 1, 0, 0], [0, 0, 0, 0, 0, 0, 0]]
    """
    known = np.nan_to_num(mean, nan=0.0)
    largest = known.max(axis=1, keepdims=True)
    # above chance by more than rounding: in an even mean nothing dominates
    return np.asarray((known >= share * largest) & (known > CHANCE + 1e-12))
