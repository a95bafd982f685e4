"""Weights that never move: the baseline beside every adaptive rule (METHODS 6)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Int

from groupaffect.fusion.weights import Weights
from groupaffect.settings import FusionSettings


def step_fixed(
    state: Weights,
    n_changes: Int[np.ndarray, " p"],  # noqa: ARG001  same signature as every rule
    visible: Bool[np.ndarray, " p"],  # noqa: ARG001
    *,
    settings: FusionSettings,  # noqa: ARG001
) -> Weights:
    """Return the same weights for the next window.

    Examples
    --------
    >>> from groupaffect.fusion.weights import start_weights
    >>> nobody = np.zeros(1, dtype=bool)
    >>> step_fixed(start_weights(1), np.array([3]), nobody, settings=FusionSettings()).reason
    ('fixed',)
    """
    return replace(state, reason=("fixed",) * len(state.reason))
