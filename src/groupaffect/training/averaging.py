"""Average a network's weights over the steps of its training."""

from __future__ import annotations

from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn


def average_weights(network: nn.Module, *, decay: float) -> AveragedModel:
    """Return a copy whose ``update_parameters`` moves it by 1 - decay towards the network."""
    return AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(decay), use_buffers=True)
