from __future__ import annotations

import numpy as np
import torch

from groupaffect.faces.crops import crop_to_picture
from groupaffect.reference_shape import LANDMARK_FRAME, REFERENCE_SHAPE_XY
from groupaffect.similarity import apply_similarity, fit_similarity
from groupaffect.training.landmark_network import eye_centre_distance
from groupaffect.training.landmark_sampling import (
    REFERENCE_CROP_XY,
    UNKNOWN,
    FaceSampler,
    Mixture,
    draw_backgrounds,
    draw_batches,
    n_steps,
)
from training.made_faces import made_faces, made_sets


def generator(seed: int = 3) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_sampler_without_disturbance_frames_faces_as_at_run_time(rng: np.random.Generator) -> None:
    faces = made_faces(rng, 5)
    sampler = FaceSampler(faces, generator=generator())
    wanted = crop_to_picture(LANDMARK_FRAME, faces.landmark_xy_px.astype(np.float64))
    np.testing.assert_allclose(sampler.crop_to_image.numpy(), wanted, atol=1e-3)


def test_sampler_points_of_mean_faces_stay_mean_faces_also_when_mirrored(
    rng: np.random.Generator,
) -> None:
    faces = made_faces(rng, 40)
    sampler = FaceSampler(faces, generator=generator())
    crops, points, present = sampler.draw(torch.arange(40), missed=0.0, close=0.0)
    assert crops.shape == (40, 1, 64, 64)
    assert present.all()
    shapes = points.double().numpy()
    reference = np.repeat(REFERENCE_SHAPE_XY[None], 40, axis=0)
    again = apply_similarity(fit_similarity(reference, shapes), reference)
    assert np.abs(again - shapes).max() < 0.05  # a wrong order of mirrored points misses by far
    eyes = shapes[:, 42:48].mean(axis=1) - shapes[:, 36:42].mean(axis=1)
    assert (eyes[:, 0] > 0).all()


def test_sampler_disturbs_no_face_out_of_its_crop(rng: np.random.Generator) -> None:
    sampler = FaceSampler(made_faces(rng, 60), generator=generator())
    _, points, _ = sampler.draw(torch.arange(60), missed=0.0, close=0.0)
    middle = points.mean(dim=1)
    assert ((middle > 16) & (middle < 48)).all()


def test_sampler_misses_the_share_asked_for(rng: np.random.Generator) -> None:
    sampler = FaceSampler(made_faces(rng, 300), generator=generator())
    _, points, present = sampler.draw(torch.arange(300), missed=0.5, close=0.0)
    assert 110 < int((~present).sum()) < 190
    off = (points.mean(dim=1) - 31.5).norm(dim=1)
    scale = eye_centre_distance(points) / 16.5  # of a well framed face
    assert ((off / scale)[present] < 25).all()
    assert ((off / scale)[~present] > 10).float().mean() > 0.9


def test_sampler_same_seed_draws_the_same(rng: np.random.Generator) -> None:
    faces = made_faces(rng, 6)
    once, again, other = (
        FaceSampler(faces, generator=generator(seed)).draw(torch.arange(6), missed=0.2, close=0.5)
        for seed in (1, 1, 2)
    )
    assert all(torch.equal(a, b) for a, b in zip(once, again, strict=True))
    assert not torch.equal(once[0], other[0])


def test_sampler_frames_the_close_share_as_the_last_pass_does(rng: np.random.Generator) -> None:
    sampler = FaceSampler(made_faces(rng, 200), generator=generator())
    for close, slack_px in ((1.0, 4.5), (0.0, 16.0)):
        _, points, _ = sampler.draw(torch.arange(200), missed=0.0, close=close)
        off = (points.mean(dim=1) - REFERENCE_CROP_XY.mean(dim=0)).norm(dim=1)
        assert slack_px / 2.5 < off.max() < slack_px


def test_backgrounds_stay_inside_their_patches(rng: np.random.Generator) -> None:
    patches = torch.full((2, 96, 96), 100, dtype=torch.uint8)
    crops = draw_backgrounds(patches, 30, generator=generator())
    assert crops.shape == (30, 1, 64, 64)
    assert len(crops.flatten(1).mean(dim=1).unique()) > 20  # each its own light


def test_batches_hold_both_sets_and_walls_and_labels_of_the_first() -> None:
    sets = made_sets()
    mixture = Mixture(faces=8, backgrounds=3, share_missed=0.0)
    batches = [*draw_batches(sets, mixture, generator=generator())]
    assert len(batches) == n_steps(sets, mixture) == 2
    for batch in batches:
        assert batch.crops.shape == (11, 1, 64, 64)
        assert batch.present.tolist() == [True] * 8 + [False] * 3
        assert (batch.label[4:] == UNKNOWN).all()
    labels = torch.cat([batch.label[:4] for batch in batches])
    assert sorted(labels.tolist()) == sorted(sets.label.tolist())  # each face once
