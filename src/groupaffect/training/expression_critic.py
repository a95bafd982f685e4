"""Teach landmarks to keep what tells expressions: a reader of points whose loss reaches them.

The landmark network's mean error says little about the few points that a smile or a frown moves.
A small reader of the run-time features (``expression.landmark_features``, here differentiable)
is trained beside the network, and its loss is added to the points' own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from jaxtyping import Float, Int
from torch import nn

from groupaffect.reference_shape import REFERENCE_SHAPE_XY
from groupaffect.training.class_balance import logit_adjustment
from groupaffect.training.landmark_mlp import LandmarkMLP
from groupaffect.training.landmark_sampling import LandmarkBatch


@dataclass(frozen=True, slots=True)
class CriticRecipe:
    """How the reader is trained; all ours."""

    weight: float = 1.0  # of its loss beside the points' wing loss
    balance: float = 0.5  # tau of the logit adjustment (Menon et al. 2021, 2007.07314)
    dropout: float = 0.2
    label_smoothing: float = 0.05


class ExpressionCritic(nn.Module):
    """Return the weighted loss of reading the labelled expressions of a batch from its points."""

    def __init__(
        self, label: Int[np.ndarray, " n"], *, recipe: CriticRecipe = CriticRecipe()
    ) -> None:
        super().__init__()
        known = torch.from_numpy(label[label >= 0])
        self.register_buffer("adjustment", logit_adjustment(known, tau=recipe.balance))
        self.reader = LandmarkMLP(dropout=recipe.dropout)
        self.recipe = recipe

    def forward(self, points: torch.Tensor, batch: LandmarkBatch) -> torch.Tensor:
        """Return the loss of the faces that are framed and labelled; zero without any."""
        chosen = batch.present & (batch.label >= 0)
        logits, _ = self.reader(differentiable_features(points[chosen]))
        loss = F.cross_entropy(
            logits + self.adjustment,
            batch.label[chosen],
            label_smoothing=self.recipe.label_smoothing,
        )
        return self.recipe.weight * loss


def differentiable_features(
    landmark_xy: Float[torch.Tensor, "n 68 2"],
) -> Float[torch.Tensor, "n 272"]:
    """Return ``describe_landmarks`` of the points, with a gradient."""
    reference = torch.from_numpy(REFERENCE_SHAPE_XY).to(landmark_xy)
    reference = torch.view_as_complex((reference - reference.mean(dim=0)).contiguous())
    shape = landmark_xy - landmark_xy.mean(dim=1, keepdim=True)
    shape = torch.view_as_complex(shape.contiguous())
    energy = (shape.real**2 + shape.imag**2).sum(dim=1, keepdim=True)
    turn = (shape.conj() * reference).sum(dim=1, keepdim=True) / energy
    upright = turn * shape
    angle = torch.angle(upright * reference.conj())  # from the mean face's: never jumps
    return torch.cat([upright.real, upright.imag, upright.abs(), angle], dim=1)
