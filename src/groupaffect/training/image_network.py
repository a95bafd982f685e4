"""The default image network: small, squeeze-excitation, residual, two heads; and its teachers.

Notable:
- one trunk, two heads: the original FER-2013 labels (the one that is used), and the ten votes
  of FER+ (Barsoum et al. 2016, 1608.01041) as an auxiliary task: people agree on what the
  original label says in 65 of 100 images, so one output cannot serve both;
- crops are standardised inside, so light and video range do not matter;
- what the last layers see is an output too: personal models go on from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

N_VOTE_CLASSES = 8  # FER+: the seven, and contempt


@dataclass(frozen=True, slots=True)
class NetworkShape:
    """How large an image network is.

    Attributes
    ----------
    unshuffle : 2x2 pixels become channels where it is 2.
    stem : channels of the first 3x3 convolutions.
    blocks : channels and stride of each residual block.
    """

    unshuffle: int
    stem: tuple[int, ...]
    blocks: tuple[tuple[int, int], ...]


# 23 M multiply-adds and .88 M parameters; 1.06 G and 11 M.
SHIPPED = NetworkShape(2, (24, 24), ((48, 2), (96, 2), (96, 1), (192, 2)))
TEACHER = NetworkShape(
    1, (64,), ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1))
)


class Reading(NamedTuple):
    """What a network makes of n crops.

    Attributes
    ----------
    logits : (n, 7) of the original labels. vote_logits : (n, 8) of FER+ votes.
    embedding : (n, d) what both are linear in.
    """

    logits: torch.Tensor
    vote_logits: torch.Tensor
    embedding: torch.Tensor


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
    """Map (n, 1, 48, 48) grey crops, 0..255, to their ``Reading``."""

    def __init__(self, shape: NetworkShape = SHIPPED, *, dropout: float = 0.0) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.PixelUnshuffle(shape.unshuffle)]
        n_in = shape.unshuffle**2
        for n in shape.stem:
            layers += [
                nn.Conv2d(n_in, n, 3, padding=1, bias=False),
                nn.BatchNorm2d(n),
                nn.ReLU(inplace=True),
            ]
            n_in = n
        for n, stride in shape.blocks:
            layers.append(Block(n_in, n, stride=stride))
            n_in = n
        self.trunk = nn.Sequential(*layers)
        self.dropout = nn.Dropout(dropout)
        self.labels = nn.Linear(n_in, 7)
        self.votes = nn.Linear(n_in, N_VOTE_CLASSES)

    def forward(self, crops: torch.Tensor) -> Reading:
        """Read the crops; each is standardised first."""
        embedding = self.dropout(self.trunk(standardise(crops)).mean(dim=(2, 3)))
        return Reading(self.labels(embedding), self.votes(embedding), embedding)


def standardise(crops: torch.Tensor) -> torch.Tensor:
    """Return crops with a mean of 0 and a spread of 1 each."""
    mean = crops.mean(dim=(2, 3), keepdim=True)
    spread = (crops - mean).pow(2).mean(dim=(2, 3), keepdim=True).add(1.0).sqrt()
    return (crops - mean) / spread
