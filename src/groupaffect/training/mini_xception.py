"""Train the paper's image model: mini-Xception on aligned FER-2013 faces.

Notable:
- the family of Arriaga et al. 2017 (1710.07557): residual blocks of depthwise-separable
  convolutions, dropout, global average pooling, no fully connected layer; Adam; 48x48 grey;
- wider than theirs after a strided first convolution, at a third of the time a face;
- crops come from the package's own landmark network through the run-time geometry
  (``faces.crops``), so that a face in a video is framed like a face in training;
- weights are averaged over the last steps; one temperature is fitted on held-out faces.
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

from groupaffect.faces.crops import crop_to_picture
from groupaffect.reference_shape import IMAGE_FRAME
from groupaffect.training import augmentation as augment
from groupaffect.training.averaging import average_weights
from groupaffect.training.checkpoint import load_checkpoint, save_checkpoint
from groupaffect.training.held_out import held_out_rows
from groupaffect.training.memory_layout import channels_last
from groupaffect.training.schedule import one_cycle, set_rate

log = logging.getLogger(__name__)

SIZE_PX = IMAGE_FRAME.size_px


@dataclass(frozen=True, slots=True)
class ImageRecipe:
    """How the shipped image model was trained; ours unless a source is named."""

    epochs: int = 50
    batch: int = 128
    learning_rate: float = 4e-3  # peak of a one-cycle schedule for Adam
    weight_decay: float = 1e-5
    dropout: float = 0.2
    label_smoothing: float = 0.05
    average_decay: float = 0.998  # of the weights, by step
    seed: int = 21


class SeparableConv(nn.Sequential):
    """A 3x3 convolution of each channel, a 1x1 convolution across channels, normalised."""

    def __init__(self, n_in: int, n_out: int) -> None:
        super().__init__(
            nn.Conv2d(n_in, n_in, 3, padding=1, groups=n_in, bias=False),
            nn.Conv2d(n_in, n_out, 1, bias=False),
            nn.BatchNorm2d(n_out),
        )


class XceptionBlock(nn.Module):
    """Two separable convolutions and a pooling beside a strided 1x1 convolution."""

    def __init__(self, n_in: int, n_out: int) -> None:
        super().__init__()
        self.shortcut = nn.Sequential(
            nn.Conv2d(n_in, n_out, 1, stride=2, bias=False), nn.BatchNorm2d(n_out)
        )
        self.body = nn.Sequential(
            SeparableConv(n_in, n_out),
            nn.ReLU(inplace=True),
            SeparableConv(n_out, n_out),
            nn.MaxPool2d(3, stride=2, padding=1),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map (n, n_in, h, w) to (n, n_out, h / 2, w / 2)."""
        return self.body(x) + self.shortcut(x)


class MiniXception(nn.Module):
    """Map (n, 1, 48, 48) grey crops, 0..255, to (n, 7) logits."""

    def __init__(self, *, dropout: float = 0.0) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, 24, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(24),
            nn.ReLU(inplace=True),
            nn.Conv2d(24, 24, 3, padding=1, bias=False),
            nn.BatchNorm2d(24),
            nn.ReLU(inplace=True),
            XceptionBlock(24, 48),
            XceptionBlock(48, 96),
            XceptionBlock(96, 192),
            nn.Dropout2d(dropout),
            nn.Conv2d(192, 7, 3, padding=1),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
        )

    def forward(self, crops: torch.Tensor) -> torch.Tensor:
        """Return logits; each crop is standardised first."""
        mean = crops.mean(dim=(2, 3), keepdim=True)
        spread = (crops - mean).pow(2).mean(dim=(2, 3), keepdim=True).add(1.0).sqrt()
        logits: torch.Tensor = self.layers((crops - mean) / spread)
        return logits


def frame_faces(landmark_xy_px: np.ndarray) -> torch.Tensor:
    """Return (n, 2, 3) transforms from aligned crops to the stills, as at run time."""
    transform = crop_to_picture(IMAGE_FRAME, landmark_xy_px, rigid_only=True)
    return torch.from_numpy(transform).float()


def disturbed_crops(
    images: torch.Tensor, crop_to_image: torch.Tensor, *, generator: torch.Generator
) -> torch.Tensor:
    """Return crops moved, turned, mirrored, relit, blurred and partly covered."""
    jitter = augment.random_similarity(
        len(images), rotation_deg=10, log_scale=0.1, shift=0.05 * SIZE_PX, generator=generator
    )
    crops = augment.cut_moved(images, crop_to_image, jitter, size_px=SIZE_PX, generator=generator)
    crops = augment.blur_some(crops, share=0.2, generator=generator)
    crops = augment.cut_out(crops, share=0.25, generator=generator)
    return augment.disturb_light(crops, generator=generator)


def train_image_model(
    grey: np.ndarray,
    landmark_xy_px: np.ndarray,
    label: np.ndarray,
    checkpoint: Path,
    *,
    recipe: ImageRecipe = ImageRecipe(),
) -> MiniXception:
    """Train, or go on training, until the recipe's last epoch; return the averaged network.

    Parameters
    ----------
    grey : (n, 48, 48) uint8 stills; landmark_xy_px : (n, 68, 2) the own network's points;
    label : (n,) 0..6. Rows of ``held_out_rows`` are not trained on.
    """
    torch.manual_seed(recipe.seed)
    kept = ~held_out_rows(grey)
    images, target = torch.from_numpy(grey[kept]), torch.from_numpy(label[kept])
    crop_to_image = frame_faces(landmark_xy_px[kept])
    model = channels_last(MiniXception(dropout=recipe.dropout))
    average = average_weights(model, decay=recipe.average_decay)
    both = nn.ModuleDict({"model": model, "average": average})
    optimizer = torch.optim.Adam(
        model.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay
    )
    first_epoch = load_checkpoint(checkpoint, model=both, optimizer=optimizer).get("epochs", 0)
    for epoch in range(first_epoch, recipe.epochs):
        torch.manual_seed(recipe.seed * 1000 + 500 + epoch)  # dropout, also after a kill
        generator = torch.Generator().manual_seed(recipe.seed * 1000 + epoch)
        order = torch.randperm(len(images), generator=generator)
        model.train()
        n_steps = len(images) // recipe.batch
        for step, rows in enumerate(order[: n_steps * recipe.batch].split(recipe.batch)):
            rate = one_cycle((epoch + step / n_steps) / recipe.epochs)
            set_rate(optimizer, recipe.learning_rate * rate)
            crops = disturbed_crops(images[rows], crop_to_image[rows], generator=generator)
            logits = model(crops.contiguous(memory_format=torch.channels_last))
            loss = F.cross_entropy(logits, target[rows], label_smoothing=recipe.label_smoothing)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            average.update_parameters(model)
        save_checkpoint(checkpoint, model=both, optimizer=optimizer, progress={"epochs": epoch + 1})
        log.info("epoch %d: last loss %.3f", epoch + 1, loss.item())
    return cast("MiniXception", average.module.eval())
