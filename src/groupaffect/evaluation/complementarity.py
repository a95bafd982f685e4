"""How far two readers of the same faces make up for each other's errors (paper, Table I)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool


@dataclass(frozen=True, slots=True)
class Complementarity:
    """Counts of faces by which of two readers, such as two models, read them rightly.

    Attributes
    ----------
    n_both, n_first, n_second, n_neither : read rightly by both, by one of them only, by none.

    References
    ----------
    The paper, Table I; Kuncheva & Whitaker 2003, 10.1023/A:1022859003006.

    Examples
    --------
    The paper's deepfake:

    >>> deepfake = Complementarity(n_both=12, n_first=20, n_second=16, n_neither=4)
    >>> [round(share, 2) for share in deepfake.exclusive_of_union]
    [0.42, 0.33]
    >>> round(deepfake.q_statistic, 3), round(deepfake.oracle, 3)
    (-0.739, 0.923)
    """

    n_both: int
    n_first: int
    n_second: int
    n_neither: int

    @property
    def n(self) -> int:
        """Return the number of faces."""
        return self.n_both + self.n_first + self.n_second + self.n_neither

    @property
    def exclusive_of_union(self) -> tuple[float, float]:
        """Return each reader's exclusive hits as a share of all that either hit (paper)."""
        either = self.n - self.n_neither
        return _share(self.n_first, either), _share(self.n_second, either)

    @property
    def exclusive_of_own(self) -> tuple[float, float]:
        """Return each reader's exclusive hits as a share of its own."""
        both = self.n_both
        return (
            _share(self.n_first, both + self.n_first),
            _share(self.n_second, both + self.n_second),
        )

    @property
    def accuracies(self) -> tuple[float, float]:
        """Return each reader's share of right faces."""
        both = self.n_both
        return _share(both + self.n_first, self.n), _share(both + self.n_second, self.n)

    @property
    def q_statistic(self) -> float:
        """Return Yule's Q: 0 for independent hits, 1 for the same ones, -1 for opposite ones."""
        same, other = self.n_both * self.n_neither, self.n_first * self.n_second
        return _share(same - other, same + other)

    @property
    def disagreement(self) -> float:
        """Return the share of faces that exactly one reader reads rightly."""
        return _share(self.n_first + self.n_second, self.n)

    @property
    def double_fault(self) -> float:
        """Return the share of faces that neither reads rightly."""
        return _share(self.n_neither, self.n)

    @property
    def oracle(self) -> float:
        """Return the accuracy of a judge who always trusts the right one of the two."""
        return 1 - self.double_fault

    def gain_captured(self, fused_accuracy: float) -> float:
        """Return what fusing gains over the better reader, as a share of what an oracle gains.

        Negative where fusing loses; NaN where there is nothing to gain.
        """
        # Of counts: the difference of two shares may be a rounding error instead of 0.
        n_best = self.n_both + max(self.n_first, self.n_second)
        return _share(fused_accuracy * self.n - n_best, min(self.n_first, self.n_second))


def figures_of(found: Complementarity) -> dict[str, Any]:
    """Return every figure but the gain by its name, in the order in which tables show them."""
    return {
        "n": found.n,
        "n_both": found.n_both,
        "n_first": found.n_first,
        "n_second": found.n_second,
        "n_neither": found.n_neither,
        "accuracy": found.accuracies,
        "exclusive_of_union": found.exclusive_of_union,
        "exclusive_of_own": found.exclusive_of_own,
        "q_statistic": found.q_statistic,
        "disagreement": found.disagreement,
        "double_fault": found.double_fault,
        "oracle": found.oracle,
    }


def compare_hits(
    first_right: Bool[np.ndarray, " n"], second_right: Bool[np.ndarray, " n"]
) -> Complementarity:
    """Count the faces by which of the two readers read them rightly."""
    return Complementarity(
        n_both=int((first_right & second_right).sum()),
        n_first=int((first_right & ~second_right).sum()),
        n_second=int((~first_right & second_right).sum()),
        n_neither=int((~first_right & ~second_right).sum()),
    )


def _share(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
