"""The rules to choose among, all called alike: where weights start, how they move, what is shown.

Every rule is handed all that any rule looks at; each takes what it needs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from groupaffect.fusion.fixed import step_fixed
from groupaffect.fusion.habits import Habits
from groupaffect.fusion.learned_gate import load_gate, steady_by, step_gate
from groupaffect.fusion.paper_rule import step_paper_rule, weight_limits
from groupaffect.fusion.weights import Weights
from groupaffect.settings import FusionSettings


@dataclass(frozen=True, slots=True)
class Lately:
    """What was seen of p members before a window begins.

    Attributes
    ----------
    n_changes : (p,) kept changes in the count window. habits : how both models read each.
    visible : (p,) who was seen in the window before.
    """

    n_changes: Int[np.ndarray, " p"]
    habits: Habits
    visible: Bool[np.ndarray, " p"]


def show_as_mixed(
    shown: Float[np.ndarray, "p 7"],  # noqa: ARG001  same signature for every rule
    mixed: Float[np.ndarray, "p 7"],
    agreed: Bool[np.ndarray, " p"],  # noqa: ARG001
) -> Float[np.ndarray, "p 7"]:
    """Return the mixture itself."""
    return mixed


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to weigh the two models.

    Attributes
    ----------
    start_weight : of the image model, for everybody.
    step : weights of the next window, from those of this one.
    limits : lowest and highest image weight.
    show : fused vectors, from those of the second before, the mixture of this one, and whether
        both models name the same emotion.
    unseen_reason : why the weight of somebody who has not come yet stays.
    """

    start_weight: Callable[[FusionSettings], float]
    step: Callable[[Weights, Lately, FusionSettings], Weights]
    limits: Callable[[FusionSettings], tuple[float, float]]
    show: Callable[..., Float[np.ndarray, "p 7"]] = show_as_mixed
    unseen_reason: str = "not seen"


RULES: dict[str, Rule] = {
    "gate": Rule(
        start_weight=lambda _: load_gate().start_weight,
        step=lambda now, lately, _: step_gate(now, lately.habits, lately.visible, gate=load_gate()),
        limits=lambda _: (0.0, 1.0),
        show=lambda shown, mixed, agreed: steady_by(load_gate(), shown, mixed, agreed=agreed),
    ),
    "paper": Rule(
        start_weight=lambda settings: settings.initial_image_weight,
        step=lambda now, lately, settings: step_paper_rule(
            now, lately.n_changes, lately.visible, settings=settings
        ),
        limits=weight_limits,
    ),
    "fixed": Rule(
        start_weight=lambda settings: settings.initial_image_weight,
        step=lambda now, lately, settings: step_fixed(
            now, lately.n_changes, lately.visible, settings=settings
        ),
        limits=weight_limits,
        unseen_reason="fixed",
    ),
}
