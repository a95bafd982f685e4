"""How much a model's readings waver on one face that shows one expression.

Measured on video (``measure_video``) and kept beside the pools, so that simulated seconds
waver, persist and err together as real ones do.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
from jaxtyping import Float
from scipy.signal import lfilter

from groupaffect.evaluation.benchmark.pools import Pools


@dataclass(frozen=True, slots=True)
class Flicker:
    """How the readings of one face waver.

    Attributes
    ----------
    within : of image and landmark model, the share of the spread between faces of one emotion
        by which the readings of one face waver, as a variance, 0..1.
    memory : correlation of that wavering with the second before.
    """

    within: tuple[float, float]
    memory: float


def load_flickers() -> dict[str, Flicker]:
    """Return the fits that ship with the package: "usual" on plain, "talking" on emphatic speech.

    Examples
    --------
    >>> sorted(load_flickers())
    ['talking', 'usual']
    """
    return {
        name: Flicker(tuple(fit["within"]), fit["memory"])
        for name, fit in video_facts()["flicker"].items()
    }


def video_facts() -> dict[str, Any]:
    """Return what was measured on video, what the simulation gives for it, and the fits."""
    source = files("groupaffect").joinpath("evaluation", "benchmark", "data", "video.json")
    facts: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
    return facts


def class_means(pools: Pools) -> Float[np.ndarray, "7 v 2 7"]:
    """Return the mean log probabilities of the faces of each emotion."""
    return np.stack([pools.log_probability[pools.label == k].mean(axis=0) for k in range(7)])


def draw_wavering(
    residual: Float[np.ndarray, "n v 2 7"],
    n_seconds: int,
    *,
    memory: float,
    rng: np.random.Generator,
) -> Float[np.ndarray, "t v 2 7"]:
    """Return wavering as large as faces of one emotion differ.

    Every second pushes both models towards what another face would have made of them, so that
    they err together as much as they do on real faces.
    """
    pushed = residual[rng.integers(0, len(residual), n_seconds)]
    flat = remember(pushed.reshape(n_seconds, -1), memory)
    return flat.reshape(pushed.shape)


def remember(pushed: Float[np.ndarray, "t k"], memory: float) -> Float[np.ndarray, "t k"]:
    """Return an autoregressive series of the pushes' own variance.

    ``x_t = memory * x_(t-1) + sqrt(1 - memory^2) * push_t``, started at ``push_0``.

    Examples
    --------
    >>> remember(np.ones((2, 7)), 0.6)[:, 0].round(3).tolist()
    [1.0, 1.4]
    """
    scaled = np.sqrt(1.0 - memory**2) * pushed
    scaled[:1] = pushed[:1]
    return np.asarray(lfilter([1.0], [1.0, -memory], scaled, axis=0))
