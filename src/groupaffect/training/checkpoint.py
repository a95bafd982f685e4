"""Keep a training's state in one ``.npz`` file that survives a kill and holds no pickle."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import torch


def save_checkpoint(
    path: Path,
    *,
    model: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
    progress: dict[str, Any],
) -> None:
    """Write model, optimizer moments and progress; the old file stands until the new is whole."""
    arrays = {f"model/{name}": value.cpu().numpy() for name, value in model.state_dict().items()}
    for index, moments in optimizer.state_dict()["state"].items():
        for name, value in moments.items():
            arrays[f"optimizer/{index}/{name}"] = torch.as_tensor(value).cpu().numpy()
    arrays["progress"] = np.array(json.dumps(progress))
    temporary = path.with_suffix(".writing.npz")
    with temporary.open("wb") as file:
        np.savez(file, **arrays)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def load_checkpoint(
    path: Path, *, model: torch.nn.Module, optimizer: torch.optim.Optimizer | None = None
) -> dict[str, Any]:
    """Restore what ``save_checkpoint`` wrote; return the progress, empty if there is no file."""
    if not path.exists():
        return {}
    with np.load(path, allow_pickle=False) as arrays:
        model.load_state_dict(
            {key[6:]: torch.from_numpy(arrays[key]) for key in arrays if key.startswith("model/")}
        )
        if optimizer is not None:
            state: dict[int, dict[str, torch.Tensor]] = {}
            for key in arrays:
                if key.startswith("optimizer/"):
                    _, index, name = key.split("/")
                    state.setdefault(int(index), {})[name] = torch.from_numpy(arrays[key])
            groups = optimizer.state_dict()["param_groups"]
            optimizer.load_state_dict({"state": state, "param_groups": groups})
    return read_progress(path)


def read_progress(path: Path) -> dict[str, Any]:
    """Return the progress of a checkpoint that is there."""
    with np.load(path, allow_pickle=False) as arrays:
        progress: dict[str, Any] = json.loads(str(arrays["progress"]))
    return progress
