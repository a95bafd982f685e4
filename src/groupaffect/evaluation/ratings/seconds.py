"""Ratings cut into seconds: what each rater said of each participant in each second."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int, Shaped

from groupaffect.evaluation.ratings.rating import Rating, Ratings
from groupaffect.value_checks import check_shapes


@dataclass(frozen=True, slots=True)
class RatedSeconds:
    """One row for each participant and second that anybody rated: u rows, r raters.

    Attributes
    ----------
    raters : r names.
    session, participant, second : (u,) what was rated; in this order.
    emotion : (u, r) positions in ``EMOTIONS``, -1 where not rated.
    n_too_short : ratings that hold the middle of no second, and so have no row.
    """

    raters: tuple[str, ...]
    session: Shaped[np.ndarray, " u"]
    participant: Shaped[np.ndarray, " u"]
    second: Int[np.ndarray, " u"]
    emotion: Int[np.ndarray, "u r"]
    n_too_short: int = 0

    def __post_init__(self) -> None:
        """Check shapes."""
        shapes = dict.fromkeys(("session", "participant", "second"), ("u",))
        check_shapes(self, **shapes, emotion=("u", len(self.raters)))

    def __len__(self) -> int:
        return len(self.second)


def rate_seconds(ratings: Ratings) -> RatedSeconds:
    """Return what each rater said in the middle of each second.

    A segment counts for the seconds whose middle lies in it, so one that covers more than half of
    a second in one piece always does.
    """
    raters = ratings.raters
    column = {rater: place for place, rater in enumerate(raters)}
    said: dict[tuple[str, str, int], list[int]] = {}
    n_too_short = 0
    for row in ratings.rows:
        seconds = _seconds_of(row)
        n_too_short += not seconds
        for second in seconds:
            unit = said.setdefault((row.session, row.participant, second), [-1] * len(raters))
            unit[column[row.rater]] = row.emotion
    units = sorted(said)
    return RatedSeconds(
        raters=raters,
        session=np.array([unit[0] for unit in units], dtype=np.str_),
        participant=np.array([unit[1] for unit in units], dtype=np.str_),
        second=np.array([unit[2] for unit in units], dtype=np.int64),
        emotion=np.array([said[unit] for unit in units], dtype=np.int64).reshape(-1, len(raters)),
        n_too_short=n_too_short,
    )


def _seconds_of(row: Rating) -> range:
    return range(max(0, math.ceil(row.start_s - 0.5)), math.ceil(row.end_s - 0.5))
