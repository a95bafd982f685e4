"""Put a network's weights into the memory layout in which convolutions are fastest on a CPU."""

from __future__ import annotations

from typing import TypeVar

import torch
from torch import nn

Network = TypeVar("Network", bound=nn.Module)


def channels_last(network: Network) -> Network:
    """Return the network with its channels beside each other in memory."""
    return network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def channels_first(network: Network) -> Network:
    """Return the network in PyTorch's own layout."""
    return network.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
