from __future__ import annotations

import numpy as np
import torch

from groupaffect.training.image_network import SHIPPED, TEACHER, ImageNetwork, NetworkShape


def n_multiplications(network: ImageNetwork) -> int:
    counted = [0]

    def count(layer: torch.nn.Module, _: object, output: torch.Tensor) -> None:
        if isinstance(layer, torch.nn.Conv2d):
            counted[0] += output[0].numel() * layer.weight[0].numel()

    for layer in network.modules():
        layer.register_forward_hook(count)
    with torch.inference_mode():
        network.eval()(torch.zeros(1, 1, 48, 48))
    return counted[0]


def n_parameters(network: ImageNetwork) -> int:
    return sum(p.numel() for p in network.parameters())


def test_image_network_does_not_depend_on_light(rng: np.random.Generator) -> None:
    torch.manual_seed(1)
    network = ImageNetwork().eval()
    crops = torch.from_numpy(rng.uniform(20, 120, (2, 1, 48, 48))).float()
    with torch.inference_mode():
        read, other = network(crops), network(2 * crops + 10)
    assert (read.logits.shape, read.vote_logits.shape) == ((2, 7), (2, 8))
    torch.testing.assert_close(read.logits, other.logits, atol=0.01, rtol=0)


def test_logits_are_linear_in_the_embedding() -> None:
    torch.manual_seed(1)
    network = ImageNetwork().eval()
    with torch.inference_mode():
        read = network(torch.rand(3, 1, 48, 48) * 255)
        wanted = read.embedding @ network.labels.weight.T + network.labels.bias
    torch.testing.assert_close(read.logits, wanted)


def test_shipped_network_is_small_enough() -> None:
    network = ImageNetwork(SHIPPED)
    assert 15e6 < n_multiplications(network) <= 25e6
    assert n_parameters(network) <= 3e6


def test_teacher_is_as_large_as_is_said() -> None:
    network = ImageNetwork(TEACHER)
    assert 1.0e9 < n_multiplications(network) < 1.1e9
    assert 10e6 < n_parameters(network) < 12e6


def test_shape_decides_on_width_and_stride() -> None:
    network = ImageNetwork(NetworkShape(2, (8,), ((16, 2), (24, 1)))).eval()
    with torch.inference_mode():
        assert network.trunk(torch.zeros(1, 1, 48, 48)).shape == (1, 24, 12, 12)
