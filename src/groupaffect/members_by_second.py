"""All members by second as arrays: what the functions over a whole stretch of time take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from groupaffect.fusion.mix import fuse
from groupaffect.second_fold import SecondResult
from groupaffect.types import SOURCES, EmotionSignal
from groupaffect.value_checks import check_shapes


@dataclass(frozen=True, slots=True)
class MembersBySecond:
    """Consecutive seconds of all members.

    Attributes
    ----------
    participants : ids, p of them. first_second : second of the first row.
    image, landmark, fused : (t, p, 7) rows sum to 1 or are NaN where a member was not seen.
    """

    participants: tuple[str, ...]
    first_second: int
    image: Float[np.ndarray, "t p 7"]
    landmark: Float[np.ndarray, "t p 7"]
    fused: Float[np.ndarray, "t p 7"]

    def __post_init__(self) -> None:
        """Check shapes."""
        check_shapes(
            self,
            participants=("p",),
            image=("t", "p", 7),
            landmark=("t", "p", 7),
            fused=("t", "p", 7),
        )

    def __len__(self) -> int:
        return len(self.fused)


def members_of_signals(signals: Sequence[EmotionSignal], *, n_rows: int) -> MembersBySecond:
    """Return the members that signals tell of.

    Parameters
    ----------
    signals : one for each participant and source. n_rows : seconds, where there are no signals.
    """
    by_source: list[np.ndarray] = []
    for source in SOURCES:
        own = [signal.probability for signal in signals if signal.source == source]
        by_source.append(np.stack(own, axis=1) if own else np.empty((n_rows, 0, 7)))
    return MembersBySecond(
        tuple(signal.participant for signal in signals if signal.source == "fused"),
        int(signals[0].start_s) if signals else 0,
        *by_source,
    )


def members_of_results(results: Sequence[SecondResult]) -> MembersBySecond:
    """Return the members of consecutive seconds; who was not met yet is missing until then.

    Examples
    --------
    >>> members_of_results([]).fused.shape
    (0, 0, 7)
    """
    participants = results[-1].participants if results else ()
    shape = (len(results), len(participants), 7)
    image, landmark, fused = (np.full(shape, np.nan) for _ in SOURCES)
    for row, result in enumerate(results):
        known = slice(len(result.participants))  # newly met ones are added at the end
        image[row, known] = result.image
        landmark[row, known] = result.landmark
        fused[row, known] = result.fused
    first_second = results[0].second if results else 0
    return MembersBySecond(participants, first_second, image, landmark, fused)


def mixture_of_results(results: Sequence[SecondResult]) -> Float[np.ndarray, "t p 7"]:
    """Return both models' readings mixed by the weights that held, as no rule steadied them.

    Examples
    --------
    >>> mixture_of_results([]).shape
    (0, 0, 7)
    """
    members = members_of_results(results)
    weight = np.full(members.image.shape[:2], np.nan)
    for row, result in enumerate(results):
        weight[row, : len(result.participants)] = result.image_weight
    return fuse(members.image, members.landmark, weight)
