"""Coefficients of agreement for nominal ratings, from counts; NaN where undefined.

Every function takes leading axes, so that the counts of many bootstrap draws go in at once.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float


def krippendorff_alpha(
    coincidence: Float[np.ndarray, "*draws q q"],
) -> Float[np.ndarray, "*draws"]:
    """Return Krippendorff's alpha; undefined where only one label was ever used.

    Parameters
    ----------
    coincidence : (..., q, q) pairs of ratings within units, each unit's pairs weighing
        1 / (raters of the unit - 1).

    References
    ----------
    Krippendorff 2011, "Computing Krippendorff's alpha-reliability", section C (nominal, missing).

    Examples
    --------
    Two raters who agree on one of two units:

    >>> krippendorff_alpha(np.array([[2.0, 1.0], [1.0, 0.0]])).round(3).item()
    0.0
    """
    total = coincidence.sum(axis=-1)  # (..., q) of pairable ratings
    n = total.sum(axis=-1)
    same = np.trace(coincidence, axis1=-2, axis2=-1)
    by_chance = (total * (total - 1)).sum(axis=-1)
    return _divide((n - 1) * same - by_chance, n * (n - 1) - by_chance)


def cohen_kappa(confusion: Float[np.ndarray, "*draws q q"]) -> Float[np.ndarray, "*draws"]:
    """Return Cohen's kappa of two raters; undefined where both used one and the same label.

    References
    ----------
    Cohen 1960, 10.1177/001316446002000104.

    Examples
    --------
    >>> cohen_kappa(np.array([[20.0, 5.0], [10.0, 15.0]])).round(3).item()
    0.4
    """
    n = confusion.sum(axis=(-2, -1))
    observed = _divide(np.trace(confusion, axis1=-2, axis2=-1), n)
    expected = _divide((confusion.sum(axis=-1) * confusion.sum(axis=-2)).sum(axis=-1), n**2)
    return _divide(observed - expected, 1 - expected)


def fleiss_kappa(
    agreement: Float[np.ndarray, "*draws"],
    n_units: Float[np.ndarray, "*draws"],
    total: Float[np.ndarray, "*draws q"],
) -> Float[np.ndarray, "*draws"]:
    """Return Fleiss' kappa of units that all raters rated; undefined with one label only.

    Parameters
    ----------
    agreement : (...) sum over the units of the share of pairs of raters who agree.
    n_units : (...) units. total : (..., q) ratings by label.

    References
    ----------
    Fleiss 1971, 10.1037/h0031619.
    """
    observed = _divide(agreement, n_units)
    share = _divide(total, total.sum(axis=-1)[..., None])
    expected = (share**2).sum(axis=-1)
    return _divide(observed - expected, 1 - expected)


def gwet_ac1(
    agreement: Float[np.ndarray, "*draws"],
    n_pairable: Float[np.ndarray, "*draws"],
    prevalence: Float[np.ndarray, "*draws q"],
) -> Float[np.ndarray, "*draws"]:
    """Return Gwet's AC1, which does not fall where one label is common.

    Parameters
    ----------
    agreement : (...) sum, over units with two ratings or more, of the share of pairs that agree.
    n_pairable : (...) those units.
    prevalence : (..., q) sum over all units of the share of their raters who chose a label. All q
        labels that raters could choose count, used or not.

    References
    ----------
    Gwet 2008, 10.1348/000711006X126600; with missing ratings: Gwet 2014, "Handbook of inter-rater
    reliability", 4th edition, chapter 5.
    """
    observed = _divide(agreement, n_pairable)
    share = _divide(prevalence, prevalence.sum(axis=-1)[..., None])
    expected = (share * (1 - share)).sum(axis=-1) / (prevalence.shape[-1] - 1)
    return _divide(observed - expected, 1 - expected)


def _divide(part: np.ndarray | float, whole: np.ndarray | float) -> np.ndarray:
    """Return part / whole, NaN where the whole is 0 but for rounding."""
    part, whole = np.broadcast_arrays(np.asarray(part, dtype=np.float64), whole)
    shown = np.full(part.shape, np.nan)
    return np.asarray(np.divide(part, whole, out=shown, where=np.abs(whole) > 1e-12))
