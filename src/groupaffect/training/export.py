"""Write trained networks as ONNX files with their cards."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import os
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from groupaffect.training.memory_layout import channels_first

log = logging.getLogger(__name__)
PACKAGE = Path(__file__).resolve().parents[1]


def write_network(
    network: nn.Module, path: Path, *, example: torch.Tensor, names: tuple[str, list[str]]
) -> str:
    """Write a network for any batch size; return the file's sha256.

    Parameters
    ----------
    example : an input batch of the right shape.
    names : the input's name and the outputs' names.
    """
    buffer = io.BytesIO()
    torch.onnx.export(
        channels_first(network.eval()),
        (example,),
        buffer,  # type: ignore[arg-type]
        input_names=[names[0]],
        output_names=names[1],
        dynamic_axes={name: {0: "n"} for name in (names[0], *names[1])},
        opset_version=17,
        dynamo=False,
    )
    write_whole(path, buffer.getvalue())
    log.info("wrote %s, %d kB", path.name, len(buffer.getvalue()) // 1000)
    return hashlib.sha256(buffer.getvalue()).hexdigest()


def write_card(path: Path, card: dict[str, Any]) -> None:
    """Write a model card as JSON."""
    write_whole(path, (json.dumps(card, indent=2, sort_keys=True) + "\n").encode())


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file only once the new one is whole on disk."""
    temporary = path.with_name(path.name + ".writing")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def n_parameters(network: nn.Module) -> int:
    """Return how many numbers training chose."""
    return int(sum(np.prod(p.shape) for p in network.parameters()))
