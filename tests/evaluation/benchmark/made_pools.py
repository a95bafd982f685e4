"""Small pools for tests: made readings, as many faces of each emotion as are needed."""

from __future__ import annotations

import numpy as np

from groupaffect.evaluation.benchmark.flicker import Flicker
from groupaffect.evaluation.benchmark.pools import VARIANTS, Pools
from groupaffect.evaluation.benchmark.seeing import Sight

FLICKERS = {"usual": Flicker((0.3, 0.1), 0.1), "talking": Flicker((0.8, 0.3), 0.3)}


def made_pools(rng: np.random.Generator, *, n_each: int = 12) -> Pools:
    label = np.repeat(np.arange(7), n_each)
    logits = rng.normal(0, 1, (len(label), len(VARIANTS), 2, 7))
    logits[np.arange(len(label)), :, :, label] += 2.5
    log_probability = logits - np.log(np.exp(logits).sum(axis=3, keepdims=True))
    quality = np.tile(np.linspace(0.9, 0.3, len(VARIANTS)), (len(label), 1))
    return Pools(log_probability, quality, label, rng.integers(1, 11, len(label)))


def made_sight(rng: np.random.Generator) -> Sight:
    return Sight(made_pools(rng), FLICKERS)
