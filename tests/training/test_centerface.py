from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from groupaffect.inference import open_network
from groupaffect.training.centerface import OUTPUT_NAMES, free_dimensions

CHANNELS = {"537": 1, "538": 2, "539": 2, "540": 10}


def fixed_detector(path: Path) -> None:
    """Write a network with CenterFace's names and fixed sides, weights listed as inputs."""
    rng = np.random.default_rng(1)
    arrays = {f"w{n}": rng.normal(0, 1, (c, 3, 4, 4)) for n, c in CHANNELS.items()}
    arrays["unused"] = np.ones(3)
    weights = [numpy_helper.from_array(a.astype(np.float32), n) for n, a in arrays.items()]
    nodes = [
        helper.make_node("Conv", ["input.1", f"w{n}"], [n], strides=[4, 4], kernel_shape=[4, 4])
        for n in CHANNELS
    ]
    float32 = TensorProto.FLOAT
    inputs = [helper.make_tensor_value_info("input.1", float32, [10, 3, 32, 32])]
    inputs += [helper.make_tensor_value_info(w.name, float32, list(w.dims)) for w in weights]
    outputs = [
        helper.make_tensor_value_info(name, float32, [10, size, 8, 8])
        for name, size in CHANNELS.items()
    ]
    graph = helper.make_graph(nodes, "detector", inputs, outputs, weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)], ir_version=6)
    onnx.save(model, path)


def test_free_dimensions_takes_any_size_and_keeps_the_weights(tmp_path: Path) -> None:
    fixed_detector(tmp_path / "fixed.onnx")
    free_dimensions(tmp_path / "fixed.onnx", tmp_path / "free.onnx")
    providers = ["CPUExecutionProvider"]
    fixed = onnxruntime.InferenceSession(tmp_path / "fixed.onnx", providers=providers)
    free = onnxruntime.InferenceSession(tmp_path / "free.onnx", providers=providers)
    assert [i.name for i in free.get_inputs()] == ["rgb"]
    rgb = np.random.default_rng(2).uniform(0, 255, (10, 3, 32, 32)).astype(np.float32)
    for old, new in OUTPUT_NAMES.items():
        there = fixed.run([old], {"input.1": rgb})[0]
        np.testing.assert_allclose(free.run([new], {"rgb": rgb})[0], there, atol=0.01)
    wide = np.zeros((1, 3, 64, 128), dtype=np.float32)
    assert free.run(["five_points"], {"rgb": wide})[0].shape == (1, 10, 16, 32)


def test_shipped_detector_has_free_sides_and_readable_names() -> None:
    network = open_network("faces", "centerface")
    (rgb,) = network.get_inputs()
    assert rgb.shape[1] == 3
    assert all(isinstance(side, str) for side in rgb.shape[2:])
    assert {output.name for output in network.get_outputs()} == set(OUTPUT_NAMES.values())
