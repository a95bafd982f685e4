"""What large image networks read in views of the training faces, for a small one to learn.

Each teacher leaves a fifth of the faces out. What it reads in those weighs as much as what all
others together, which know the labels of these faces by heart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float16, Int, UInt8

from groupaffect.evaluation.fer2013 import picture_digests
from groupaffect.training.image_network import N_VOTE_CLASSES, ImageNetwork
from groupaffect.training.kept_arrays import keep_array
from groupaffect.training.views import draw_view

N_TEACHERS = 5
N_VIEWS = 32
VIEWS_SEED = 29
UNSEEN_SHARE = 0.5  # of the teacher who did not train on a face


@dataclass(frozen=True, slots=True)
class TaughtViews:
    """Views of n faces with what teachers read in them.

    Attributes
    ----------
    images, crop_to_image : as ``draw_view`` takes them, on the CPU: other devices draw otherwise.
    readings : (v, n, 15) probabilities of the seven labels and of the eight votes.
    cache : folder where views are kept once they are drawn.
    """

    images: torch.Tensor
    crop_to_image: torch.Tensor
    readings: Float16[np.ndarray, "v n 15"]
    cache: Path

    def view(self, epoch: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return the epoch's crops (n, 1, 48, 48), label and vote probabilities."""
        index = epoch % len(self.readings)
        crops = kept_view(self.images, self.crop_to_image, index=index, cache=self.cache)
        read = torch.from_numpy(self.readings[index].astype(np.float32))
        return torch.from_numpy(crops), read[:, :-N_VOTE_CLASSES], read[:, -N_VOTE_CLASSES:]


def fold_of(grey: UInt8[np.ndarray, "n side side"]) -> Int[np.ndarray, " n"]:
    """Return which teacher leaves each face out; equal pictures share theirs."""
    return np.array([digest[2] % N_TEACHERS for digest in picture_digests(grey)])


def kept_view(
    images: torch.Tensor, crop_to_image: torch.Tensor, *, index: int, cache: Path
) -> UInt8[np.ndarray, "n 1 48 48"]:
    """Return a view of the faces, drawn once and kept."""
    path = cache / f"view_{VIEWS_SEED}_{index}_{len(images)}.npy"
    if not path.exists():
        view = draw_view(images, crop_to_image, seed=VIEWS_SEED * 1000 + index)
        keep_array(path, view.numpy())
    return np.asarray(np.load(path, allow_pickle=False))


def read_view(
    teacher: ImageNetwork, view: UInt8[np.ndarray, "n 1 48 48"], device: torch.device
) -> Float16[np.ndarray, "n 15"]:
    """Return a teacher's probabilities of the seven labels and of the eight votes."""
    teacher.eval().to(device)
    read = []
    with (
        torch.inference_mode(),
        torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"),
    ):
        for crops in torch.from_numpy(view).split(1024):
            seen = teacher(crops.to(device).float().contiguous(memory_format=torch.channels_last))
            heads = (seen.logits, seen.vote_logits)
            read.append(torch.cat([head.float().softmax(dim=1) for head in heads], dim=1))
    return np.asarray(torch.cat(read).cpu().numpy().astype(np.float16))


def mix_readings(
    readings: Sequence[Float16[np.ndarray, "n 15"]], fold: Int[np.ndarray, " n"]
) -> Float16[np.ndarray, "n 15"]:
    """Return the teachers' mean, in which who did not train on a face has ``UNSEEN_SHARE``.

    Examples
    --------
    >>> read = [np.full((1, 15), p, np.float16) for p in (0.2, 0.6, 0.6, 0.6, 0.6)]
    >>> float(mix_readings(read, np.array([0]))[0, 0].round(2))
    0.4
    """
    others = (1 - UNSEEN_SHARE) / (len(readings) - 1)
    mixed = sum(
        np.where(fold == k, UNSEEN_SHARE, others)[:, None] * read.astype(np.float32)
        for k, read in enumerate(readings)
    )
    return np.asarray(mixed, dtype=np.float16)
