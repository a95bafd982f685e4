"""Train image networks: large ones on the labels, and the small one on what those read.

Notable:
- half of each class's rarity is made up for in the loss (logit adjustment, Menon et al. 2021,
  2007.07314), so that disgust (1.5 % of the images) is seen at all;
- mixup and an average of the weights against the labels' noise;
- crops come from the package's own landmark network through the run-time geometry, disturbed
  as videos disturb them: blur, compression, light, jitter of the box, things before the face;
- the small network sees the very views that its teachers read (Beyer et al. 2022, 2106.05237).
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
from groupaffect.training.image_network import SHIPPED, TEACHER, ImageNetwork, NetworkShape
from groupaffect.training.image_teachers import TaughtViews
from groupaffect.training.memory_layout import channels_last
from groupaffect.training.mini_xception import frame_faces
from groupaffect.training.schedule import one_cycle, set_rate
from groupaffect.training.views import SIZE_PX, draw_view

log = logging.getLogger(__name__)

CURVE_STEP = 5  # epochs from one look at held-out faces, and one saved state, to the next
CPU = torch.device("cpu")
Batch = tuple[torch.Tensor, torch.Tensor, torch.Tensor]  # crops, targets, votes


@dataclass(frozen=True, slots=True)
class ImageNetworkRecipe:
    """How an image network is trained; ours unless a source is named."""

    shape: NetworkShape = SHIPPED
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
    taught_share: float = 0.8  # of the target, where there are teachers
    average_decay: float = 0.999  # of the weights, by step
    seed: int = 23


# A small network that learns what large ones read: longer, and with less against overfitting.
TAUGHT = ImageNetworkRecipe(
    epochs=160,
    batch=256,
    learning_rate=0.15,
    weight_decay=3e-4,
    dropout=0.1,
    label_smoothing=0.0,
    mixup_alpha=0.4,
    seed=28,
)
# Large networks that only teach.
TEACHERS = ImageNetworkRecipe(
    shape=TEACHER,
    epochs=64,
    batch=256,
    dropout=0.4,
    label_smoothing=0.05,
    mixup_alpha=0.3,
    average_decay=0.998,
    seed=30,
)


@dataclass(frozen=True, slots=True)
class Lessons:
    """What is learnt from: n faces and what is to be read in them.

    Attributes
    ----------
    images : (n, 48, 48). crop_to_image : (n, 2, 3).
    target : (n, 7) shares of the labels. votes : (n, 8) shares of the votes; 0 without any.
    adjustment : (7) added to the logits in the loss.
    """

    images: torch.Tensor
    crop_to_image: torch.Tensor
    target: torch.Tensor
    votes: torch.Tensor
    adjustment: torch.Tensor


def train_image_network(
    labelled: LabelledFaces,
    landmark_xy_px: Float[np.ndarray, "n 68 2"],
    checkpoint: Path,
    *,
    recipe: ImageNetworkRecipe = ImageNetworkRecipe(),
    taught: TaughtViews | None = None,
    watched: tuple[LabelledFaces, Float[np.ndarray, "m 68 2"]] | None = None,
    device: torch.device = CPU,
) -> ImageNetwork:
    """Train, or go on training, until the recipe's last epoch; return the averaged network.

    Parameters
    ----------
    labelled : n stills with labels and votes, all trained on.
    landmark_xy_px : (n, 68, 2) the own network's points.
    taught : views of these faces with what teachers read in them; without, each epoch draws
        views of its own.
    watched : stills with their points whose accuracy the log and the checkpoint tell.
    """
    torch.manual_seed(recipe.seed)
    lessons = make_lessons(labelled, landmark_xy_px, recipe, device)
    model = channels_last(ImageNetwork(recipe.shape, dropout=recipe.dropout).to(device))
    average = average_weights(model, decay=recipe.average_decay)
    both = nn.ModuleDict({"model": model, "average": average})
    optimizer = torch.optim.SGD(
        _decayed(model, recipe.weight_decay),
        lr=recipe.learning_rate,
        momentum=recipe.momentum,
        nesterov=True,
    )
    progress = load_checkpoint(checkpoint, model=both, optimizer=optimizer)
    curve: dict[str, float] = progress.get("watched_accuracy", {})
    averaged = cast("ImageNetwork", average.module)
    for epoch in range(progress.get("epochs", 0), recipe.epochs):
        torch.manual_seed(recipe.seed * 1000 + epoch)  # dropout, also after a kill
        rng = np.random.default_rng((recipe.seed, epoch))
        crops, target, votes = _view_of_epoch(lessons, taught, epoch, recipe)
        order = torch.from_numpy(rng.permutation(len(crops))).to(device)
        model.train()
        n_steps = len(crops) // recipe.batch
        losses = []
        for step, rows in enumerate(order[: n_steps * recipe.batch].split(recipe.batch)):
            rate = one_cycle((epoch + step / n_steps) / recipe.epochs)
            set_rate(optimizer, recipe.learning_rate * rate)
            mixed = _mix((crops[rows].float(), target[rows], votes[rows]), recipe, rng)
            loss = _loss(model, mixed, lessons.adjustment, recipe=recipe)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            average.update_parameters(model)
            losses.append(loss.detach())
        if (epoch + 1) % CURVE_STEP and epoch + 1 < recipe.epochs:
            continue
        if watched is not None:
            curve[str(epoch + 1)] = _accuracy(averaged, *watched, lessons.adjustment)
        progress = {"epochs": epoch + 1, "watched_accuracy": curve}
        save_checkpoint(checkpoint, model=both, optimizer=optimizer, progress=progress)
        log.info("epoch %d: mean loss %.4f, %s", epoch + 1, torch.stack(losses).mean(), curve)
    with torch.no_grad():  # answer for classes as frequent as they are, as the loss was told
        averaged.eval().labels.bias.add_(lessons.adjustment)
    return averaged


def make_lessons(
    labelled: LabelledFaces,
    landmark_xy_px: Float[np.ndarray, "n 68 2"],
    recipe: ImageNetworkRecipe,
    device: torch.device,
) -> Lessons:
    """Return what is learnt from labelled faces, on the device."""
    label = torch.from_numpy(labelled.label)
    return Lessons(
        images=torch.from_numpy(labelled.faces.grey).to(device),
        crop_to_image=frame_faces(landmark_xy_px).to(device),
        target=F.one_hot(label, 7).float().to(device),
        votes=F.normalize(torch.from_numpy(labelled.votes), p=1, dim=1).to(device),
        adjustment=logit_adjustment(label, tau=recipe.balance).to(device),
    )


def _view_of_epoch(
    lessons: Lessons, taught: TaughtViews | None, epoch: int, recipe: ImageNetworkRecipe
) -> Batch:
    """Return crops (n, 1, 48, 48), targets (n, 7) and votes (n, 8)."""
    if taught is None:
        seed = recipe.seed * 1000 + epoch
        crops = draw_view(lessons.images, lessons.crop_to_image, seed=seed)
        return crops, lessons.target, lessons.votes
    device = lessons.images.device
    crops, labels, votes = (part.to(device) for part in taught.view(epoch))
    return (
        crops,
        lessons.target.lerp(labels, recipe.taught_share),
        lessons.votes.lerp(votes, recipe.taught_share),
    )


def _mix(batch: Batch, recipe: ImageNetworkRecipe, rng: np.random.Generator) -> Batch:
    """Mix a batch with itself in another order; each keeps the larger share."""
    if recipe.mixup_alpha == 0:
        return batch
    share = rng.beta(recipe.mixup_alpha, recipe.mixup_alpha)
    share = max(share, 1 - share)
    other = torch.from_numpy(rng.permutation(len(batch[0]))).to(batch[0].device)
    crops, target, votes = (share * part + (1 - share) * part[other] for part in batch)
    return crops, target, votes


def _loss(
    model: ImageNetwork,
    batch: Batch,
    adjustment: torch.Tensor,
    *,
    recipe: ImageNetworkRecipe,
) -> torch.Tensor:
    crops, target, votes = batch
    on_gpu = crops.device.type == "cuda"
    with torch.autocast(crops.device.type, torch.bfloat16, enabled=on_gpu):
        read = model(crops.contiguous(memory_format=torch.channels_last))
    label_loss = F.cross_entropy(
        read.logits.float() + adjustment, target, label_smoothing=recipe.label_smoothing
    )
    vote_loss = -(votes * F.log_softmax(read.vote_logits.float(), dim=1)).sum(dim=1).mean()
    return label_loss + recipe.votes_weight * vote_loss


def _accuracy(
    network: ImageNetwork,
    labelled: LabelledFaces,
    landmark_xy_px: Float[np.ndarray, "n 68 2"],
    adjustment: torch.Tensor,
) -> float:
    """Return the share of undisturbed faces that are read rightly, to four places."""
    network.eval()
    images, crop_to_image = torch.from_numpy(labelled.faces.grey), frame_faces(landmark_xy_px)
    crops = augment.cut_crops(images, crop_to_image, size_px=SIZE_PX).to(adjustment.device)
    with torch.inference_mode():
        logits = torch.cat([network(part).logits + adjustment for part in crops.split(512)])
    return round(float((logits.argmax(dim=1).cpu().numpy() == labelled.label).mean()), 4)


def _decayed(model: nn.Module, weight_decay: float) -> list[dict[str, object]]:
    """Let weights of more than one axis decay; not biases and normalisations."""
    parameters = list(model.parameters())
    return [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": weight_decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
