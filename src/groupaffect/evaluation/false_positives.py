"""How often each test of the kinds of group finds what is not there."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from groupaffect.evaluation.calibration_rate import Rate, summarise
from groupaffect.evaluation.made_members import (
    SIGNALS,
    Seconds,
    Series,
    count_made,
    find_changes,
    make_scores,
    to_probability,
)
from groupaffect.group.homogeneity import measure_homogeneity
from groupaffect.group.synchrony import measure_synchrony
from groupaffect.settings import Settings
from groupaffect.signals.denoise import denoise

GROUP_SIZES = (2, 4, 8)
FILTERS = ("raw", "dismissal", "DFT + dismissal")


@dataclass(frozen=True, slots=True)
class PoolSizes:
    """How much is made for a rate.

    Attributes
    ----------
    n_members : made, to be dealt into groups. n_groups : at most, of each size.
    n_pairs_alike : pairs of each size that are tested for homogeneity, which takes longest.
    """

    n_members: int
    n_groups: int
    n_pairs_alike: int


def count_false_positives(
    signal: str,
    *,
    minutes: int,
    sizes: PoolSizes,
    settings: Settings,
    filters: Sequence[str] = FILTERS,
) -> dict[str, dict[str, dict[str, Rate]]]:
    """Return rates by filter, number of members and test, of members who do not react.

    Members are made once and dealt into groups again and again, most pairs once: what two
    independent members have to do with each other tells nothing of either with a third.
    """
    rng = np.random.default_rng([minutes, list(SIGNALS).index(signal)])
    scores = make_scores(rng, SIGNALS[signal], n_seconds=60 * minutes, n_members=sizes.n_members)
    rates: dict[str, dict[str, dict[str, Rate]]] = {}
    for name, series, change_s in _filtered(to_probability(scores), settings, filters):
        counts = count_made(change_s, 60 * minutes, settings)
        rates[name] = {}
        for n in GROUP_SIZES:
            groups = list(_deal(rng, sizes, n))
            synchrony = [measure_synchrony(counts[:, g], settings=settings.group) for g in groups]
            # two members have one p
            own = [[one.p for one in s.members[: None if n > 2 else 1]] for s in synchrony]
            found = {"member": summarise(own)}
            found["group"] = summarise([[one.group.p] for one in synchrony])
            if name != "raw":  # the series are the same as after dismissal
                alike = groups[: sizes.n_pairs_alike // math.comb(n, 2)]
                found["homogeneity"] = summarise(
                    [[measure_homogeneity(series[:, g], settings=settings.group).p] for g in alike]
                )
            rates[name][str(n)] = found
    return rates


def _deal(
    rng: np.random.Generator, sizes: PoolSizes, n_members: int
) -> Iterator[Int[np.ndarray, " p"]]:
    """Yield groups until each pair would have met about once, or there are enough."""
    n_pairs = sizes.n_members * (sizes.n_members - 1) // (n_members * (n_members - 1))
    left = min(sizes.n_groups, n_pairs)
    while left > 0:
        order = rng.permutation(sizes.n_members)
        for group in order[: sizes.n_members // n_members * n_members].reshape(-1, n_members):
            if left > 0:
                yield group
            left -= 1


def _filtered(
    probability: Series, settings: Settings, filters: Sequence[str]
) -> Iterator[tuple[str, Series, Seconds]]:
    found = find_changes(probability, settings=settings.signals)
    if "raw" in filters:
        yield "raw", probability, found.candidate_s
    if "dismissal" in filters:
        yield "dismissal", probability, found.kept_s
    if "DFT + dismissal" in filters:
        share = settings.signals.energy_share
        smooth = [denoise(s, energy_share=share).probability for s in probability.swapaxes(0, 1)]
        series = np.stack(smooth, axis=1)
        yield "DFT + dismissal", series, find_changes(series, settings=settings.signals).kept_s
