"""Train the paper's landmark model: an MLP with two hidden layers of 128 ReLU units, Adamax.

Notable:
- its points come from the package's own landmark network, several disturbed framings of
  each still, so that it knows how that network errs;
- rare emotions weigh more, so that disgust (1.5 % of the faces) is read at all;
- it sees numbers only: four for each of 68 points (``expression.landmark_features``).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from groupaffect.expression.landmark_features import N_FEATURES, describe_landmarks
from groupaffect.reference_shape import MIRROR_ORDER
from groupaffect.training.class_balance import logit_adjustment
from groupaffect.training.schedule import one_cycle, set_rate

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LandmarkModelRecipe:
    """How the shipped landmark model was trained; ours unless a source is named."""

    epochs: int = 80
    batch: int = 256
    learning_rate: float = 4e-3  # peak of a one-cycle schedule for Adamax
    weight_decay: float = 1e-4
    dropout: float = 0.2
    label_smoothing: float = 0.05
    balance: float = 0.5  # tau of the logit adjustment (Menon et al. 2021, 2007.07314)
    seed: int = 22


class LandmarkMLP(nn.Module):
    """Map (n, 272) features to (n, 7) logits; features are normalised inside."""

    def __init__(self, *, dropout: float = 0.0) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.BatchNorm1d(N_FEATURES, affine=False),
            nn.Linear(N_FEATURES, 128),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(128, 128),
            nn.ReLU(),
            nn.Dropout(dropout),
        )
        self.labels = nn.Linear(128, 7)

    def forward(self, features: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return logits, and the (n, 128) embedding that they are linear in."""
        embedding = self.body(features)
        return self.labels(embedding), embedding


def train_landmark_model(
    views_xy_px: list[np.ndarray],
    label: np.ndarray,
    *,
    recipe: LandmarkModelRecipe = LandmarkModelRecipe(),
) -> LandmarkMLP:
    """Train on several views of each face and their mirror images; return the network.

    Parameters
    ----------
    views_xy_px : arrays (n, 68, 2), one for each framing of the same n stills.
    label : (n,) 0..6.
    """
    torch.manual_seed(recipe.seed)
    mirrored = [view[:, MIRROR_ORDER] * np.array([-1.0, 1.0]) for view in views_xy_px]
    features = torch.stack(
        [torch.from_numpy(describe_landmarks(view)) for view in views_xy_px + mirrored]
    )  # (n_views, n, 272)
    target = torch.from_numpy(label)
    adjustment = logit_adjustment(target, tau=recipe.balance)
    model = LandmarkMLP(dropout=recipe.dropout)
    optimizer = torch.optim.Adamax(
        model.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay
    )
    for epoch in range(recipe.epochs):
        order = torch.randperm(len(target))
        view = torch.randint(len(features), (len(target),))
        for step, rows in enumerate(order.split(recipe.batch)):
            rate = one_cycle((epoch + step * recipe.batch / len(target)) / recipe.epochs)
            set_rate(optimizer, recipe.learning_rate * rate)
            logits, _ = model(features[view[rows], rows])
            loss = F.cross_entropy(
                logits + adjustment, target[rows], label_smoothing=recipe.label_smoothing
            )
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
        log.info("epoch %d: last loss %.3f", epoch + 1, loss.item())
    return model.eval()
