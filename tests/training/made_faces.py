"""Stills that no camera took, with the points of a mean face somewhere in each."""

from __future__ import annotations

import numpy as np

from groupaffect.reference_shape import REFERENCE_SHAPE_XY
from groupaffect.similarity import apply_similarity
from groupaffect.training.face_images import LandmarkedFaces
from groupaffect.training.landmark_sampling import LandmarkSets


def made_faces(rng: np.random.Generator, n: int, *, side: int = 48) -> LandmarkedFaces:
    grey = rng.integers(0, 256, (n, side, side), dtype=np.uint8)
    angle, size = rng.normal(0, 0.2, n), side * rng.uniform(0.5, 0.8, n)
    cosine, sine = size * np.cos(angle), size * np.sin(angle)
    shift = side / 2 + rng.normal(0, side / 20, (2, n))
    rows = [cosine, -sine, shift[0], sine, cosine, shift[1]]
    place = np.stack(rows, axis=1).reshape(n, 2, 3)
    points = apply_similarity(place, np.repeat(REFERENCE_SHAPE_XY[None], n, axis=0))
    return LandmarkedFaces(grey, points.astype(np.float32), np.zeros(n, dtype=np.int8))


def made_sets() -> LandmarkSets:
    fer, lfw = (made_faces(np.random.default_rng(side), 8, side=side) for side in (48, 96))
    backgrounds = np.random.default_rng(1).integers(0, 256, (3, 96, 96), dtype=np.uint8)
    label = np.array([0, 1, 2, 3, 4, 5, 6, -1])
    return LandmarkSets(fer, label, lfw, backgrounds, held_out={"lfw": lfw})
