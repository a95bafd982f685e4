from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from groupaffect.training import augmentation as augment
from groupaffect.training import image_training
from groupaffect.training.checkpoint import read_progress
from groupaffect.training.face_images import LabelledFaces
from groupaffect.training.image_network import ImageNetwork, NetworkShape
from groupaffect.training.image_teachers import TaughtViews
from groupaffect.training.image_training import ImageNetworkRecipe, train_image_network
from groupaffect.training.mini_xception import frame_faces
from groupaffect.training.views import SIZE_PX
from training.killed_training import check_resumes_to_the_same_weights
from training.made_faces import made_faces

RECIPE = ImageNetworkRecipe(
    shape=NetworkShape(2, (8,), ((16, 2), (24, 2))), epochs=2, batch=8, learning_rate=0.05
)


def labelled(n: int) -> LabelledFaces:
    rng = np.random.default_rng(8)
    votes = rng.integers(0, 5, (n, 8)).astype(np.float32)
    votes[::3] = 0  # FER+ has no votes for some
    return LabelledFaces(made_faces(rng, n), rng.integers(0, 7, n), votes)


def train(
    checkpoint: Path,
    faces: LabelledFaces,
    *,
    recipe: ImageNetworkRecipe = RECIPE,
    taught: TaughtViews | None = None,
) -> ImageNetwork:
    return train_image_network(
        faces, faces.faces.landmark_xy_px, checkpoint, recipe=recipe, taught=taught
    )


def read(network: ImageNetwork, faces: LabelledFaces) -> tuple[np.ndarray, np.ndarray]:
    crops = augment.cut_crops(
        torch.from_numpy(faces.faces.grey),
        frame_faces(faces.faces.landmark_xy_px),
        size_px=SIZE_PX,
    )
    with torch.inference_mode():
        seen = network.eval()(crops)
    return seen.logits.argmax(1).numpy(), seen.vote_logits.argmax(1).numpy()


def test_training_killed_between_epochs_goes_on_to_the_same_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image_training, "CURVE_STEP", 1)
    faces = labelled(18)
    check_resumes_to_the_same_weights(
        image_training, lambda checkpoint: train(checkpoint, faces), tmp_path, monkeypatch
    )


def test_network_learns_labels_and_votes_of_easy_faces(tmp_path: Path) -> None:
    faces = made_faces(np.random.default_rng(2), 96)
    label = np.arange(96) % 2 * 3  # angry or happy
    bright = label == 3
    faces.grey[bright, 24:] = 255 - faces.grey[bright, 24:] // 8  # a light lower half
    faces.grey[~bright, :24] = 255 - faces.grey[~bright, :24] // 8
    votes = np.zeros((96, 8), dtype=np.float32)
    votes[np.arange(96), label] = 10
    easy = LabelledFaces(faces, label, votes)
    recipe = dataclasses.replace(RECIPE, epochs=8, batch=16, average_decay=0.8, balance=0.0)
    network = train(tmp_path / "run.npz", easy, recipe=recipe)
    read_label, read_vote = read(network, easy)
    assert (read_label == label).mean() > 0.9
    assert (read_vote == label).mean() > 0.9


def test_network_believes_its_teachers_against_the_labels(tmp_path: Path) -> None:
    faces = labelled(40)
    readings = np.zeros((2, 40, 15), np.float16)
    readings[:, :, 3], readings[:, :, 7 + 5] = 1, 1
    taught = TaughtViews(
        torch.from_numpy(faces.faces.grey),
        frame_faces(faces.faces.landmark_xy_px),
        readings,
        tmp_path,
    )
    recipe = dataclasses.replace(RECIPE, epochs=6, average_decay=0.5, balance=0.0, taught_share=1.0)
    network = train(tmp_path / "run.npz", faces, recipe=recipe, taught=taught)
    read_label, read_vote = read(network, faces)
    assert (read_label == 3).all()
    assert (read_vote == 5).all()


def test_watched_faces_are_read_and_not_learnt(tmp_path: Path) -> None:
    faces, watched = labelled(16), labelled(5)
    plain = train(tmp_path / "plain.npz", faces)
    beside = train_image_network(
        faces,
        faces.faces.landmark_xy_px,
        tmp_path / "beside.npz",
        recipe=RECIPE,
        watched=(watched, watched.faces.landmark_xy_px),
    )
    for name, value in plain.state_dict().items():
        assert torch.equal(value, beside.state_dict()[name]), name
    curve = read_progress(tmp_path / "beside.npz")["watched_accuracy"]
    right = read(beside, watched)[0] == watched.label
    assert curve == {"2": pytest.approx(right.mean(), abs=1e-4)}


def test_mixing_keeps_most_of_the_first_and_is_repeatable() -> None:
    ones = torch.arange(6.0)
    batch = (ones.view(6, 1, 1, 1), ones[:, None], ones[:, None])

    def mix(seed: int) -> torch.Tensor:
        return image_training._mix(batch, RECIPE, np.random.default_rng(seed))[1]

    assert torch.equal(mix(3), mix(3))
    assert not torch.equal(mix(3), mix(4))
    for seed in range(20):
        crops, target, votes = image_training._mix(batch, RECIPE, np.random.default_rng(seed))
        assert torch.equal(target, votes)
        assert torch.equal(crops.flatten(), target.flatten())
        assert ((target.flatten() - ones).abs() <= 2.5).all()  # half of the way to another's 5
    alone = dataclasses.replace(RECIPE, mixup_alpha=0.0)
    assert torch.equal(image_training._mix(batch, alone, np.random.default_rng(1))[1], batch[1])
