"""Train the 68-point landmark network by distillation from a face mesh.

Notable:
- plain residual trunk 24-48-96-192 and a fully connected head on its 4x4 map;
- two more outputs: whether a face is framed at all, taught by badly cut crops and by walls and
  clothes; and whether the points can be relied on, taught by the network's own errors;
- crops are standardised inside the network, so light and video range do not matter;
- FER-2013 (hard, small) and LFW (sharp) share every batch;
- half of the faces are framed as a detector frames them, half as the last pass's points do.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from groupaffect.similarity import fit_similarity
from groupaffect.training import augmentation as augment
from groupaffect.training.averaging import average_weights
from groupaffect.training.checkpoint import load_checkpoint, save_checkpoint
from groupaffect.training.expression_critic import ExpressionCritic
from groupaffect.training.face_images import LandmarkedFaces
from groupaffect.training.landmark_sampling import (
    REFERENCE_CROP_XY,
    SIZE_PX,
    FaceSampler,
    LandmarkBatch,
    LandmarkSets,
    Mixture,
    draw_batches,
    n_steps,
)
from groupaffect.training.memory_layout import channels_last
from groupaffect.training.schedule import one_cycle, set_rate

log = logging.getLogger(__name__)
CPU = torch.device("cpu")


@dataclass(frozen=True, slots=True)
class LandmarkRecipe:
    """How the shipped network was trained; every value is ours unless a source is named."""

    epochs: int = 32
    learning_rate: float = 2e-3  # peak of a one-cycle schedule
    weight_decay: float = 1e-2
    wing_width_px: float = 3.0  # Feng et al. 2018 (1711.06753), scaled to 64 px crops
    wing_curvature_px: float = 0.5
    inner_weight: float = 1.5  # brows, eyes, nose and lips against the jaw line
    fit_limit: float = 0.08  # of the eye-centre distance: a mean error beyond is a wrong fit
    fit_weight: float = 0.2  # of that output's loss: it must not pull at the trunk
    average_decay: float = 0.999  # of the weights, by step
    mixture: Mixture = Mixture()
    seed: int = 24


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions beside a shortcut."""

    def __init__(self, n_in: int, n_out: int, *, stride: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(n_in, n_out, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(n_out),
            nn.ReLU(inplace=True),
            nn.Conv2d(n_out, n_out, 3, padding=1, bias=False),
            nn.BatchNorm2d(n_out),
        )
        self.shortcut = nn.Sequential(
            nn.Conv2d(n_in, n_out, 1, stride=stride, bias=False), nn.BatchNorm2d(n_out)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map (n, n_in, h, w) to (n, n_out, h / stride, w / stride)."""
        return F.relu(self.body(x) + self.shortcut(x))


class LandmarkNetwork(nn.Module):
    """Map (n, 1, 64, 64) crops to (n, 68, 2) points in crop px, (n,) face and (n,) fit logits."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = nn.Sequential(
            nn.Conv2d(1, 24, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(24),
            nn.ReLU(inplace=True),
            ResidualBlock(24, 48, stride=2),
            ResidualBlock(48, 96, stride=2),
            ResidualBlock(96, 192, stride=2),
        )
        self.narrow = nn.Sequential(
            nn.Conv2d(192, 64, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU(inplace=True)
        )
        self.head = nn.Linear(64 * 16, 138)
        self.register_buffer("mean_shape", REFERENCE_CROP_XY.clone())

    def forward(self, crops: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return points (learnt as offsets from the mean face), face logits and fit logits."""
        mean = crops.mean(dim=(2, 3), keepdim=True)
        spread = (crops - mean).pow(2).mean(dim=(2, 3), keepdim=True).add(1.0).sqrt()
        out = self.head(self.narrow(self.trunk((crops - mean) / spread)).flatten(1))
        points = out[:, :136].view(-1, 68, 2) * 4 + self.mean_shape
        return points, out[:, 136], out[:, 137]


def wing_loss(error_px: torch.Tensor, *, width: float, curvature: float) -> torch.Tensor:
    """Return the wing loss of each absolute error (Feng et al. 2018, 1711.06753, eq. 5)."""
    size = error_px.abs()
    constant = width - width * float(np.log1p(width / curvature))
    return torch.where(size < width, width * torch.log1p(size / curvature), size - constant)


def eye_centre_distance(points: torch.Tensor) -> torch.Tensor:
    """Return the distance between the means of the six points of each eye."""
    return (points[:, 36:42].mean(1) - points[:, 42:48].mean(1)).norm(dim=-1)


def measure_errors(model: LandmarkNetwork, faces: LandmarkedFaces) -> tuple[float, float]:
    """Return median and mean point error, of the eye-centre distance, from jittered frames."""
    device = next(model.parameters()).device
    generator = torch.Generator(device=device).manual_seed(1)
    sampler = FaceSampler(faces, generator=generator)
    model.eval()
    errors = []
    with torch.inference_mode():
        for rows in torch.arange(len(faces.grey), device=device).split(256):
            jitter = augment.random_similarity(
                len(rows), rotation_deg=10, log_scale=0.1, shift=3.0, generator=generator
            )
            crop_to_image = augment.compose(sampler.crop_to_image[rows], jitter)
            for _ in range(2):  # once from the jittered frame, once from its own points
                crops = augment.cut_crops(sampler.images[rows], crop_to_image, size_px=SIZE_PX)
                points = augment.map_points(crop_to_image, model(crops)[0])
                framed = REFERENCE_CROP_XY.numpy()[None].repeat(len(rows), 0)
                fit = fit_similarity(framed, points.cpu().numpy())
                crop_to_image = torch.from_numpy(fit).float().to(device)
            truth = sampler.points[rows]
            errors.append((points - truth).norm(dim=-1).mean(1) / eye_centre_distance(truth))
    model.train()
    error = torch.cat(errors)
    return float(error.median()), float(error.mean())


def train_landmark_network(
    sets: LandmarkSets,
    checkpoint: Path,
    *,
    recipe: LandmarkRecipe = LandmarkRecipe(),
    start: LandmarkNetwork | None = None,
    critic: ExpressionCritic | None = None,
    device: torch.device = CPU,
) -> LandmarkNetwork:
    """Train, or go on training, until the recipe's last epoch; return the averaged network.

    Parameters
    ----------
    start : a network to go on from instead of chance.
    critic : adds the loss of a reader of expressions, trained beside, to the points' own.
    """
    torch.manual_seed(recipe.seed)
    model = channels_last((LandmarkNetwork() if start is None else start).to(device))
    average = average_weights(model, decay=recipe.average_decay)
    state = nn.ModuleDict({"model": model, "average": average})
    if critic is not None:
        state["critic"] = critic.to(device)
    trained = [*model.parameters(), *(critic.parameters() if critic is not None else ())]
    optimizer = torch.optim.AdamW(
        trained, lr=recipe.learning_rate, weight_decay=recipe.weight_decay
    )
    first_epoch = load_checkpoint(checkpoint, model=state, optimizer=optimizer).get("epochs", 0)
    averaged = cast("LandmarkNetwork", average.module)
    on_cpu = device.type == "cpu"  # on a GPU compiling takes longer than it saves
    compiled = cast("LandmarkNetwork", torch.compile(model) if on_cpu else model)
    for epoch in range(first_epoch, recipe.epochs):
        torch.manual_seed(recipe.seed * 1000 + 500 + epoch)  # the critic's dropout
        generator = torch.Generator(device=device).manual_seed(recipe.seed * 1000 + epoch)
        batches = draw_batches(sets, recipe.mixture, generator=generator)
        losses = []
        for step, batch in enumerate(batches):
            rate = one_cycle((epoch + step / n_steps(sets, recipe.mixture)) / recipe.epochs)
            set_rate(optimizer, recipe.learning_rate * rate)
            points, face_logit, fit_logit = compiled(batch.crops)
            parts = landmark_losses(points, face_logit, fit_logit, batch, recipe=recipe)
            if critic is not None:
                parts["expression"] = critic(points, batch)
            optimizer.zero_grad(set_to_none=True)
            torch.stack([*parts.values()]).sum().backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimizer.step()
            average.update_parameters(model)
            losses.append({name: loss.detach() for name, loss in parts.items()})
        figures = {name: measure_errors(averaged, faces) for name, faces in sets.held_out.items()}
        mean_loss = {
            name: float(torch.stack([part[name] for part in losses]).mean()) for name in losses[0]
        }
        log.info("epoch %d: mean losses %s, errors %s", epoch + 1, mean_loss, figures)
        progress = {"epochs": epoch + 1, "errors": figures}
        save_checkpoint(checkpoint, model=state, optimizer=optimizer, progress=progress)
    return averaged


def landmark_losses(
    points: torch.Tensor,
    face_logit: torch.Tensor,
    fit_logit: torch.Tensor,
    batch: LandmarkBatch,
    *,
    recipe: LandmarkRecipe,
) -> dict[str, torch.Tensor]:
    """Return the losses of points, of the presence of a face, and of trust in the fit."""
    framed = batch.present
    points, truth = points[framed], batch.points[framed]
    weight = points.new_full((68, 1), recipe.inner_weight)
    weight[:17] = 1.0
    error = points - truth
    wing = wing_loss(error, width=recipe.wing_width_px, curvature=recipe.wing_curvature_px)
    mean_error = error.detach().norm(dim=-1).mean(dim=1) / eye_centre_distance(truth)
    fits = (mean_error < recipe.fit_limit).float()
    trust = F.binary_cross_entropy_with_logits(fit_logit[framed], fits)
    return {
        "points": (wing * weight).mean(),
        "face": F.binary_cross_entropy_with_logits(face_logit, framed.float()),
        "fit": recipe.fit_weight * trust,
    }
