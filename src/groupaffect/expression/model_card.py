"""What is known of a network: how it was made and how well it does."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from groupaffect.types import Model


@dataclass(frozen=True, slots=True)
class ModelCard:
    """The facts that ship beside each network as JSON.

    Attributes
    ----------
    model : "image" or "landmark".
    sha256 : of the network's file.
    temperature : divides the logits (fitted on held-out training images).
    description, data, command, licences, caveats : sentences for people.
    recipe : the numbers of its training, its seed among them.
    n_parameters : of the network.
    figures : accuracy, macro F1, recall by class and more, each named with its data.
    learning_curve : accuracy on held-out training images by epoch, where it was kept.
    """

    model: Model
    sha256: str
    temperature: float
    description: str
    data: str
    command: str
    recipe: dict[str, Any]
    licences: str
    caveats: str
    n_parameters: int
    figures: dict[str, Any]
    learning_curve: dict[str, float] = field(default_factory=dict)


@cache
def load_card(network: str) -> ModelCard:
    """Return the card of a shipped expression network.

    Examples
    --------
    >>> load_card("landmark_model").model
    'landmark'
    """
    path = files("groupaffect").joinpath("expression", "weights", f"{network}.json")
    return ModelCard(**json.loads(path.read_text(encoding="utf-8")))
