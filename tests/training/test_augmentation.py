from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.fft import dctn, idctn

from groupaffect.faces import crops as run_time
from groupaffect.similarity import similarity_scale
from groupaffect.training import augmentation as augment


def generator(seed: int = 3) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def random_transforms(n: int, seed: int = 3, *, log_scale: float = 0.5) -> torch.Tensor:
    draw = augment.random_similarity(
        n, rotation_deg=60, log_scale=log_scale, shift=12, generator=generator(seed)
    )
    return draw + torch.tensor([[0.0, 0.0, 14.0], [0.0, 0.0, 14.0]])


def matrix(transform: torch.Tensor) -> np.ndarray:
    return np.vstack([transform.double().numpy(), [0, 0, 1]])


def noise(n: int, side: int, seed: int = 1) -> torch.Tensor:
    return torch.randint(0, 256, (n, side, side), dtype=torch.uint8, generator=generator(seed))


def test_cut_crops_frames_training_faces_as_at_run_time() -> None:
    images, transforms = noise(12, 60), random_transforms(12, log_scale=0.65)
    training = augment.cut_crops(images, transforms, size_px=48)[:, 0].numpy()
    scales = similarity_scale(transforms.double().numpy())
    assert (scales < 2).all()  # from 2 on, the run-time code averages first
    assert scales.max() > 1.5
    for image, transform, crop in zip(images, transforms, training, strict=True):
        there = run_time.cut_crops(image.numpy(), transform[None].double().numpy(), size_px=48)
        # run time cuts fractions of a grey level off; single precision of the places
        assert np.abs(there[0].astype(float) - crop).max() < 1.25


def test_compose_is_the_product_of_matrices() -> None:
    outer, inner = random_transforms(5, 1), random_transforms(5, 2)
    for one, other, both in zip(outer, inner, augment.compose(outer, inner), strict=True):
        np.testing.assert_allclose(matrix(both), matrix(one) @ matrix(other), atol=1e-4)


def test_invert_undoes() -> None:
    transforms = random_transforms(5)
    there_and_back = augment.compose(augment.invert(transforms), transforms)
    wanted = torch.eye(2, 3).expand(5, 2, 3)
    torch.testing.assert_close(there_and_back, wanted, atol=1e-4, rtol=0)


def test_map_points_equals_matrix_times_each_point() -> None:
    transforms, xy = random_transforms(3), torch.randn(3, 4, 2, generator=generator())
    mapped = augment.map_points(transforms, xy).double().numpy()
    for face, point in np.ndindex(3, 4):
        x, y = xy[face, point].tolist()
        wanted = (matrix(transforms[face]) @ [x, y, 1.0])[:2]
        np.testing.assert_allclose(mapped[face, point], wanted, atol=1e-4)


def test_about_centre_keeps_the_centre_of_turns_and_mirrors() -> None:
    turn = augment.random_similarity(
        6, rotation_deg=180, log_scale=0.5, shift=0, generator=generator()
    )
    turn[3:, :, 0] *= -1
    centre = torch.full((6, 1, 2), 31.5)
    moved = augment.map_points(augment.about_centre(turn, size_px=64), centre)
    torch.testing.assert_close(moved, centre, atol=1e-4, rtol=0)


def test_random_similarity_stays_within_its_limits() -> None:
    draw = augment.random_similarity(
        500, rotation_deg=20, log_scale=0.3, shift=4, generator=generator()
    ).double()
    scale = similarity_scale(draw.numpy())
    angle = np.rad2deg(torch.atan2(draw[:, 1, 0], draw[:, 0, 0]).numpy())
    for values, limit in ((np.log(scale), 0.3), (angle, 20), (draw[:, :, 2].numpy(), 4)):
        assert np.abs(values).max() <= limit + 1e-5
        assert np.abs(values).max() > 0.9 * limit
        assert abs(values.mean()) < 0.1 * limit


def test_cut_crops_mirrored_frame_gives_the_mirrored_crop() -> None:
    images, transforms = noise(4, 60), random_transforms(4)
    mirror = torch.tensor([[-1.0, 0, 0], [0, 1, 0]]).expand(4, 2, 3)
    mirrored = augment.compose(transforms, augment.about_centre(mirror, size_px=32))
    crops = augment.cut_crops(images, transforms, size_px=32)
    there = augment.cut_crops(images, mirrored, size_px=32)
    torch.testing.assert_close(there, crops.flip(3), atol=0.05, rtol=0)


