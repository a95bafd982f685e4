from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from groupaffect.faces.crops import crop_to_picture
from groupaffect.reference_shape import LANDMARK_FRAME, REFERENCE_SHAPE_XY
from groupaffect.similarity import apply_similarity, fit_similarity
from groupaffect.training import landmark_network
from groupaffect.training.checkpoint import load_checkpoint, save_checkpoint
from groupaffect.training.landmark_network import (
    FaceSampler,
    LandmarkNetwork,
    LandmarkRecipe,
    eye_centre_distance,
    measure_errors,
    one_cycle,
    wing_loss,
)
from training.made_faces import made_faces


def generator(seed: int = 3) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def slow_wing(error: float, width: float, curvature: float) -> float:
    """Feng et al. 2018, eq. 5."""
    constant = width - width * math.log(1 + width / curvature)
    if abs(error) < width:
        return width * math.log(1 + abs(error) / curvature)
    return abs(error) - constant


def test_wing_loss_equals_slow_twin(rng: np.random.Generator) -> None:
    errors = rng.normal(0, 5, (6, 4, 2))
    loss = wing_loss(torch.from_numpy(errors), width=3.0, curvature=0.5)
    wanted = [slow_wing(error, 3.0, 0.5) for error in errors.ravel().tolist()]
    np.testing.assert_allclose(loss.numpy().ravel(), wanted, atol=1e-12)


def test_wing_loss_has_no_step_at_its_width_and_is_even() -> None:
    near = torch.tensor([3 - 1e-6, 3 + 1e-6, -3 + 1e-6, 0.0], dtype=torch.float64)
    below, above, other, none = wing_loss(near, width=3.0, curvature=0.5).tolist()
    assert below == pytest.approx(above, abs=1e-4)
    assert below == pytest.approx(other, abs=1e-12)
    assert none == 0.0


def test_one_cycle_climbs_in_a_line_and_falls_in_a_half_cosine() -> None:
    assert one_cycle(0.0) == pytest.approx(0.05)
    assert one_cycle(0.04) == pytest.approx(0.525)
    assert one_cycle(0.08) == pytest.approx(1.0)
    assert one_cycle(0.08 - 1e-9) == pytest.approx(1.0)
    for share in (0.25, 0.5, 0.75, 1.0):
        wanted = (1 + math.cos(math.pi * share)) / 2
        assert one_cycle(0.08 + 0.92 * share) == pytest.approx(wanted)


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
    crops, points, present = sampler.draw(torch.arange(40), without_face=0.0)
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
    _, points, _ = sampler.draw(torch.arange(60), without_face=0.0)
    middle = points.mean(dim=1)
    assert ((middle > 16) & (middle < 48)).all()


def test_sampler_without_face_misses_the_share_asked_for(rng: np.random.Generator) -> None:
    sampler = FaceSampler(made_faces(rng, 300), generator=generator())
    _, points, present = sampler.draw(torch.arange(300), without_face=0.5)
    assert 110 < int((~present).sum()) < 190
    off = (points.mean(dim=1) - 31.5).norm(dim=1)
    scale = eye_centre_distance(points) / 16.5  # of a well framed face
    assert ((off / scale)[present] < 25).all()
    assert ((off / scale)[~present] > 10).float().mean() > 0.9


def test_sampler_same_seed_draws_the_same(rng: np.random.Generator) -> None:
    faces = made_faces(rng, 6)
    once, again, other = (
        FaceSampler(faces, generator=generator(seed)).draw(torch.arange(6), without_face=0.2)
        for seed in (1, 1, 2)
    )
    assert all(torch.equal(a, b) for a, b in zip(once, again, strict=True))
    assert not torch.equal(once[0], other[0])


def test_network_does_not_depend_on_light(rng: np.random.Generator) -> None:
    torch.manual_seed(1)
    network = LandmarkNetwork().eval()
    crops = torch.from_numpy(rng.uniform(20, 120, (2, 1, 64, 64))).float()
    with torch.inference_mode():
        (points, logit), (other, other_logit) = network(crops), network(2 * crops + 10)
    assert points.shape == (2, 68, 2)
    assert logit.shape == (2,)
    torch.testing.assert_close(points, other, atol=0.01, rtol=0)
    torch.testing.assert_close(logit, other_logit, atol=0.01, rtol=0)


def test_measure_errors_of_a_network_that_says_the_mean_face_is_small_on_mean_faces(
    rng: np.random.Generator,
) -> None:
    torch.manual_seed(1)
    network = LandmarkNetwork()
    torch.nn.init.zeros_(network.head.weight)
    torch.nn.init.zeros_(network.head.bias)
    median, mean = measure_errors(network, made_faces(rng, 20))
    assert 0 < median < 0.6  # the frames are disturbed, the answer is not
    assert mean == pytest.approx(median, rel=0.5)
    assert network.training


RECIPE = LandmarkRecipe(epochs=2, batch=8)


def epochs_of(network: LandmarkNetwork, optimizer: torch.optim.Optimizer, epochs: range) -> None:
    for epoch in epochs:
        torch.manual_seed(99)  # nothing may hang on the global state
        one = generator(RECIPE.seed * 1000 + epoch)
        sets = (made_faces(np.random.default_rng(side), 8, side=side) for side in (48, 96))
        samplers = [FaceSampler(faces, generator=one) for faces in sets]
        landmark_network._train_epoch(network, optimizer, samplers, recipe=RECIPE, epoch=epoch)


def start() -> tuple[LandmarkNetwork, torch.optim.Optimizer]:
    torch.manual_seed(4)
    network = LandmarkNetwork().to(memory_format=torch.channels_last)
    return network, torch.optim.AdamW(network.parameters(), lr=1e-3)


def test_landmark_network_killed_between_epochs_goes_on_to_the_same_weights(
    tmp_path: Path,
) -> None:
    whole, optimizer = start()
    before = whole.head.weight.detach().clone()
    epochs_of(whole, optimizer, range(1))
    save_checkpoint(tmp_path / "a.npz", model=whole, optimizer=optimizer, progress={"epochs": 1})
    epochs_of(whole, optimizer, range(1, 2))
    resumed, other = start()
    load_checkpoint(tmp_path / "a.npz", model=resumed, optimizer=other)
    epochs_of(resumed, other, range(1, 2))
    assert not torch.equal(whole.head.weight, before)
    for name, value in whole.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[name]), name
