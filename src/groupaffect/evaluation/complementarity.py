"""How far two readers of the same faces make up for each other's errors (paper, Table I)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool


@dataclass(frozen=True, slots=True)
class Complementarity:
    """Counts of faces by which of the two models read them rightly.

    Attributes
    ----------
    n_both, n_image, n_landmark, n_neither : read rightly by both, by one of them only, by none.

    References
    ----------
    The paper, Table I; Kuncheva & Whitaker 2003, 10.1023/A:1022859003006.

    Examples
    --------
    The paper's deepfake:

    >>> deepfake = Complementarity(n_both=12, n_image=20, n_landmark=16, n_neither=4)
    >>> [round(share, 2) for share in deepfake.exclusive_of_union]
    [0.42, 0.33]
    >>> round(deepfake.q_statistic, 3), round(deepfake.oracle, 3)
    (-0.739, 0.923)
    """

    n_both: int
    n_image: int
    n_landmark: int
    n_neither: int

    @property
    def n(self) -> int:
        """Return the number of faces."""
        return self.n_both + self.n_image + self.n_landmark + self.n_neither

    @property
    def exclusive_of_union(self) -> tuple[float, float]:
        """Return each model's exclusive hits as a share of all that either hit (paper)."""
        either = self.n - self.n_neither
        return _share(self.n_image, either), _share(self.n_landmark, either)

    @property
    def exclusive_of_own(self) -> tuple[float, float]:
        """Return each model's exclusive hits as a share of its own."""
        both = self.n_both
        return (
            _share(self.n_image, both + self.n_image),
            _share(self.n_landmark, both + self.n_landmark),
        )

    @property
    def q_statistic(self) -> float:
        """Return Yule's Q: 0 for independent hits, 1 for the same ones, -1 for opposite ones."""
        same, other = self.n_both * self.n_neither, self.n_image * self.n_landmark
        return _share(same - other, same + other)

    @property
    def disagreement(self) -> float:
        """Return the share of faces that exactly one model reads rightly."""
        return _share(self.n_image + self.n_landmark, self.n)

    @property
    def double_fault(self) -> float:
        """Return the share of faces that neither reads rightly."""
        return _share(self.n_neither, self.n)

    @property
    def oracle(self) -> float:
        """Return the accuracy of a judge who always trusts the right one of the two."""
        return 1 - self.double_fault

    def gain_captured(self, fused_accuracy: float) -> float:
        """Return what fusing gains over the better model, as a share of what an oracle gains.

        Negative where fusing loses; NaN where there is nothing to gain.
        """
        best = _share(self.n_both + max(self.n_image, self.n_landmark), self.n)
        return _share(fused_accuracy - best, self.oracle - best)


def compare_hits(
    image_right: Bool[np.ndarray, " n"], landmark_right: Bool[np.ndarray, " n"]
) -> Complementarity:
    """Count the faces by which of the two models read them rightly."""
    return Complementarity(
        n_both=int((image_right & landmark_right).sum()),
        n_image=int((image_right & ~landmark_right).sum()),
        n_landmark=int((~image_right & landmark_right).sum()),
        n_neither=int((~image_right & ~landmark_right).sum()),
    )


def _share(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
