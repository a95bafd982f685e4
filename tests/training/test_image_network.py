from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from groupaffect.training import image_network
from groupaffect.training.face_images import LabelledFaces
from groupaffect.training.held_out import held_out_rows
from groupaffect.training.image_network import (
    ImageNetwork,
    ImageNetworkRecipe,
    _mixing,
    disturbed_crops,
    read_both_ways,
    train_image_network,
)
from training.killed_training import check_resumes_to_the_same_weights
from training.made_faces import made_faces

RECIPE = ImageNetworkRecipe(epochs=2, batch=8)


def labelled(n: int) -> LabelledFaces:
    rng = np.random.default_rng(8)
    votes = rng.integers(0, 5, (n, 8)).astype(np.float32)
    votes[::3] = 0  # FER+ has no votes for some
    return LabelledFaces(made_faces(rng, n), rng.integers(0, 7, n), votes)


def train(checkpoint: Path, *, n: int = 18, recipe: ImageNetworkRecipe = RECIPE) -> ImageNetwork:
    faces = labelled(n)
    return train_image_network(faces, faces.faces.landmark_xy_px, checkpoint, recipe=recipe)


def test_image_network_killed_between_epochs_goes_on_to_the_same_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_resumes_to_the_same_weights(image_network, train, tmp_path, monkeypatch)


def test_image_network_is_not_trained_on_held_out_faces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[torch.Tensor] = []

    def watch(images: torch.Tensor, *rest: object, **named: object) -> torch.Tensor:
        seen.append(images)
        return disturbed_crops(images, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(image_network, "disturbed_crops", watch)
    grey = labelled(160).faces.grey
    held = held_out_rows(grey)
    assert 0 < held.sum() < 20
    train(tmp_path / "run.npz", n=160, recipe=ImageNetworkRecipe(epochs=1, batch=8))
    shown = {image.numpy().tobytes() for batch in seen for image in batch}
    assert not shown & {image.tobytes() for image in grey[held]}


def test_image_network_learns_labels_and_votes_of_easy_faces(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    faces = made_faces(rng, 96)
    label = np.arange(96) % 2 * 3  # angry or happy
    bright = label == 3
    faces.grey[bright, 24:] = 255 - faces.grey[bright, 24:] // 8  # a light lower half
    faces.grey[~bright, :24] = 255 - faces.grey[~bright, :24] // 8
    votes = np.zeros((96, 8), dtype=np.float32)
    votes[np.arange(96), label] = 10
    recipe = ImageNetworkRecipe(
        epochs=6, batch=16, learning_rate=0.05, average_decay=0.8, balance=0.0
    )
    network = train_image_network(
        LabelledFaces(faces, label, votes),
        faces.landmark_xy_px,
        tmp_path / "run.npz",
        recipe=recipe,
    )
    crops = image_network.augment.cut_crops(
        torch.from_numpy(faces.grey),
        image_network.frame_faces(faces.landmark_xy_px),
        size_px=image_network.SIZE_PX,
    )
    with torch.inference_mode():
        logits, vote_logits = network(crops)
    assert (logits.argmax(1).numpy() == label).mean() > 0.9
    assert (vote_logits.argmax(1).numpy() == label).mean() > 0.9


def test_image_network_does_not_depend_on_light(rng: np.random.Generator) -> None:
    torch.manual_seed(1)
    network = ImageNetwork().eval()
    crops = torch.from_numpy(rng.uniform(20, 120, (2, 1, 48, 48))).float()
    with torch.inference_mode():
        (logits, votes), (other, _) = network(crops), network(2 * crops + 10)
    assert (logits.shape, votes.shape) == ((2, 7), (2, 8))
    torch.testing.assert_close(logits, other, atol=0.01, rtol=0)


def test_image_network_is_small_enough() -> None:
    network = ImageNetwork().eval()
    n_multiplications = [0]

    def count(layer: torch.nn.Module, _: object, output: torch.Tensor) -> None:
        if isinstance(layer, torch.nn.Conv2d):
            n_multiplications[0] += output[0].numel() * layer.weight[0].numel()

    for layer in network.modules():
        layer.register_forward_hook(count)
    with torch.inference_mode():
        network(torch.zeros(1, 1, 48, 48))
    assert 15e6 < n_multiplications[0] <= 25e6
    assert sum(p.numel() for p in network.parameters()) <= 3e6


def test_mixing_keeps_most_of_the_first_and_is_repeatable() -> None:
    draws = [_mixing(6, 0.2, torch.Generator().manual_seed(s)) for s in range(50)]
    assert all(0.5 <= share <= 1 for share, _ in draws)
    assert len({share for share, _ in draws}) > 30
    again = _mixing(6, 0.2, torch.Generator().manual_seed(3))
    assert again[0] == draws[3][0]
    assert torch.equal(again[1], draws[3][1])
    assert _mixing(6, 0.0, torch.Generator().manual_seed(3))[0] == 1.0


def test_image_network_believes_its_teacher_against_the_labels(tmp_path: Path) -> None:
    class Happy(ImageNetwork):
        def forward(self, crops: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            return torch.eye(7)[[3]].repeat(len(crops), 1) * 20, torch.zeros(len(crops), 8)

    faces = labelled(40)
    recipe = ImageNetworkRecipe(
        epochs=6, batch=8, learning_rate=0.05, average_decay=0.5, balance=0.0, teacher_share=1.0
    )
    network = train_image_network(
        faces, faces.faces.landmark_xy_px, tmp_path / "run.npz", recipe=recipe, teacher=Happy()
    )
    crop_to_image = image_network.frame_faces(faces.faces.landmark_xy_px)
    read = read_both_ways(network, torch.from_numpy(faces.faces.grey), crop_to_image)
    assert (read.argmax(dim=1) == 3).all()


def test_reading_both_ways_is_the_same_for_mirrored_crops(rng: np.random.Generator) -> None:
    torch.manual_seed(1)
    network = ImageNetwork().eval()
    images = torch.from_numpy(rng.integers(0, 255, (3, 48, 48)).astype(np.uint8))
    whole = torch.eye(2, 3)[None].repeat(3, 1, 1)
    read = read_both_ways(network, images, whole)
    mirrored = read_both_ways(network, images.flip(2), whole)
    torch.testing.assert_close(read, mirrored)
    torch.testing.assert_close(read.sum(dim=1), torch.ones(3))
