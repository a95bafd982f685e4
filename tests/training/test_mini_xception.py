from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from groupaffect.faces import crops as run_time
from groupaffect.reference_shape import IMAGE_FRAME
from groupaffect.training import augmentation as augment
from groupaffect.training import mini_xception
from groupaffect.training.held_out import held_out_rows
from groupaffect.training.mini_xception import (
    ImageRecipe,
    MiniXception,
    disturbed_crops,
    frame_faces,
    train_image_model,
)
from training.killed_training import check_resumes_to_the_same_weights
from training.made_faces import made_faces

RECIPE = ImageRecipe(epochs=2, batch=8, dropout=0.5)


def train(checkpoint: Path) -> MiniXception:
    rng = np.random.default_rng(8)
    faces = made_faces(rng, 18)
    label = rng.integers(0, 7, 18)
    return train_image_model(faces.grey, faces.landmark_xy_px, label, checkpoint, recipe=RECIPE)


def test_image_model_killed_between_epochs_goes_on_to_the_same_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_resumes_to_the_same_weights(mini_xception, train, tmp_path, monkeypatch)


def test_image_model_whole_training_is_not_trained_again(tmp_path: Path) -> None:
    whole, again = train(tmp_path / "run.npz"), train(tmp_path / "run.npz")
    for name, value in whole.state_dict().items():
        assert torch.equal(value, again.state_dict()[name]), name


def test_image_model_returns_averaged_weights_that_moved(tmp_path: Path) -> None:
    torch.manual_seed(RECIPE.seed)
    first = MiniXception(dropout=RECIPE.dropout)
    network = train(tmp_path / "run.npz")
    assert not network.training
    last = np.load(tmp_path / "run.npz", allow_pickle=False)
    name = "layers.0.weight"
    average = network.state_dict()[name].numpy()
    np.testing.assert_array_equal(average, last[f"model/average.module.{name}"])
    assert not np.array_equal(average, last[f"model/model.{name}"])
    assert not np.array_equal(average, first.state_dict()[name].numpy())


def test_image_model_is_not_trained_on_held_out_faces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[torch.Tensor] = []
    cut = mini_xception.disturbed_crops

    def watch(images: torch.Tensor, *rest: object, **named: object) -> torch.Tensor:
        seen.append(images)
        return cut(images, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(mini_xception, "disturbed_crops", watch)
    faces = made_faces(np.random.default_rng(1), 160)
    held = held_out_rows(faces.grey)
    assert 0 < held.sum() < 20
    label = np.zeros(160, dtype=np.int64)
    recipe = ImageRecipe(epochs=1, batch=8)
    train_image_model(faces.grey, faces.landmark_xy_px, label, tmp_path / "run.npz", recipe=recipe)
    shown = {image.numpy().tobytes() for batch in seen for image in batch}
    assert not shown & {image.tobytes() for image in faces.grey[held]}
    assert len(shown) == 8 * ((160 - int(held.sum())) // 8)


def test_frame_faces_cuts_the_same_crops_as_at_run_time(rng: np.random.Generator) -> None:
    faces = made_faces(rng, 6)
    points = faces.landmark_xy_px.astype(np.float64)
    there = augment.cut_crops(torch.from_numpy(faces.grey), frame_faces(points), size_px=48)
    transform = run_time.crop_to_picture(IMAGE_FRAME, points, rigid_only=True)
    for grey, one, crop in zip(faces.grey, transform, there[:, 0].numpy(), strict=True):
        here = run_time.cut_crops(grey, one[None], size_px=IMAGE_FRAME.size_px)[0]
        assert np.abs(here.astype(float) - crop).max() < 1.25  # fractions are cut off at run time


def test_disturbed_crops_mirror_about_half_of_the_faces() -> None:
    ramp = np.tile(np.arange(48, dtype=np.uint8) * 5, (200, 48, 1))
    centred = torch.eye(2, 3).expand(200, 2, 3)
    generator = torch.Generator().manual_seed(2)
    crops = disturbed_crops(torch.from_numpy(ramp), centred, generator=generator)
    assert crops.shape == (200, 1, 48, 48)
    rises = crops[..., 30:].mean(dim=(1, 2, 3)) > crops[..., :18].mean(dim=(1, 2, 3))
    assert 70 < int(rises.sum()) < 130


def test_mini_xception_does_not_depend_on_light(rng: np.random.Generator) -> None:
    torch.manual_seed(1)
    network = MiniXception().eval()
    crops = torch.from_numpy(rng.uniform(20, 120, (2, 1, 48, 48))).float()
    with torch.inference_mode():
        logits, other = network(crops), network(2 * crops + 10)
    assert logits.shape == (2, 7)
    torch.testing.assert_close(logits, other, atol=0.01, rtol=0)
