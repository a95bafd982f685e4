"""Observations of faces that no camera saw."""

from __future__ import annotations

import numpy as np

from groupaffect.reference_shape import REFERENCE_SHAPE_XY
from groupaffect.types import FaceObservations


def made_faces(
    rng: np.random.Generator, n: int, *, unseen: tuple[int, ...] = ()
) -> FaceObservations:
    """Return n rows of noisy crops and disturbed mean faces; ``unseen`` rows are missing."""
    success = np.ones(n, dtype=bool)
    success[list(unseen)] = False
    shapes = 90.0 * (REFERENCE_SHAPE_XY + rng.normal(0, 0.02, (n, 68, 2))) + 200.0
    shapes[~success] = np.nan
    grey = rng.integers(0, 256, (n, 48, 48), dtype=np.uint8)
    grey[~success] = 0
    box = np.concatenate([shapes.min(axis=1), shapes.max(axis=1)], axis=1)
    return FaceObservations(
        frame_index=np.arange(n),
        time_s=np.arange(n) / 25,
        participant=np.array([f"P{k % 3 + 1}" for k in range(n)]),
        box_xyxy_px=box,
        landmark_xy_px=shapes,
        detection_confidence=np.where(success, 0.9, np.nan),
        quality=np.where(success, 0.8, np.nan),
        success=success,
        aligned_grey=grey,
    )
