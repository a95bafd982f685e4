"""How fast to learn when."""

from __future__ import annotations

import math

import torch


def one_cycle(progress: float, *, warm_up: float = 0.08) -> float:
    """Return the learning rate's share of its peak: linear up, then a half cosine to zero.

    Examples
    --------
    >>> one_cycle(0.08), round(one_cycle(0.54), 3)
    (1.0, 0.5)
    """
    if progress < warm_up:
        return 0.05 + 0.95 * progress / warm_up
    return 0.5 * (1 + math.cos(math.pi * (progress - warm_up) / (1 - warm_up)))


def set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    """Give every parameter the same learning rate."""
    for group in optimizer.param_groups:
        group["lr"] = rate
