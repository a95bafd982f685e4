"""Faces that nobody has: embeddings, and readings that are linear in them."""

from __future__ import annotations

import numpy as np
from scipy.special import log_softmax

from groupaffect.evaluation.benchmark.flicker import Flicker
from groupaffect.evaluation.personal.embedded_faces import EmbeddedFaces
from groupaffect.evaluation.personal.manners import Cast

WIDTHS = (9, 8)


def made_faces(rng: np.random.Generator, *, n_each: int = 30) -> EmbeddedFaces:
    label = np.repeat(np.arange(7), n_each)
    embeddings, readings = [], []
    for width in WIDTHS:
        head = np.eye(7, width) * 3.0
        embedding = np.eye(7, width)[label] + rng.normal(0, 0.35, (len(label), width))
        embeddings.append(embedding)
        readings.append(log_softmax(embedding @ head.T, axis=1))
    votes, quality = rng.integers(1, 11, len(label)), np.full(len(label), 0.8)
    return EmbeddedFaces(np.stack(readings, axis=1), *embeddings, quality, label, votes)


def made_cast(rng: np.random.Generator) -> Cast:
    return Cast(made_faces(rng), Flicker((0.3, 0.2), 0.1))
