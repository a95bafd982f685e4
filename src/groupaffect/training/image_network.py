"""Train the default image model: a small squeeze-excitation residual network with two heads.

Notable:
- one trunk, two heads: the original FER-2013 labels (the one that is used), and the ten votes
  of FER+ (Barsoum et al. 2016, 1608.01041) as an auxiliary task: people agree on what the
  original label says in 65 of 100 images, so one output cannot serve both;
- half of each class's rarity is made up for in the loss (logit adjustment, Menon et al. 2021,
  2007.07314), so that disgust (1.5 % of the images) is seen at all;
- mixup, smoothed labels and an average of the weights against the labels' noise; so is a teacher,
  where one is given: half of what is learnt is then what it reads (Hinton et al. 2015, 1503.02531);
- crops come from the package's own landmark network through the run-time geometry, disturbed
  as videos disturb them: blur, compression, light, jitter of the box, things before the face.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from jaxtyping import Float
from torch import nn

from groupaffect.training import augmentation as augment
from groupaffect.training.averaging import average_weights
from groupaffect.training.checkpoint import load_checkpoint, save_checkpoint
from groupaffect.training.class_balance import logit_adjustment
from groupaffect.training.face_images import LabelledFaces
from groupaffect.training.held_out import held_out_rows
from groupaffect.training.memory_layout import channels_last
from groupaffect.training.mini_xception import SIZE_PX, frame_faces
from groupaffect.training.schedule import one_cycle, set_rate

log = logging.getLogger(__name__)

N_VOTE_CLASSES = 8  # FER+: the seven, and contempt
CURVE_STEP = 5  # epochs from one look at held-out faces to the next


@dataclass(frozen=True, slots=True)
class ImageNetworkRecipe:
    """How the shipped image model was trained; ours unless a source is named."""

    epochs: int = 110
    batch: int = 128
    learning_rate: float = 0.1  # peak of a one-cycle schedule for SGD
    momentum: float = 0.9  # Nesterov
    weight_decay: float = 5e-4
    dropout: float = 0.3
    label_smoothing: float = 0.1
    mixup_alpha: float = 0.2  # Zhang et al. 2018, 1710.09412
    balance: float = 0.5  # tau of the logit adjustment; 1 would treat all classes alike
    votes_weight: float = 0.5  # of the auxiliary loss
    teacher_share: float = 0.5  # of the target, where there is a teacher
    average_decay: float = 0.999  # of the weights, by step
    seed: int = 23


class SqueezeExcitation(nn.Module):
    """Scale each channel by what the whole picture shows (Hu et al. 2018, 1709.01507)."""

    def __init__(self, n: int) -> None:
        super().__init__()
        self.narrow, self.widen = nn.Linear(n, n // 4), nn.Linear(n // 4, n)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map (n, c, h, w) to the same shape."""
        gate = torch.sigmoid(self.widen(F.relu(self.narrow(x.mean(dim=(2, 3))))))
        return x * gate[:, :, None, None]


