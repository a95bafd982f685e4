from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from groupaffect.training.checkpoint import load_checkpoint, save_checkpoint

Pair = tuple[nn.Module, torch.optim.Optimizer]


def start(optimizer: str) -> Pair:
    torch.manual_seed(5)
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(144, 2))
    model = model.to(memory_format=torch.channels_last)
    return model, getattr(torch.optim, optimizer)(model.parameters(), lr=0.01)


def train(pair: Pair, *, steps: range) -> None:
    model, optimizer = pair
    for step in steps:
        x = torch.randn(8, 1, 8, 8, generator=torch.Generator().manual_seed(step))
        optimizer.zero_grad()
        model(x).pow(2).mean().backward()
        optimizer.step()


def weights(model: nn.Module) -> dict[str, np.ndarray]:
    return {name: value.numpy().copy() for name, value in model.state_dict().items()}


def assert_same_weights(there: nn.Module, here: nn.Module) -> None:
    one, other = weights(there), weights(here)
    assert one.keys() == other.keys()
    for name in one:
        np.testing.assert_array_equal(one[name], other[name], err_msg=name)


@pytest.mark.parametrize("optimizer", ["Adam", "AdamW", "Adamax"])
def test_checkpoint_training_goes_on_as_if_never_stopped(tmp_path: Path, optimizer: str) -> None:
    whole = start(optimizer)
    train(whole, steps=range(6))
    first = start(optimizer)
    train(first, steps=range(3))
    path = tmp_path / "run.npz"
    save_checkpoint(path, model=first[0], optimizer=first[1], progress={"epochs": 3})
    second = start(optimizer)
    assert load_checkpoint(path, model=second[0], optimizer=second[1]) == {"epochs": 3}
    train(second, steps=range(3, 6))
    assert_same_weights(whole[0], second[0])


def test_checkpoint_without_the_optimizer_would_not_go_on_alike(tmp_path: Path) -> None:
    whole, path = start("Adam"), tmp_path / "run.npz"
    train(whole, steps=range(3))
    save_checkpoint(path, model=whole[0], optimizer=whole[1], progress={})
    train(whole, steps=range(3, 6))
    second = start("Adam")
    load_checkpoint(path, model=second[0])
    train(second, steps=range(3, 6))
    with pytest.raises(AssertionError):
        assert_same_weights(whole[0], second[0])


def test_checkpoint_old_one_stands_when_writing_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, old = tmp_path / "run.npz", start("Adam")
    train(old, steps=range(2))
    save_checkpoint(path, model=old[0], optimizer=old[1], progress={"epochs": 2})

    def killed(file: object, **_: object) -> None:
        file.write(b"half")  # type: ignore[attr-defined]
        raise KeyboardInterrupt

    newer = start("Adam")
    train(newer, steps=range(4))
    with monkeypatch.context() as patch:
        patch.setattr(np, "savez", killed)
        with pytest.raises(KeyboardInterrupt):
            save_checkpoint(path, model=newer[0], optimizer=newer[1], progress={"epochs": 4})
    found = start("Adam")
    assert load_checkpoint(path, model=found[0], optimizer=found[1]) == {"epochs": 2}
    assert_same_weights(found[0], old[0])
    save_checkpoint(path, model=newer[0], optimizer=newer[1], progress={"epochs": 4})
    assert load_checkpoint(path, model=found[0]) == {"epochs": 4}
    assert [file.name for file in tmp_path.iterdir()] == ["run.npz"]


def test_load_checkpoint_without_a_file_changes_nothing(tmp_path: Path) -> None:
    model, optimizer = start("Adam")
    before = weights(model)
    assert load_checkpoint(tmp_path / "none.npz", model=model, optimizer=optimizer) == {}
    for name, value in weights(model).items():
        np.testing.assert_array_equal(value, before[name])


def test_checkpoint_holds_no_pickle(tmp_path: Path) -> None:
    model, optimizer = start("Adam")
    train((model, optimizer), steps=range(1))
    save_checkpoint(tmp_path / "run.npz", model=model, optimizer=optimizer, progress={"e": [1.5]})
    with np.load(tmp_path / "run.npz", allow_pickle=False) as arrays:
        assert all(arrays[name].dtype != object for name in arrays)
