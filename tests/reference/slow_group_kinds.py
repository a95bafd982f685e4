"""Kinds of group and camps the slow way: loops over windows, shifts and pairs."""

from __future__ import annotations

import itertools

import numpy as np
from scipy.spatial.distance import jensenshannon


def slow_counts(
    change_s: list[list[int]],
    seen: np.ndarray,
    *,
    first_s: int,
    window_s: int,
    settle_s: int,
    share: float,
) -> np.ndarray:
    n_seconds, n_members = seen.shape
    counts = np.full((max(0, n_seconds - window_s + 1), n_members), np.nan)
    for w in range(settle_s, len(counts)):
        for i in range(n_members):
            before, within = seen[w - settle_s : w, i], seen[w : w + window_s, i]
            if before.sum() >= share * settle_s and within.sum() >= share * window_s:
                inside = range(first_s + w, first_s + w + window_s)
                counts[w, i] = sum(second in inside for second in change_s[i])
    return counts


def slow_synchrony(counts: np.ndarray, i: int, *, shift: int = 0) -> float:
    """Pearson's r of i and the sum of the others, who come ``shift`` windows later."""
    others = np.delete(counts, i, axis=1).sum(axis=1)
    return float(np.corrcoef(counts[:, i], np.roll(others, -shift))[0, 1])


def slow_member_p(counts: np.ndarray, i: int, *, shifts: list[int]) -> float:
    observed = slow_synchrony(counts, i)
    null = [slow_synchrony(counts, i, shift=shift) for shift in shifts]
    return (1 + sum(value >= observed - 1e-9 for value in null)) / (1 + len(null))


def slow_covariance(counts: np.ndarray, i: int, j: int, *, lag: int) -> float:
    total, n = 0.0, 0
    for k in range(len(counts)):
        first, second = counts[k, i], counts[(k + lag) % len(counts), j]
        if not np.isnan(first) and not np.isnan(second):
            total += (first - np.nanmean(counts[:, i])) * (second - np.nanmean(counts[:, j]))
            n += 1
    return total / n


def slow_divergence(probability: np.ndarray, i: int, j: int, *, lag_s: int) -> float:
    values = []
    for t in range(len(probability)):
        first, second = probability[t, i], probability[(t + lag_s) % len(probability), j]
        if not np.isnan(first[0]) and not np.isnan(second[0]):
            values.append(float(jensenshannon(first, second, base=2)) ** 2)
    return float(np.mean(values))


def slow_homogeneity(probability: np.ndarray) -> float:
    pairs = itertools.combinations(range(probability.shape[1]), 2)
    return 1 - float(np.mean([slow_divergence(probability, i, j, lag_s=0) for i, j in pairs]))


def within_squares(values: np.ndarray, label: np.ndarray) -> float:
    """Squared distances of members from their camp's mean."""
    return sum(
        float(((values[label == k] - values[label == k].mean(axis=0)) ** 2).sum())
        for k in np.unique(label)
    )


def slow_silhouette(values: np.ndarray, label: np.ndarray) -> float:
    scores = []
    for i, own in enumerate(label):
        mates = [j for j in range(len(label)) if label[j] == own and j != i]
        if not mates:
            scores.append(0.0)
            continue
        within = np.mean([np.linalg.norm(values[i] - values[j]) for j in mates])
        other = min(
            np.mean([np.linalg.norm(values[i] - values[j]) for j in np.flatnonzero(label == k)])
            for k in np.unique(label)
            if k != own
        )
        scores.append((other - within) / max(within, other) if max(within, other) > 0 else 0.0)
    return float(np.mean(scores))


def adjusted_rand(first: np.ndarray, second: np.ndarray) -> float:
    """Agreement of two partitions, 0 by chance and 1 when equal, by counting pairs of members.

    Hubert & Arabie 1985, 10.1007/BF01908075.
    """
    pairs = list(itertools.combinations(range(len(first)), 2))
    a = np.array([first[i] == first[j] for i, j in pairs], dtype=float)
    b = np.array([second[i] == second[j] for i, j in pairs], dtype=float)
    expected = a.mean() * b.mean()
    largest = (a.mean() + b.mean()) / 2
    return 1.0 if largest == expected else float(((a * b).mean() - expected) / (largest - expected))
