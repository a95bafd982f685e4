"""Figures of agreement from counts, each with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from jaxtyping import Float, Int

from groupaffect.evaluation.agreement.coefficients import (
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
)
from groupaffect.evaluation.agreement.majority import chance_of_majority
from groupaffect.evaluation.agreement.stretches import Stretches
from groupaffect.evaluation.agreement.tallies import Tallies, tally

Interval = tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class PairKappa:
    """Cohen's kappa of two raters over the n seconds that both rated."""

    raters: tuple[str, str]
    n: int
    kappa: float
    kappa_interval: Interval


@dataclass(frozen=True, slots=True)
class AgreementFigures:
    """How far raters agree on some seconds; NaN where undefined, no interval where None.

    Attributes
    ----------
    n_units : participants' seconds with a rating. n_pairable : with two or more. n_complete : all.
    alpha : Krippendorff's, nominal. ac1 : Gwet's. fleiss_kappa : over complete seconds.
    majority : share of seconds with k ratings or more in which k are the same.
    majority_chance : the same for raters who rate by habit alone.
    pairs : Cohen's kappa of each two.
    """

    n_units: int
    n_pairable: int
    n_complete: int
    alpha: float
    alpha_interval: Interval
    ac1: float
    ac1_interval: Interval
    fleiss_kappa: float
    fleiss_kappa_interval: Interval
    majority: float
    majority_interval: Interval
    majority_chance: float
    pairs: tuple[PairKappa, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """How figures are computed; ``weight`` is (draws, stretches), None for no intervals."""

    raters: tuple[str, ...]
    k: int
    stretches: Stretches
    weight: Float[np.ndarray, "draws n"] | None


def measure(
    emotion: Int[np.ndarray, "u r"],
    chosen: np.ndarray,
    plan: Plan,
    *,
    n_labels: int,
) -> AgreementFigures:
    """Return the figures of the chosen seconds (a mask).

    Parameters
    ----------
    emotion : (u, r) labels from 0, -1 where not rated; u as in ``plan.stretches``.
    """
    # The last stretch is kept even where nothing of it was chosen, so that weights fit.
    kept = np.where(chosen[:, None], emotion, -1)
    counts = tally(kept, n_labels=n_labels, k=plan.k, block=plan.stretches.stretch)
    whole = counts.total()
    draws = None if plan.weight is None else counts.drawn(plan.weight)
    value = {name: float(each[0]) for name, each in _coefficients(whole).items()}
    interval = _intervals(draws)
    return AgreementFigures(
        n_units=int(whole.n_units[0]),
        n_pairable=int(whole.n_pairable[0]),
        n_complete=int(whole.n_complete[0]),
        alpha=value["alpha"],
        alpha_interval=interval["alpha"],
        ac1=value["ac1"],
        ac1_interval=interval["ac1"],
        fleiss_kappa=value["fleiss_kappa"],
        fleiss_kappa_interval=interval["fleiss_kappa"],
        majority=value["majority"],
        majority_interval=interval["majority"],
        majority_chance=chance_of_majority(kept, k=plan.k, n_labels=n_labels),
        pairs=_pair_kappas(whole, draws, plan.raters),
    )


_COEFFICIENTS = ("alpha", "ac1", "fleiss_kappa", "majority")


def _coefficients(t: Tallies) -> dict[str, Float[np.ndarray, " b"]]:
    return {
        "alpha": krippendorff_alpha(t.coincidence),
        "ac1": gwet_ac1(t.agreement, t.n_pairable, t.prevalence),
        "fleiss_kappa": fleiss_kappa(t.complete_agreement, t.n_complete, t.complete_total),
        "majority": t.n_decided / np.where(t.n_decidable > 0, t.n_decidable, np.nan),
    }


def _intervals(draws: Tallies | None) -> dict[str, Interval]:
    if draws is None:
        return dict.fromkeys(_COEFFICIENTS)
    return {name: percentile_interval(values) for name, values in _coefficients(draws).items()}


def percentile_interval(values: Float[np.ndarray, " draws"]) -> Interval:
    """Return where 95 % of the draws lie; None where half of them or more are undefined.

    References
    ----------
    Efron 1979, 10.1214/aos/1176344552.
    """
    known = values[~np.isnan(values)]
    if 2 * len(known) <= len(values):
        return None
    low, high = np.quantile(known, [0.025, 0.975])
    return float(low), float(high)


def _pair_kappas(
    whole: Tallies, draws: Tallies | None, raters: tuple[str, ...]
) -> tuple[PairKappa, ...]:
    kappas = []
    for number, (first, second) in enumerate(combinations(raters, 2)):
        confusion = whole.confusion[0, number]
        drawn = None if draws is None else cohen_kappa(draws.confusion[:, number])
        kappas.append(
            PairKappa(
                raters=(first, second),
                n=int(confusion.sum()),
                kappa=float(cohen_kappa(confusion)),
                kappa_interval=None if drawn is None else percentile_interval(drawn),
            )
        )
    return tuple(kappas)
