"""A learned rule: from how both models read a person lately to how much each counts.

A logistic function of seven habits (``habits``), set anew every window; then the mixture is
steadied (``steadying``). The numbers were learned on simulated groups of known truth
(``evaluation.benchmark.train_gate``) and ship as ``learned_gate.json``. Causal: weights rest on
the seconds before the window, the fused vector on its own second and those before.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from jaxtyping import Bool, Float
from scipy.special import expit

from groupaffect.fusion.habits import GROUP_HABIT, HABITS, Habits, describe_habits
from groupaffect.fusion.steadying import steady
from groupaffect.fusion.weights import Weights
from groupaffect.value_checks import check_shapes

WORDS = {
    "image_confidence": ("image model surer", "image model less sure"),
    "landmark_confidence": ("landmark model surer", "landmark model less sure"),
    "distance": ("models farther apart", "models closer together"),
    "quality": ("face better to see", "face worse to see"),
    "image_changes": ("pixels changing more", "pixels changing less"),
    "landmark_changes": ("landmarks changing more", "landmarks changing less"),
    GROUP_HABIT: ("group changing more", "group changing less"),
}


@dataclass(frozen=True, slots=True)
class Gate:
    """What was learned.

    Attributes
    ----------
    usual, spread : (7,) mean and standard deviation of the habits learned from.
    slope : (7,) by how much a habit one spread above the usual favours the image model (logit).
    level : logit of the image weight of a person of usual habits.
    usual_s : seconds that the usual habits count for beside a person's own.
    least_share, share_by_distance, share_if_agreed : see ``steadying``.
    """

    usual: Float[np.ndarray, " k"]
    spread: Float[np.ndarray, " k"]
    slope: Float[np.ndarray, " k"]
    level: float
    usual_s: float
    least_share: float
    share_by_distance: float
    share_if_agreed: float

    def __post_init__(self) -> None:
        """Check shapes."""
        n = len(HABITS) + 1
        check_shapes(self, usual=(n,), spread=(n,), slope=(n,))

    @property
    def start_weight(self) -> float:
        """Image weight of a person of usual habits, with which everybody starts."""
        return float(expit(self.level))


def step_gate(
    state: Weights, habits: Habits, visible: Bool[np.ndarray, " p"], *, gate: Gate
) -> Weights:
    """Return the weights of the next window; who is unseen keeps the weight.

    ``image weight = sigmoid(level + slope . (habit - usual) / spread)``; the reason names the
    habit that moved it most from a usual person's.

    Parameters
    ----------
    habits : of all members so far. visible : (p,) who was seen in the window before.

    Examples
    --------
    >>> from groupaffect.fusion.habits import start_habits
    >>> from groupaffect.fusion.weights import start_weights
    >>> nobody = np.zeros(2, dtype=bool)
    >>> step_gate(start_weights(2), start_habits(2), nobody, gate=load_gate()).reason
    ('not seen', 'not seen')
    """
    own = describe_habits(habits, visible, usual=gate.usual, usual_s=gate.usual_s)
    pull = gate.slope * (own - gate.usual) / gate.spread  # (p, 7)
    image = np.where(visible, expit(gate.level + pull.sum(axis=1)), state.image)
    return Weights(image, _reasons(pull, own - gate.usual, visible))


def steady_by(
    gate: Gate,
    shown: Float[np.ndarray, "p 7"],
    mixed: Float[np.ndarray, "p 7"],
    *,
    agreed: Bool[np.ndarray, " p"],
) -> Float[np.ndarray, "p 7"]:
    """Return the fused vectors: the mixture, steadied as the gate learned."""
    return steady(
        shown,
        mixed,
        agreed=agreed,
        least_share=gate.least_share,
        share_by_distance=gate.share_by_distance,
        share_if_agreed=gate.share_if_agreed,
    )


@cache
def load_gate() -> Gate:
    """Return the gate that ships with the package.

    Examples
    --------
    >>> 0.5 <= load_gate().start_weight <= 1.0
    True
    """
    numbers: dict[str, Any] = {
        name: np.array(value) if isinstance(value, list) else value
        for name, value in gate_card()["gate"].items()
    }
    return Gate(**numbers)


def gate_card() -> dict[str, Any]:
    """Return how the gate was made, what it was learned from, and its numbers."""
    source = files("groupaffect").joinpath("fusion", "learned_gate.json")
    card: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
    return card


def _reasons(
    pull: Float[np.ndarray, "p k"],
    above: Float[np.ndarray, "p k"],
    visible: Bool[np.ndarray, " p"],
) -> tuple[str, ...]:
    names = (*HABITS, GROUP_HABIT)
    most = np.abs(pull).argmax(axis=1)
    return tuple(
        f"{WORDS[names[k]][0 if above[row, k] > 0 else 1]} than usual"
        if visible[row]
        else "not seen"
        for row, k in enumerate(most)
    )
