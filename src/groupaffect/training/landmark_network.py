"""Train the 68-point landmark network by distillation from a face mesh.

Notable:
- plain residual trunk 24-48-96-192 and a fully connected head on its 4x4 map;
- one more output says whether a face is framed at all, taught by badly cut crops;
- crops are standardised inside the network, so light and video range do not matter;
- FER-2013 (hard, small) and LFW (sharp) share every batch.
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

from groupaffect.reference_shape import LANDMARK_FRAME, MIRROR_ORDER, REFERENCE_SHAPE_XY
from groupaffect.similarity import fit_similarity
from groupaffect.training import augmentation as augment
from groupaffect.training.checkpoint import load_checkpoint, save_checkpoint
from groupaffect.training.face_images import LandmarkedFaces, load_fer2013, load_lfw68
from groupaffect.training.memory_layout import channels_last

log = logging.getLogger(__name__)

SIZE_PX = LANDMARK_FRAME.size_px
REFERENCE_CROP_XY = torch.from_numpy(LANDMARK_FRAME.reference_to_crop(REFERENCE_SHAPE_XY)).float()


@dataclass(frozen=True, slots=True)
class LandmarkRecipe:
    """How the shipped network was trained; every value is ours unless a source is named."""

    epochs: int = 22
    batch: int = 128  # faces of which half are FER-2013, half LFW
    learning_rate: float = 2e-3  # peak of a one-cycle schedule
    weight_decay: float = 1e-2
    wing_width_px: float = 3.0  # Feng et al. 2018 (1711.06753), scaled to 64 px crops
    wing_curvature_px: float = 0.5
    inner_weight: float = 1.5  # brows, eyes, nose and lips against the jaw line
    share_without_face: float = 0.12
    seed: int = 20


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
    """Map (n, 1, 64, 64) crops to (n, 68, 2) points in crop pixels and (n,) face logits."""

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
        self.head = nn.Linear(64 * 16, 137)
        self.register_buffer("mean_shape", REFERENCE_CROP_XY.clone())

    def forward(self, crops: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return points and face logits; points are offsets from the mean face, in pixels."""
        mean = crops.mean(dim=(2, 3), keepdim=True)
        spread = (crops - mean).pow(2).mean(dim=(2, 3), keepdim=True).add(1.0).sqrt()
        out = self.head(self.narrow(self.trunk((crops - mean) / spread)).flatten(1))
        return out[:, :136].view(-1, 68, 2) * 4 + self.mean_shape, out[:, 136]


def wing_loss(error_px: torch.Tensor, *, width: float, curvature: float) -> torch.Tensor:
    """Return the wing loss of each absolute error (Feng et al. 2018, 1711.06753, eq. 5)."""
    size = error_px.abs()
    constant = width - width * float(np.log1p(width / curvature))
    return torch.where(size < width, width * torch.log1p(size / curvature), size - constant)


class FaceSampler:
    """Draw disturbed crops with their points from one set of landmarked faces."""

    def __init__(self, faces: LandmarkedFaces, *, generator: torch.Generator) -> None:
        self.generator = generator
        self.images = torch.from_numpy(faces.grey)
        points = torch.from_numpy(faces.landmark_xy_px)
        framed = REFERENCE_CROP_XY.numpy()[None].repeat(len(points), 0)
        fit = fit_similarity(framed, faces.landmark_xy_px)
        self.crop_to_image = torch.from_numpy(fit).float()
        self.points = points

    def draw(self, rows: torch.Tensor, *, without_face: float) -> tuple[torch.Tensor, ...]:
        """Return crops (n, 1, 64, 64), points (n, 68, 2) in crop px, and if a face is framed."""
        n, generator = len(rows), self.generator
        jitter = augment.random_similarity(
            n, rotation_deg=35, log_scale=0.28, shift=0.13 * SIZE_PX, generator=generator
        )
        present = torch.rand(n, generator=generator) >= without_face
        jitter = torch.where(present[:, None, None], jitter, self._miss(n))
        mirrored = torch.rand(n, generator=generator) < 0.5
        jitter[mirrored, :, 0] *= -1
        moved = augment.about_centre(jitter, size_px=SIZE_PX)
        crop_to_image = augment.compose(self.crop_to_image[rows], moved)
        crops = augment.cut_crops(self.images[rows], crop_to_image, size_px=SIZE_PX)
        points = augment.map_points(augment.invert(crop_to_image), self.points[rows])
        points = torch.where(mirrored[:, None, None], points[:, MIRROR_ORDER], points)
        crops = augment.blur_some(crops, share=0.25, generator=generator)
        crops = augment.cut_out(crops, share=0.2, generator=generator)
        return augment.disturb_light(crops, generator=generator), points, present

    def _miss(self, n: int) -> torch.Tensor:
        """Draw framings that a tracker that lost its face would have."""
        far = augment.random_similarity(
            n, rotation_deg=180, log_scale=0.9, shift=0.2 * SIZE_PX, generator=self.generator
        )
        angle = torch.rand(n, generator=self.generator) * 2 * torch.pi
        distance = (torch.rand(n, generator=self.generator) * 0.6 + 0.55) * SIZE_PX
        far[:, 0, 2] += torch.cos(angle) * distance
        far[:, 1, 2] += torch.sin(angle) * distance
        return far


