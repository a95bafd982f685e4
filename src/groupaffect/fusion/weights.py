"""The weights of the two models, one pair for each member."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from groupaffect.errors import UsageError, sentence
from groupaffect.shapes import check_shapes


@dataclass(frozen=True, slots=True)
class Weights:
    """What holds in one window.

    Attributes
    ----------
    image : (p,) weight of the image model, 0..1; the landmark model has the rest.
    reason : (p,) why each weight moved or stayed.
    """

    image: Float[np.ndarray, " p"]
    reason: tuple[str, ...]

    def __post_init__(self) -> None:
        """Check shapes."""
        check_shapes(self, image=("p",), reason=("p",))

    @property
    def both(self) -> Float[np.ndarray, "p 2"]:
        """Weights in the order of ``MODELS``; rows sum to 1."""
        return np.stack([self.image, 1.0 - self.image], axis=1)


def start_weights(n_participants: int, *, image_weight: float = 0.5) -> Weights:
    """Return the weights of the first window (paper 4.3: both .5).

    Raises
    ------
    UsageError : ``image_weight`` is not within 0..1.

    Examples
    --------
    >>> start_weights(2).both.tolist()
    [[0.5, 0.5], [0.5, 0.5]]
    """
    if not 0.0 <= image_weight <= 1.0:
        raise UsageError(
            sentence(
                wanted="`initial_image_weight` must be within 0..1",
                got=f"{image_weight:g}",
                remedy="use 0.5 to trust both models alike",
            )
        )
    return Weights(np.full(n_participants, image_weight), ("start",) * n_participants)
