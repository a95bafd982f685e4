"""Who sides with whom: the camps a group falls into, second by second (METHODS 7).

Below ``KMEANS_FROM`` members the best of all splits in two, the one whose variance
``polarisation`` reports. From there on K-means (Lloyd's iteration from k-means++ starts), and the
number of camps with the best mean silhouette. Camps are given whether or not the group is more
apart than chance: read them beside ``polarisation`` and its chance value.

References
----------
Arthur & Vassilvitskii 2007 (k-means++), 10.5555/1283383.1283494. Rousseeuw 1987,
10.1016/0377-0427(87)90125-7 (silhouette).
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int, Int8

from groupaffect.group.polarisation import two_camps

KMEANS_FROM = 8  # members (METHODS 7)
MAX_CAMPS = 4
N_STARTS = 8
N_ROUNDS = 12  # of Lloyd's iteration; few members settle sooner
SEED = 20244
NO_CAMP = -1
_ALIKE = 1e-20  # summed squares at which members differ by rounding only
_CHUNK = 512  # seconds done at once


def find_camps(
    probability: Float[np.ndarray, "t p 7"], *, min_members: int = 4
) -> Int8[np.ndarray, "t p"]:
    """Return each member's camp in each second, from 0 in the order of the members.

    -1 where a member is not visible, fewer than ``min_members`` are, or all are exactly alike.

    Parameters
    ----------
    probability : (t, p, 7) rows sum to 1, or are NaN where a member is not visible.

    Examples
    --------
    >>> two_against_two = np.eye(7)[None, [3, 4, 3, 4]]
    >>> find_camps(two_against_two).tolist()
    [[0, 1, 0, 1]]
    """
    seen = ~np.isnan(probability).any(axis=2)
    camp = np.full(seen.shape, NO_CAMP, dtype=np.int8)
    # seconds that show the same members are done together
    for pattern in np.unique(seen, axis=0):
        n_members = int(pattern.sum())
        if n_members < max(2, min_members):
            continue
        rows = np.flatnonzero((seen == pattern).all(axis=1))
        for start in range(0, len(rows), _CHUNK):
            part = rows[start : start + _CHUNK]
            camp[np.ix_(part, np.flatnonzero(pattern))] = _camps_of(probability[part][:, pattern])
    return camp


def _camps_of(values: Float[np.ndarray, "t n 7"]) -> Int8[np.ndarray, "t n"]:
    spread = ((values - values.mean(axis=1, keepdims=True)) ** 2).sum(axis=(1, 2))
    few = values.shape[1] < KMEANS_FROM
    label = _number(_best_split(values) if few else _most_distinct(values))
    return np.where(spread[:, None] > _ALIKE, label, NO_CAMP).astype(np.int8)


def _best_split(values: Float[np.ndarray, "t n 7"]) -> Int[np.ndarray, "t n"]:
    """Return the split in two with the most variance between the camps."""
    splits = two_camps(values.shape[1])  # (m, n)
    share = splits.astype(np.float64)
    centred = values - values.mean(axis=1, keepdims=True)
    size = share.sum(axis=1)
    between = ((share @ centred) ** 2).sum(axis=2) * (1.0 / size + 1.0 / (len(share[0]) - size))
    return np.asarray(splits[between.argmax(axis=1)], dtype=np.int64)


def _most_distinct(values: Float[np.ndarray, "t n 7"]) -> Int[np.ndarray, "t n"]:
    """Return the K-means camps, of 2 to ``MAX_CAMPS``, with the best silhouette."""
    distance = np.linalg.norm(values[:, :, None] - values[:, None], axis=3)  # (t, n, n)
    best = np.zeros(values.shape[:2], dtype=np.int64)
    best_score = np.full(len(values), -np.inf)
    for n_camps in range(2, MAX_CAMPS + 1):
        label = cluster(values, n_camps=n_camps)
        score = silhouette(distance, label, n_camps=n_camps)
        better = score > best_score + 1e-9  # fewer camps where they are as good
        best[better], best_score[better] = label[better], score[better]
    return best


def cluster(values: Float[np.ndarray, "t n 7"], *, n_camps: int) -> Int[np.ndarray, "t n"]:
    """Return K-means labels of each second: the best of ``N_STARTS`` seeded k-means++ starts.

    Examples
    --------
    >>> cluster(np.eye(7)[None, [3, 3, 4]], n_camps=2).tolist() in ([[0, 0, 1]], [[1, 1, 0]])
    True
    """
    rng = np.random.default_rng(SEED)
    n_members = values.shape[1]
    best = np.zeros(values.shape[:2], dtype=np.int64)
    least = np.full(len(values), np.inf)
    for _ in range(N_STARTS):
        centre = _start(values, rng.random(n_camps))
        for _ in range(N_ROUNDS):
            distance = _squares(values, centre)
            member_of = distance.argmin(axis=2)[..., None] == np.arange(n_camps)  # (t, n, k)
            size = member_of.sum(axis=1)[..., None]  # (t, k, 1)
            total = np.swapaxes(member_of, 1, 2).astype(np.float64) @ values
            centre = np.where(size > 0, total / np.maximum(size, 1), centre)
        distance = _squares(values, centre)
        within = distance.min(axis=2).sum(axis=1)
        better = within < least - 1e-12 * n_members
        best[better], least[better] = distance.argmin(axis=2)[better], within[better]
    return best


def _start(values: Float[np.ndarray, "t n 7"], draws: np.ndarray) -> Float[np.ndarray, "t k 7"]:
    """Return members as first centres, each drawn by its squared distance from those before.

    The draws are the same in all seconds, so that no second depends on its neighbours.
    """
    second = np.arange(len(values))
    chosen = np.full(len(values), int(draws[0] * values.shape[1]))
    centre = values[second, chosen][:, None]
    for draw in draws[1:]:
        nearest = _squares(values, centre).min(axis=2)
        total = np.cumsum(nearest, axis=1)
        chosen = (total <= draw * total[:, -1:]).sum(axis=1).clip(max=values.shape[1] - 1)
        centre = np.concatenate([centre, values[second, chosen][:, None]], axis=1)
    return np.asarray(centre)


def _squares(
    values: Float[np.ndarray, "t n 7"], centre: Float[np.ndarray, "t k 7"]
) -> Float[np.ndarray, "t n k"]:
    return np.asarray(((values[:, :, None] - centre[:, None]) ** 2).sum(axis=3))


def silhouette(
    distance: Float[np.ndarray, "t n n"], label: Int[np.ndarray, "t n"], *, n_camps: int
) -> Float[np.ndarray, " t"]:
    """Return the mean silhouette of each second, -1..1; who is alone in a camp counts 0.

    -1 where a camp is empty.

    Examples
    --------
    >>> apart = np.array([[[0.0, 1.0, 4.0], [1.0, 0.0, 5.0], [4.0, 5.0, 0.0]]])
    >>> silhouette(apart, np.array([[0, 0, 1]]), n_camps=2).round(4).tolist()
    [0.5167]
    """
    member_of = (label[..., None] == np.arange(n_camps)).astype(np.float64)  # (t, n, k)
    size = member_of.sum(axis=1, keepdims=True)  # (t, 1, k)
    total = distance @ member_of  # (t, n, k)
    own = np.take_along_axis(total, label[..., None], axis=2)[..., 0]
    own_size = np.take_along_axis(np.broadcast_to(size, total.shape), label[..., None], axis=2)
    within = own / np.maximum(own_size[..., 0] - 1, 1)
    other = np.where(member_of > 0, np.inf, total / np.maximum(size, 1)).min(axis=2)
    largest = np.maximum(within, other)
    score = np.where(own_size[..., 0] > 1, (other - within) / np.where(largest > 0, largest, 1), 0)
    return np.where((size > 0).all(axis=2)[:, 0], score.mean(axis=1), -1.0)


def _number(label: Int[np.ndarray, "t n"]) -> Int[np.ndarray, "t n"]:
    """Return labels renumbered from 0 in the order in which members first have them."""
    same = label[:, :, None] == label[:, None, :]
    first = same.argmax(axis=2)  # the first member of the same camp
    is_first = first == np.arange(label.shape[1])
    rank = np.cumsum(is_first, axis=1) - 1
    return np.asarray(np.take_along_axis(rank, first, axis=1))
