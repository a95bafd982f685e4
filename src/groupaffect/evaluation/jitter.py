"""How far landmarks tremble where a face keeps still."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from groupaffect.evaluation.landmark_errors import eye_distance

STILL_SHARE = 0.25  # of the frames, those in which the face moves least


@dataclass(frozen=True, slots=True)
class Jitter:
    """Tremble of landmarks, in distances between the eye centres.

    Attributes
    ----------
    n : frames that count, each with a neighbour before and after. all_frames, still_frames :
        median over frames of the mean over points of the distance to the middle of the two
        neighbours: for independent errors of one frame, sqrt(1.5) times their size.
    """

    n: int
    all_frames: float
    still_frames: float


def point_jitter(
    landmark_xy_px: Float[np.ndarray, "n 68 2"], frame_index: Int[np.ndarray, " n"]
) -> Jitter:
    """Measure the jitter of one face's landmarks in consecutive frames.

    A frame is still where the middle of the face moves least between its two neighbours: the mean
    of 68 points trembles an order less than one of them.

    Parameters
    ----------
    landmark_xy_px : (n, 68, 2); NaN where the face was not seen.
    frame_index : (n,) rising.

    Examples
    --------
    >>> points = np.random.default_rng(0).normal(0, 20, (1, 68, 2)).repeat(9, axis=0)
    >>> point_jitter(points, np.arange(9)).all_frames
    0.0
    """
    before, here, after = landmark_xy_px[:-2], landmark_xy_px[1:-1], landmark_xy_px[2:]
    follows = (np.diff(frame_index)[:-1] == 1) & (np.diff(frame_index)[1:] == 1)
    seen = follows & np.isfinite(before + here + after).all(axis=(1, 2))
    before, here, after = before[seen], here[seen], after[seen]
    if not len(here):
        return Jitter(0, float("nan"), float("nan"))
    apart = eye_distance(here)
    tremble = np.linalg.norm(here - (before + after) / 2, axis=2).mean(axis=1) / apart
    travel = np.linalg.norm((after - before).mean(axis=1), axis=1) / apart
    still = travel <= np.quantile(travel, STILL_SHARE)
    return Jitter(len(here), float(np.median(tremble)), float(np.median(tremble[still])))