class Block(nn.Module):
    """Two 3x3 convolutions and squeeze-excitation beside a shortcut."""

    def __init__(self, n_in: int, n_out: int, *, stride: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(n_in, n_out, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(n_out),
            nn.ReLU(inplace=True),
            nn.Conv2d(n_out, n_out, 3, padding=1, bias=False),
            nn.BatchNorm2d(n_out),
            SqueezeExcitation(n_out),
        )
        self.shortcut: nn.Module = nn.Identity()
        if stride > 1 or n_in != n_out:
            self.shortcut = nn.Sequential(
                nn.AvgPool2d(stride, ceil_mode=True),
                nn.Conv2d(n_in, n_out, 1, bias=False),
                nn.BatchNorm2d(n_out),
            )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map (n, n_in, h, w) to (n, n_out, h / stride, w / stride)."""
        return F.relu(self.body(x) + self.shortcut(x))


class ImageNetwork(nn.Module):
    """Map (n, 1, 48, 48) grey crops, 0..255, to (n, 7) logits and (n, 8) vote logits."""

    def __init__(self, *, dropout: float = 0.0) -> None:
        super().__init__()
        self.trunk = nn.Sequential(
            nn.PixelUnshuffle(2),
            nn.Conv2d(4, 24, 3, padding=1, bias=False),
            nn.BatchNorm2d(24),
            nn.ReLU(inplace=True),
            nn.Conv2d(24, 24, 3, padding=1, bias=False),
            nn.BatchNorm2d(24),
            nn.ReLU(inplace=True),
            Block(24, 48, stride=2),
            Block(48, 96, stride=2),
            Block(96, 96, stride=1),
            Block(96, 192, stride=2),
        )
        self.dropout = nn.Dropout(dropout)
        self.labels = nn.Linear(192, 7)
        self.votes = nn.Linear(192, N_VOTE_CLASSES)

    def forward(self, crops: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return both heads' logits; each crop is standardised first."""
        mean = crops.mean(dim=(2, 3), keepdim=True)
        spread = (crops - mean).pow(2).mean(dim=(2, 3), keepdim=True).add(1.0).sqrt()
        seen = self.dropout(self.trunk((crops - mean) / spread).mean(dim=(2, 3)))
        return self.labels(seen), self.votes(seen)


def disturbed_crops(
    images: torch.Tensor, crop_to_image: torch.Tensor, *, generator: torch.Generator
) -> torch.Tensor:
    """Return crops moved, turned, mirrored, relit, blurred, compressed and partly covered."""
    jitter = augment.random_similarity(
        len(images), rotation_deg=12, log_scale=0.12, shift=0.06 * SIZE_PX, generator=generator
    )
    crops = augment.cut_moved(images, crop_to_image, jitter, size_px=SIZE_PX, generator=generator)
    crops = augment.blur_some(crops, share=0.2, generator=generator)
    crops = augment.compress_some(crops, share=0.2, generator=generator)
    crops = augment.cut_out(crops, share=0.3, generator=generator)
    return augment.disturb_light(crops, generator=generator)


def train_image_network(
    labelled: LabelledFaces,
    landmark_xy_px: Float[np.ndarray, "n 68 2"],
    checkpoint: Path,
    *,
    recipe: ImageNetworkRecipe = ImageNetworkRecipe(),
    teacher: ImageNetwork | None = None,
) -> ImageNetwork:
    """Train, or go on training, until the recipe's last epoch; return the averaged network.

    Parameters
    ----------
    labelled : n stills with labels and votes; rows of ``held_out_rows`` are not trained on.
    landmark_xy_px : (n, 68, 2) the own network's points.
    teacher : what it reads in the undisturbed faces becomes a part of the target.
    """
    torch.manual_seed(recipe.seed)
    held = held_out_rows(labelled.faces.grey)
    lessons = _prepare(labelled.where(~held), landmark_xy_px[~held], recipe, teacher)
    model = channels_last(ImageNetwork(dropout=recipe.dropout))
    average = average_weights(model, decay=recipe.average_decay)
    both = nn.ModuleDict({"model": model, "average": average})
    optimizer = torch.optim.SGD(
        _decayed(model, recipe.weight_decay),
        lr=recipe.learning_rate,
        momentum=recipe.momentum,
        nesterov=True,
    )
    progress = load_checkpoint(checkpoint, model=both, optimizer=optimizer)
    curve: dict[str, float] = progress.get("held_out_accuracy", {})
    averaged = cast("ImageNetwork", average.module)
    for epoch in range(progress.get("epochs", 0), recipe.epochs):
        torch.manual_seed(recipe.seed * 1000 + 500 + epoch)  # dropout, also after a kill
        generator = torch.Generator().manual_seed(recipe.seed * 1000 + epoch)
        order = torch.randperm(len(lessons.images), generator=generator)
        model.train()
        n_steps = len(lessons.images) // recipe.batch
        losses = []
        for step, rows in enumerate(order[: n_steps * recipe.batch].split(recipe.batch)):
            rate = one_cycle((epoch + step / n_steps) / recipe.epochs)
            set_rate(optimizer, recipe.learning_rate * rate)
            loss = _batch_loss(model, lessons, rows, recipe=recipe, generator=generator)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            average.update_parameters(model)
            losses.append(loss.item())
        if (epoch + 1) % CURVE_STEP == 0 and held.any():
            read = _read_labels(averaged.eval(), labelled.where(held), landmark_xy_px[held])
            right = (read + lessons.adjustment).argmax(dim=1).numpy() == labelled.label[held]
            curve[str(epoch + 1)] = round(float(right.mean()), 4)
        progress = {"epochs": epoch + 1, "held_out_accuracy": curve}
        save_checkpoint(checkpoint, model=both, optimizer=optimizer, progress=progress)
        log.info("epoch %d: mean loss %.4f, %s", epoch + 1, sum(losses) / len(losses), curve)
    with torch.no_grad():  # answer for classes as frequent as they are, as the loss was told
        averaged.eval().labels.bias.add_(lessons.adjustment)
    return averaged


@dataclass(frozen=True, slots=True)
class _Lessons:
    """What is learnt from: n faces, their targets (n, 7) and votes (n, 8), shares that sum to 1.

    ``adjustment`` (7) is added to the logits in the loss. Without votes a face's are 0.
    """

    images: torch.Tensor
    crop_to_image: torch.Tensor
    target: torch.Tensor
    votes: torch.Tensor
    adjustment: torch.Tensor


def _prepare(
    labelled: LabelledFaces,
    landmark_xy_px: Float[np.ndarray, "n 68 2"],
    recipe: ImageNetworkRecipe,
    teacher: ImageNetwork | None,
) -> _Lessons:
    images, label = torch.from_numpy(labelled.faces.grey), torch.from_numpy(labelled.label)
    crop_to_image = frame_faces(landmark_xy_px)
    target = F.one_hot(label, 7).float()
    if teacher is not None:
        known = read_both_ways(teacher, images, crop_to_image)
        target = target.lerp(known, recipe.teacher_share)
    return _Lessons(
        images=images,
        crop_to_image=crop_to_image,
        target=target,
        votes=F.normalize(torch.from_numpy(labelled.votes), p=1, dim=1),
        adjustment=logit_adjustment(label, tau=recipe.balance),
    )


def _batch_loss(
    model: ImageNetwork,
    lessons: _Lessons,
    rows: torch.Tensor,
    *,
    recipe: ImageNetworkRecipe,
    generator: torch.Generator,
) -> torch.Tensor:
    images, crop_to_image = lessons.images[rows], lessons.crop_to_image[rows]
    crops = disturbed_crops(images, crop_to_image, generator=generator)
    share, other = _mixing(len(rows), recipe.mixup_alpha, generator)
    crops, truth, raters = (
        share * mixed + (1 - share) * mixed[other]
        for mixed in (crops, lessons.target[rows], lessons.votes[rows])
    )
    logits, vote_logits = model(crops.contiguous(memory_format=torch.channels_last))
    label_loss = F.cross_entropy(
        logits + lessons.adjustment, truth, label_smoothing=recipe.label_smoothing
    )
    vote_loss = -(raters * F.log_softmax(vote_logits, dim=1)).sum(dim=1).mean()
    return label_loss + recipe.votes_weight * vote_loss


def read_both_ways(
    network: ImageNetwork, images: torch.Tensor, crop_to_image: torch.Tensor
) -> torch.Tensor:
    """Return (n, 7) what a network reads in faces, the mean over each crop and its mirror image."""
    read = []
    network.eval()
    with torch.inference_mode():
        for rows in torch.arange(len(images)).split(256):
            crops = augment.cut_crops(images[rows], crop_to_image[rows], size_px=SIZE_PX)
            logits = torch.stack([network(crops)[0], network(crops.flip(3))[0]])
            read.append(logits.mean(dim=0).softmax(dim=1))
    return torch.cat(read)


def _read_labels(
    network: ImageNetwork, labelled: LabelledFaces, landmark_xy_px: Float[np.ndarray, "n 68 2"]
) -> torch.Tensor:
    """Return (n, 7) logits of undisturbed faces."""
    images, crop_to_image = torch.from_numpy(labelled.faces.grey), frame_faces(landmark_xy_px)
    with torch.inference_mode():
        return network(augment.cut_crops(images, crop_to_image, size_px=SIZE_PX))[0]


def _decayed(model: nn.Module, weight_decay: float) -> list[dict[str, object]]:
    """Let weights of more than one axis decay; not biases and normalisations."""
    parameters = list(model.parameters())
    return [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": weight_decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]


def _mixing(n: int, alpha: float, generator: torch.Generator) -> tuple[float, torch.Tensor]:
    """Draw how a batch is mixed with itself: the first one's share, the second one's order."""
    other = torch.randperm(n, generator=generator)
    if alpha == 0:
        return 1.0, other
    seed = int(torch.randint(2**31 - 1, (1,), generator=generator))
    share = float(np.random.default_rng(seed).beta(alpha, alpha))
    return max(share, 1 - share), other
