"""Weights of ONNX files, against files that are written by hand and what ONNX Runtime makes."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest

from groupaffect.errors import UsageError
from groupaffect.inference import network_bytes, open_moved_network, open_network
from groupaffect.network_weights import move_weights, read_weights, replace_weights


def varint(value: int) -> bytes:
    return bytes([value]) if value < 128 else bytes([value % 128 + 128]) + varint(value // 128)


def message(field: int, content: bytes) -> bytes:
    return varint(field * 8 + 2) + varint(len(content)) + content


def number(field: int, value: int) -> bytes:
    return varint(field * 8) + varint(value)


def tensor(name: str, array: np.ndarray, *, kind: int = 1, packed: bool = False) -> bytes:
    sizes = b"".join(varint(n) for n in array.shape)
    dims = message(1, sizes) if packed else b"".join(number(1, n) for n in array.shape)
    return dims + number(2, kind) + message(8, name.encode()) + message(9, array.tobytes())


def network(*tensors: bytes) -> bytes:
    graph = message(2, b"graph") + b"".join(message(5, each) for each in tensors)
    return number(1, 8) + message(2, b"made") + message(7, graph) + message(8, b"opset")


LONG = np.arange(400, dtype="<f4").reshape(2, 200)  # sizes and lengths of two bytes
SHORT = np.array([[1.5], [-2.5]], dtype="<f4")
WHOLE = np.array([7, 8], dtype="<i8")


@pytest.mark.parametrize("packed", [False, True])
def test_read_weights_finds_the_floats_of_a_file(packed: bool) -> None:
    made = network(tensor("a", LONG, packed=packed), tensor("n", WHOLE, kind=7), tensor("b", SHORT))
    read = read_weights(made)
    assert list(read) == ["a", "b"]
    np.testing.assert_array_equal(read["a"], LONG)
    np.testing.assert_array_equal(read["b"], SHORT)


def test_replace_weights_changes_nothing_else() -> None:
    parts = tensor("a", LONG), tensor("n", WHOLE, kind=7), tensor("b", SHORT)
    changed = replace_weights(network(*parts), {"b": 2 * SHORT})
    assert changed == network(*parts[:2], tensor("b", 2 * SHORT))


@pytest.mark.parametrize("name", ["image_model", "image_model_paper", "landmark_model"])
def test_weights_of_shipped_networks_are_all_found(name: str) -> None:
    shipped = network_bytes("expression", name)
    read = read_weights(shipped)
    assert 0.97 * len(shipped) < sum(w.nbytes for w in read.values()) < len(shipped)
    assert move_weights(shipped, {k: np.zeros(w.shape, "f2") for k, w in read.items()}) == shipped


def test_moved_network_reads_otherwise_by_what_was_added(rng: np.random.Generator) -> None:
    grey = rng.integers(0, 256, (3, 1, 48, 48)).astype(np.float32)
    by = np.arange(7, dtype=np.float16)
    opened = open_moved_network("expression", "image_model", {"labels.bias": by})
    shared, own = (
        each.run(["logits"], {"grey": grey})[0]
        for each in (open_network("expression", "image_model"), opened)
    )
    np.testing.assert_allclose(own - shared, np.tile(by, (3, 1)), atol=1e-5)
    assert isinstance(opened, onnxruntime.InferenceSession)


def test_networks_and_weights_that_do_not_fit_are_refused() -> None:
    shipped = network_bytes("expression", "landmark_model")
    for moved, said in (
        ({"none": np.zeros(3, "f2")}, "'none' of its shape, but got none of that name"),
        ({next(iter(read_weights(shipped))): np.zeros(3, "f2")}, r"of its shape, but got \(3,\)"),
    ):
        with pytest.raises(UsageError, match=said):
            move_weights(shipped, moved)
    for damaged in (shipped[: len(shipped) // 2], b"no network", b"\xff" * 20):
        with pytest.raises(UsageError, match="of an ONNX network"):
            read_weights(damaged)