def test_cut_crops_points_stay_on_what_they_mark() -> None:
    y, x = torch.meshgrid(torch.arange(80), torch.arange(80), indexing="ij")
    image = (20 + 2 * x + y // 2).to(torch.uint8)
    transforms = random_transforms(1, log_scale=0.2)
    places = torch.rand(1, 30, 2, generator=generator()) * 20 + 6  # in the crop
    crop = augment.cut_crops(image[None], transforms, size_px=32)[0, 0]
    at = augment.map_points(transforms, places)[0]
    inside = ((at > 1) & (at < 78)).all(dim=1)
    assert inside.sum() > 10
    for (column, row), (u, v) in zip(places[0, inside].tolist(), at[inside].tolist(), strict=True):
        seen = float(crop[round(row), round(column)])
        assert abs(seen - (20 + 2 * u + v / 2)) < 4  # half a pixel of 2 grey levels each way


def test_disturb_light_stays_within_grey_levels_and_changes_each_face() -> None:
    crops = noise(6, 32)[:, None].float()
    lit = augment.disturb_light(crops, generator=generator())
    assert lit.shape == crops.shape
    assert lit.min() >= 0
    assert lit.max() <= 255
    assert ((lit - crops).abs().mean(dim=(1, 2, 3)) > 1).all()


def test_blur_some_blurs_the_share_asked_for() -> None:
    crops = noise(200, 24)[:, None].float()
    blurred = augment.blur_some(crops, share=0.5, generator=generator())
    changed = (blurred != crops).flatten(1).any(dim=1)
    assert 70 < int(changed.sum()) < 130
    spread = blurred[changed].flatten(1).std(dim=1)
    assert (spread < 0.8 * crops[changed].flatten(1).std(dim=1)).all()
    assert torch.equal(augment.blur_some(crops, share=0.0, generator=generator()), crops)


def test_cut_out_covers_one_square_with_one_tone() -> None:
    crops = noise(60, 40)[:, None].float() + 0.25  # no tone drawn is any of these
    covered = augment.cut_out(crops, share=1.0, generator=generator())
    for before, after in zip(crops[:, 0], covered[:, 0], strict=True):
        hidden = before != after
        rows, columns = hidden.any(dim=1), hidden.any(dim=0)
        assert hidden.sum() == rows.sum() * columns.sum() <= 17 * 17
        assert len(after[hidden].unique()) <= 1
    assert (covered != crops).flatten(1).any(dim=1).float().mean() > 0.9
    assert torch.equal(augment.cut_out(crops, share=0.0, generator=generator()), crops)


def test_compress_some_equals_scipy_block_by_block(rng: np.random.Generator) -> None:
    crops = torch.from_numpy(rng.uniform(0, 255, (1, 1, 16, 16))).float()
    once = generator()
    coarse = augment.compress_some(crops, share=1.0, generator=once)[0, 0].numpy()
    again = generator()
    torch.rand(1, generator=again)
    strength = 2 * 7 ** float(torch.rand(1, generator=again))
    down, right = torch.randint(8, (2,), generator=again).tolist()
    moved = np.roll(crops[0, 0].numpy(), (down, right), axis=(0, 1))
    steps = strength * (1 + np.arange(8)[:, None] + np.arange(8)[None])
    for top in (0, 8):
        for left in (0, 8):
            block = dctn(moved[top : top + 8, left : left + 8], norm="ortho")
            moved[top : top + 8, left : left + 8] = idctn(
                np.round(block / steps) * steps, norm="ortho"
            )
    wanted = np.roll(moved, (-down, -right), axis=(0, 1)).clip(0, 255)
    np.testing.assert_allclose(coarse, wanted, atol=0.01)


def test_compress_some_leaves_the_rest_alone() -> None:
    crops = torch.rand(40, 1, 48, 48) * 255
    coarse = augment.compress_some(crops, share=0.3, generator=generator())
    same = (coarse == crops).flatten(1).all(dim=1)
    assert 15 < int(same.sum()) < 40


@pytest.mark.parametrize("disturb", ["disturb_light", "blur_some", "cut_out", "compress_some"])
def test_disturbances_are_the_same_from_the_same_seed(disturb: str) -> None:
    crops = noise(6, 24)[:, None].float()
    share = {} if disturb == "disturb_light" else {"share": 0.5}
    once, again, other = (
        getattr(augment, disturb)(crops, generator=generator(seed), **share) for seed in (1, 1, 9)
    )
    assert torch.equal(once, again)
    assert not torch.equal(once, other)
