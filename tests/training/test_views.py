from __future__ import annotations

import numpy as np
import torch

from groupaffect.training import augmentation as augment
from groupaffect.training import views
from groupaffect.training.mini_xception import frame_faces
from training.made_faces import made_faces


def faces(n: int) -> tuple[torch.Tensor, torch.Tensor]:
    made = made_faces(np.random.default_rng(4), n)
    return torch.from_numpy(made.grey), frame_faces(made.landmark_xy_px)


def test_view_is_the_same_from_the_same_seed_and_else_another() -> None:
    images, crop_to_image = faces(5)
    once, again, other = (views.draw_view(images, crop_to_image, seed=s) for s in (1, 1, 2))
    assert (once.shape, once.dtype) == ((5, 1, 48, 48), torch.uint8)
    assert torch.equal(once, again)
    assert (once != other).flatten(1).any(dim=1).all()


def test_view_of_many_faces_begins_with_that_of_the_first_ones() -> None:
    images, crop_to_image = faces(3)
    many = [t.repeat_interleave(views.AT_ONCE, 0) for t in (images, crop_to_image)]
    whole = views.draw_view(many[0], many[1], seed=1)
    part = views.draw_view(many[0][: views.AT_ONCE], many[1][: views.AT_ONCE], seed=1)
    assert len(whole) == 3 * views.AT_ONCE
    assert torch.equal(whole[: views.AT_ONCE], part)


def test_view_stays_near_the_undisturbed_crop() -> None:
    images, crop_to_image = faces(40)
    plain = augment.cut_crops(images, crop_to_image, size_px=views.SIZE_PX)
    view = views.draw_view(images, crop_to_image, seed=3).float()
    apart = (view - plain).abs().mean(dim=(1, 2, 3))
    shuffled = (view - plain.roll(1, 0)).abs().mean(dim=(1, 2, 3))
    assert (apart > 0).all()
    assert apart.mean() < shuffled.mean()