def eye_centre_distance(points: torch.Tensor) -> torch.Tensor:
    """Return the distance between the means of the six points of each eye."""
    return (points[:, 36:42].mean(1) - points[:, 42:48].mean(1)).norm(dim=-1)


def measure_errors(model: LandmarkNetwork, faces: LandmarkedFaces) -> tuple[float, float]:
    """Return median and mean point error, of the eye-centre distance, from jittered frames."""
    generator = torch.Generator().manual_seed(1)
    sampler = FaceSampler(faces, generator=generator)
    model.eval()
    errors = []
    with torch.inference_mode():
        for rows in torch.arange(len(faces.grey)).split(256):
            jitter = augment.random_similarity(
                len(rows), rotation_deg=10, log_scale=0.1, shift=3.0, generator=generator
            )
            crop_to_image = augment.compose(sampler.crop_to_image[rows], jitter)
            for _ in range(2):  # once from the jittered frame, once from its own points
                crops = augment.cut_crops(sampler.images[rows], crop_to_image, size_px=SIZE_PX)
                points = augment.map_points(crop_to_image, model(crops)[0])
                framed = REFERENCE_CROP_XY.numpy()[None].repeat(len(rows), 0)
                crop_to_image = torch.from_numpy(fit_similarity(framed, points.numpy())).float()
            truth = sampler.points[rows]
            errors.append((points - truth).norm(dim=-1).mean(1) / eye_centre_distance(truth))
    model.train()
    error = torch.cat(errors)
    return float(error.median()), float(error.mean())


def train_landmark_network(
    data: Path, checkpoint: Path, *, recipe: LandmarkRecipe = LandmarkRecipe()
) -> LandmarkNetwork:
    """Train, or go on training, until the recipe's last epoch; return the network."""
    torch.manual_seed(recipe.seed)
    model = channels_last(LandmarkNetwork())
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay
    )
    first_epoch = load_checkpoint(checkpoint, model=model, optimizer=optimizer).get("epochs", 0)
    fer = load_fer2013(data, "train").faces
    fer = fer.where((fer.attempt <= 1) & ~np.isnan(fer.landmark_xy_px[:, 0, 0]))
    lfw = load_lfw68(data, "train")
    public = load_fer2013(data, "valid").faces
    held_out = {
        "fer2013": public.where((public.attempt == 0) & ~np.isnan(public.landmark_xy_px[:, 0, 0])),
        "lfw": load_lfw68(data, "valid"),
    }
    compiled = cast("LandmarkNetwork", torch.compile(model))
    for epoch in range(first_epoch, recipe.epochs):
        generator = torch.Generator().manual_seed(recipe.seed * 1000 + epoch)
        samplers = [FaceSampler(faces, generator=generator) for faces in (fer, lfw)]
        _train_epoch(compiled, optimizer, samplers, recipe=recipe, epoch=epoch)
        figures = {name: measure_errors(model, faces) for name, faces in held_out.items()}
        log.info("epoch %d: median and mean error %s", epoch + 1, figures)
        save_checkpoint(
            checkpoint,
            model=model,
            optimizer=optimizer,
            progress={"epochs": epoch + 1, "errors": figures},
        )
    return model


def _train_epoch(
    model: LandmarkNetwork,
    optimizer: torch.optim.Optimizer,
    samplers: list[FaceSampler],
    *,
    recipe: LandmarkRecipe,
    epoch: int,
) -> None:
    model.train()
    half = recipe.batch // 2
    n_steps = len(samplers[0].images) // half
    generator = samplers[0].generator
    orders = [
        torch.cat([torch.randperm(len(s.images), generator=generator) for _ in range(4)])
        for s in samplers
    ]
    point_weight = torch.full((68, 1), recipe.inner_weight)
    point_weight[:17] = 1.0
    for step in range(n_steps):
        rate = one_cycle((epoch + step / n_steps) / recipe.epochs)
        for group in optimizer.param_groups:
            group["lr"] = recipe.learning_rate * rate
        drawn = [
            sampler.draw(
                order[step * half : (step + 1) * half], without_face=recipe.share_without_face
            )
            for sampler, order in zip(samplers, orders, strict=True)
        ]
        crops, truth, present = (torch.cat(parts) for parts in zip(*drawn, strict=True))
        points, face_logit = model(crops.contiguous(memory_format=torch.channels_last))
        loss_map = wing_loss(
            points - truth, width=recipe.wing_width_px, curvature=recipe.wing_curvature_px
        )
        point_loss = (loss_map * point_weight)[present].mean()
        face_loss = F.binary_cross_entropy_with_logits(face_logit, present.float())
        optimizer.zero_grad(set_to_none=True)
        (point_loss + face_loss).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        if step % 100 == 0:
            log.info(
                "step %d of %d: points %.3f face %.3f",
                step,
                n_steps,
                point_loss.item(),
                face_loss.item(),
            )


def one_cycle(progress: float, *, warm_up: float = 0.08) -> float:
    """Return the learning rate's share of its peak: linear up, then a half cosine to zero.

    Examples
    --------
    >>> one_cycle(0.08), round(one_cycle(0.54), 3)
    (1.0, 0.5)
    """
    if progress < warm_up:
        return 0.05 + 0.95 * progress / warm_up
    return 0.5 * (1 + float(np.cos(np.pi * (progress - warm_up) / (1 - warm_up))))
