"""Kill a training after its first epoch, go on, and compare with one that was left alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
import torch
from torch import nn


def check_resumes_to_the_same_weights(
    module: ModuleType,
    train: Callable[[Path], nn.Module],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = train(folder / "whole.npz")
    save = module.save_checkpoint

    def save_and_die(*arguments: object, **named: object) -> None:
        save(*arguments, **named)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, "save_checkpoint", save_and_die)
        with pytest.raises(KeyboardInterrupt):
            train(folder / "killed.npz")
    torch.rand(7)  # another process would not be where the first one stopped
    resumed = train(folder / "killed.npz")
    for name, value in whole.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[name]), name
