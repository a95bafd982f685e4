from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from groupaffect.training import landmark_network
from groupaffect.training.checkpoint import read_progress
from groupaffect.training.expression_critic import ExpressionCritic
from groupaffect.training.landmark_network import (
    LandmarkNetwork,
    LandmarkRecipe,
    landmark_losses,
    measure_errors,
    train_landmark_network,
    wing_loss,
)
from groupaffect.training.landmark_sampling import REFERENCE_CROP_XY, LandmarkBatch, Mixture
from training.killed_training import check_resumes_to_the_same_weights
from training.made_faces import made_faces, made_sets


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


def test_network_does_not_depend_on_light(rng: np.random.Generator) -> None:
    torch.manual_seed(1)
    network = LandmarkNetwork().eval()
    crops = torch.from_numpy(rng.uniform(20, 120, (2, 1, 64, 64))).float()
    with torch.inference_mode():
        (points, logit, fit), (other, other_logit, other_fit) = (
            network(crops),
            network(2 * crops + 10),
        )
    assert points.shape == (2, 68, 2)
    assert logit.shape == (2,)
    torch.testing.assert_close(points, other, atol=0.01, rtol=0)
    torch.testing.assert_close(logit, other_logit, atol=0.01, rtol=0)
    torch.testing.assert_close(fit, other_fit, atol=0.01, rtol=0)


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


def test_losses_equal_hand_worked_ones() -> None:
    truth = REFERENCE_CROP_XY.expand(3, -1, -1)  # eye centres some 18 px apart
    points = truth.clone()
    points[1] += 2.0  # framed, every point 2.83 px off: about 15 % of that
    points[2] += 9.0  # not framed: its points must not matter
    batch = LandmarkBatch(
        crops=torch.zeros(3, 1, 64, 64),
        points=truth,
        present=torch.tensor([True, True, False]),
        label=torch.full((3,), -1),
    )
    recipe = LandmarkRecipe(fit_limit=0.08, fit_weight=0.5)
    none = torch.zeros(3)
    losses = landmark_losses(points, none, torch.tensor([2.0, 2.0, 9.0]), batch, recipe=recipe)
    two_px = 3.0 * math.log(1 + 2 / 0.5)
    mean_weight = (17 * 1.0 + 51 * 1.5) / 68
    assert losses["points"].item() == pytest.approx(two_px * mean_weight / 2, rel=1e-4)
    assert losses["face"].item() == pytest.approx(math.log(2), rel=1e-4)
    right, wrong = math.log1p(math.exp(-2)), math.log1p(math.exp(2))
    assert losses["fit"].item() == pytest.approx(0.5 * (right + wrong) / 2, rel=1e-4)


RECIPE = LandmarkRecipe(epochs=2, mixture=Mixture(faces=8, backgrounds=2))


def train(checkpoint: Path) -> LandmarkNetwork:
    torch.manual_seed(4)
    sets, start = made_sets(), LandmarkNetwork()
    critic = ExpressionCritic(sets.label)
    return train_landmark_network(sets, checkpoint, recipe=RECIPE, start=start, critic=critic)


def test_landmark_network_killed_between_epochs_goes_on_to_the_same_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch, "compile", lambda network: network)
    check_resumes_to_the_same_weights(landmark_network, train, tmp_path, monkeypatch)
    assert read_progress(tmp_path / "killed.npz")["epochs"] == 2
    torch.manual_seed(4)
    before = LandmarkNetwork().head.weight
    trained = train(tmp_path / "killed.npz")  # whole: nothing is trained again
    assert not torch.equal(trained.head.weight, before)
