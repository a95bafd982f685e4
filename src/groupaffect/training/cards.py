"""Measure the shipped expression networks by the run-time code, and write their cards."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, UInt8
from torch import nn

from groupaffect.evaluation.fer2013 import known_rows
from groupaffect.expression.calibration import calibrated_probability, fit_temperature
from groupaffect.expression.image_model import image_logits
from groupaffect.expression.landmark_model import landmark_logits
from groupaffect.faces.crops import cut_crops
from groupaffect.inference import network_sha256
from groupaffect.reference_shape import IMAGE_FRAME
from groupaffect.training import export
from groupaffect.training.face_images import LabelledFaces, load_fer2013
from groupaffect.training.figures_of_merit import measure_classifier
from groupaffect.training.held_out import held_out_rows
from groupaffect.training.image_network import ImageNetwork
from groupaffect.training.image_training import ImageNetworkRecipe
from groupaffect.training.landmark_mlp import LandmarkMLP, LandmarkModelRecipe
from groupaffect.training.mini_xception import ImageRecipe, MiniXception, frame_faces
from groupaffect.training.own_points import own_points
from groupaffect.types import LandmarkNetworkName

log = logging.getLogger(__name__)

FACES_WEIGHTS = export.PACKAGE / "faces" / "weights"
EXPRESSION_WEIGHTS = export.PACKAGE / "expression" / "weights"
CAVEATS = (
    "Reads expressions, not feelings. Training faces are mostly adults: not validated for "
    "children. A resting face may read as another expression. FER-2013 labels are noisy: "
    "people agree with them in about 65 of 100 images."
)
LICENCES = (
    "Weights: as the package. FER-2013: data of a research challenge, research only; FER+ votes: "
    "MIT; teacher of the landmarks: MediaPipe Face Mesh, Apache-2.0."
)
# The card's figures on the first stills of PublicTest, which a test compares with the weights.
N_SAMPLE = 200


@dataclass(frozen=True, slots=True)
class FramedFaces:
    """FER-2013 with the own landmark network's points on each still, (n, 68, 2)."""

    training: LabelledFaces
    training_xy_px: Float[np.ndarray, "n 68 2"]
    public: LabelledFaces
    public_xy_px: Float[np.ndarray, "m 68 2"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an expression network before it is measured.

    Attributes
    ----------
    points_by : the landmark network whose points it was trained on and is read with.
    """

    description: str
    command: str
    recipe: dict[str, Any]
    network: Callable[[], nn.Module]
    logits: Callable[[UInt8[np.ndarray, "n 48 48"], Float[np.ndarray, "n 68 2"]], np.ndarray]
    points_by: LandmarkNetworkName = "landmark_network"


def _papers_logits(crops: np.ndarray, _: np.ndarray) -> np.ndarray:
    return image_logits(crops, network="image_model_paper")


EXPRESSION_FACTS = {
    "image_model": Facts(
        "squeeze-excitation residual network with a head for the original labels and one for "
        "FER+ votes, 48x48 grey aligned by eyes and nose",
        "python -m groupaffect.training image-model --data DATA",
        dataclasses.asdict(ImageNetworkRecipe()),
        ImageNetwork,
        lambda crops, _: image_logits(crops),
    ),
    "image_model_paper": Facts(
        "mini-Xception family, 48x48 grey aligned by eyes and nose, Adam",
        "python -m groupaffect.training image-model-paper --data DATA",
        dataclasses.asdict(ImageRecipe()),
        MiniXception,
        _papers_logits,
    ),
    "landmark_model": Facts(
        "MLP 2x128 ReLU on four numbers for each of 68 points, Adamax",
        "python -m groupaffect.training landmark-model --data DATA",
        dataclasses.asdict(LandmarkModelRecipe()),
        LandmarkMLP,
        lambda _, points: landmark_logits(points),
    ),
    "landmark_model_shape": Facts(
        "MLP 2x128 ReLU on four numbers for each of 68 points, Adamax; of points that were "
        "learned for shape alone",
        "python -m groupaffect.training landmark-model-shape --data DATA",
        dataclasses.asdict(LandmarkModelRecipe()),
        LandmarkMLP,
        lambda _, points: landmark_logits(points, network="landmark_model_shape"),
        points_by="landmark_network_shape",
    ),
}


def load_framed_faces(
    data: Path, checkpoints: Path, *, points_by: LandmarkNetworkName = "landmark_network"
) -> FramedFaces:
    """Read Training and PublicTest and place a landmark network's points on them."""
    training, public = load_fer2013(data, "train"), load_fer2013(data, "valid")
    return FramedFaces(
        training,
        own_points(training.faces, checkpoints, name="train", framing=0, network=points_by),
        public,
        own_points(public.faces, checkpoints, name="valid", framing=0, network=points_by),
    )


def write_expression_card(
    name: str, sets: FramedFaces, *, learning_curve: dict[str, float] | None = None
) -> None:
    """Fit a shipped network's temperature on held-out faces, measure it, write its card.

    Parameters
    ----------
    learning_curve : accuracy on held-out faces by epoch; without, what the card has stays.
    """
    path = EXPRESSION_WEIGHTS / f"{name}.json"
    if learning_curve is None and path.exists():
        learning_curve = json.loads(path.read_text(encoding="utf-8")).get("learning_curve")
    facts = EXPRESSION_FACTS[name]
    held = held_out_rows(sets.training.faces.grey)
    known = known_rows(sets.public.faces.grey, sets.training.faces.grey)
    held_logits = _logits(facts, sets.training.faces.grey[held], sets.training_xy_px[held])
    public_logits = _logits(facts, sets.public.faces.grey, sets.public_xy_px)
    temperature = round(fit_temperature(held_logits, sets.training.label[held]), 4)
    probability = calibrated_probability(public_logits, temperature=temperature)
    figures = measure_figures(probability, sets.public.label, known=known)
    log.info("%s: %s", name, {k: v["accuracy"] for k, v in figures.items()})
    card = {
        "model": name.split("_", maxsplit=1)[0],
        "sha256": network_sha256("expression", name),
        "temperature": temperature,
        "description": facts.description,
        "data": "FER-2013 Training, original labels, less a twin-free twentieth for calibration",
        "command": facts.command,
        "recipe": facts.recipe,
        "n_parameters": export.n_parameters(facts.network()),
        "licences": LICENCES,
        "caveats": CAVEATS,
        "figures": figures,
    }
    if learning_curve:
        card["learning_curve"] = learning_curve
    export.write_card(path, card)


def measure_figures(
    probability: Float[np.ndarray, "n 7"], label: np.ndarray, *, known: Bool[np.ndarray, " n"]
) -> dict[str, Any]:
    """Return the figures of all faces, of those that are new, and of the first ones."""
    first = measure_classifier(probability[:N_SAMPLE], label[:N_SAMPLE])
    sure = round(float(probability[:N_SAMPLE].max(axis=1).mean()), 4)
    return {
        "FER-2013 PublicTest": measure_classifier(probability, label),
        "FER-2013 PublicTest without twins in Training": measure_classifier(
            probability[~known], label[~known]
        ),
        f"first {N_SAMPLE} of FER-2013 PublicTest": {
            "accuracy": first["accuracy"],
            "mean_confidence": sure,
        },
    }


def _logits(facts: Facts, grey: np.ndarray, points: np.ndarray) -> np.ndarray:
    transforms = frame_faces(points).double().numpy()
    pairs = zip(grey, transforms, strict=True)
    crops = [cut_crops(g, t[None], size_px=IMAGE_FRAME.size_px)[0] for g, t in pairs]
    return facts.logits(np.stack(crops), points)
