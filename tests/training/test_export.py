from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from torch import nn

from groupaffect.training import export
from groupaffect.training.image_network import ImageNetwork
from groupaffect.training.landmark_mlp import LandmarkMLP
from groupaffect.training.landmark_network import LandmarkNetwork
from groupaffect.training.mini_xception import MiniXception

# The exporter that is proven says itself that a newer one exists.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")

NETWORKS = [
    pytest.param(
        LandmarkNetwork, (1, 64, 64), "grey", ["landmark_xy_px", "face_logit", "fit_logit"], id="68"
    ),
    pytest.param(MiniXception, (1, 48, 48), "grey", ["logits"], id="paper's image"),
    pytest.param(LandmarkMLP, (272,), "features", ["logits", "embedding"], id="landmark"),
    pytest.param(
        ImageNetwork, (1, 48, 48), "grey", ["logits", "vote_logits", "embedding"], id="image"
    ),
]


@pytest.mark.parametrize(("make", "shape", "name", "outputs"), NETWORKS)
def test_write_network_gives_the_same_answers_as_pytorch(
    tmp_path: Path,
    rng: np.random.Generator,
    make: type[nn.Module],
    shape: tuple[int, ...],
    name: str,
    outputs: list[str],
) -> None:
    torch.manual_seed(2)
    network, path = make().to(memory_format=torch.channels_last), tmp_path / "network.onnx"
    network.train()
    batch = torch.from_numpy(rng.uniform(0, 255, (4, *shape))).float()
    network(batch)  # so that the normalisation has seen something
    example = torch.zeros(1, *shape)
    sha256 = export.write_network(network, path, example=example, names=(name, outputs))
    assert sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    assert [output.name for output in session.get_outputs()] == outputs
    with torch.inference_mode():
        wanted = network.eval()(batch)
    wanted = wanted if isinstance(wanted, tuple) else (wanted,)
    for found, value in zip(session.run(None, {name: batch.numpy()}), wanted, strict=True):
        np.testing.assert_allclose(found, value.numpy(), atol=2e-3, rtol=1e-3)


def test_write_whole_leaves_the_old_file_when_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "card.json"
    export.write_card(path, {"b": 1, "a": [2]})
    assert json.loads(path.read_text()) == {"a": [2], "b": 1}

    def killed(_: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(export.os, "fsync", killed)
        with pytest.raises(KeyboardInterrupt):
            export.write_card(path, {"c": 3})
    assert json.loads(path.read_text()) == {"a": [2], "b": 1}


def test_n_parameters_counts_what_training_chooses() -> None:
    assert export.n_parameters(nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))) == 12
    assert export.n_parameters(LandmarkMLP()) == 272 * 128 + 128 + 128 * 128 + 128 + 128 * 7 + 7
