from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812

from groupaffect.expression.landmark_features import describe_landmarks
from groupaffect.reference_shape import REFERENCE_SHAPE_XY
from groupaffect.training.expression_critic import (
    CriticRecipe,
    ExpressionCritic,
    differentiable_features,
)
from groupaffect.training.landmark_sampling import LandmarkBatch


def made_points(rng: np.random.Generator, n: int) -> np.ndarray:
    shape = REFERENCE_SHAPE_XY + rng.normal(0, 0.03, (n, 68, 2))
    angle = rng.uniform(-0.6, 0.6, n)
    turn = np.stack([np.cos(angle), -np.sin(angle), np.sin(angle), np.cos(angle)], axis=1)
    return 40 * shape @ turn.reshape(n, 2, 2).swapaxes(1, 2) + rng.normal(32, 3, (n, 1, 2))


def test_differentiable_features_equal_those_of_the_run_time(rng: np.random.Generator) -> None:
    points = made_points(rng, 20)
    features = differentiable_features(torch.from_numpy(points))
    np.testing.assert_allclose(features.numpy(), describe_landmarks(points), atol=1e-5)


def batch_of(points: torch.Tensor, present: list[bool], label: list[int]) -> LandmarkBatch:
    crops = torch.zeros(len(points), 1, 64, 64)
    return LandmarkBatch(crops, points, torch.tensor(present), torch.tensor(label))


def test_critic_reads_only_framed_and_labelled_faces(rng: np.random.Generator) -> None:
    points = torch.from_numpy(made_points(rng, 4)).float().requires_grad_()
    label = np.array([3, 3, 4, 0])
    critic = ExpressionCritic(label, recipe=CriticRecipe(weight=2.0, label_smoothing=0.0)).eval()
    batch = batch_of(points.detach(), [True, True, False, True], [3, 4, 4, -1])
    loss = critic(points, batch)
    loss.backward()
    moved = points.grad.abs().sum(dim=(1, 2)) > 0
    assert moved.tolist() == [True, True, False, False]
    shares = np.array([1, 1, 1, 2, 1, 1, 1]) / 8  # an emotion that never occurs counts once
    logits, _ = critic.reader(differentiable_features(points[:2]))
    adjusted = logits + torch.tensor(0.5 * np.log(shares), dtype=torch.float32)
    wanted = 2.0 * F.cross_entropy(adjusted, torch.tensor([3, 4]))
    assert math.isclose(loss.item(), wanted.item(), rel_tol=1e-5)
