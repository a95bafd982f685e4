"""Read and replace the weights of an ONNX network, without the library of that name.

An ONNX file is a protocol buffer: fields with a number, the weights of a graph among them. A
replaced weight is as long as the old one, so that nothing else in the file moves.

References
----------
onnx/onnx.proto (IR version 8): ``ModelProto.graph``, ``GraphProto.initializer``, ``TensorProto``.
Protocol buffers, encoding: protobuf.dev/programming-guides/encoding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float16, Float32

from groupaffect.errors import UsageError, sentence

_GRAPH, _INITIALIZER = 7, 5
_DIMS, _DATA_TYPE, _NAME, _RAW_DATA = 1, 2, 8, 9
_FLOAT32 = 1  # TensorProto.DataType
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a tensor's numbers stand in the file."""

    shape: tuple[int, ...]
    start: int
    stop: int


def read_weights(network: bytes) -> dict[str, Float32[np.ndarray, "*_"]]:
    """Return the float32 weights of a network by name, in the order of its file.

    Raises
    ------
    UsageError : the file is no ONNX network.
    """
    return {
        name: np.frombuffer(network[place.start : place.stop], "<f4").reshape(place.shape)
        for name, place in _find_weights(network).items()
    }


def replace_weights(network: bytes, weights: Mapping[str, Float32[np.ndarray, "*_"]]) -> bytes:
    """Return the network with other numbers in some of its weights.

    Parameters
    ----------
    weights : by name; each of the shape that it has in the network.

    Raises
    ------
    UsageError : the file is no ONNX network, or has no weight of that name and shape.
    """
    places, changed = _find_weights(network), bytearray(network)
    for name, weight in weights.items():
        place = places.get(name)
        if place is None or place.shape != weight.shape:
            raise _refuse(
                f"a replaced weight must be one of the network's, {name!r} of its shape",
                "none of that name" if place is None else f"{weight.shape}, not {place.shape}",
            )
        changed[place.start : place.stop] = weight.astype("<f4").tobytes()
    return bytes(changed)


def move_weights(network: bytes, moved: Mapping[str, Float16[np.ndarray, "*_"]]) -> bytes:
    """Return the network with something added to some of its weights.

    Raises
    ------
    UsageError : see ``replace_weights``.
    """
    shared = read_weights(network)
    return replace_weights(
        network,
        {
            name: shared[name] + by.astype(np.float32)
            if name in shared and shared[name].shape == by.shape
            else by.astype(np.float32)  # is refused
            for name, by in moved.items()
        },
    )


def _find_weights(network: bytes) -> dict[str, _Place]:
    try:
        tensors = [
            _read_tensor(network, start, stop)
            for graph, *bounds in _iterate_fields(network, 0, len(network))
            if graph == _GRAPH
            for field, start, stop in _iterate_fields(network, *bounds)
            if field == _INITIALIZER
        ]
    except (IndexError, ValueError) as error:
        raise _refuse(
            "weights are those of an ONNX network", "another or a damaged file"
        ) from error
    return {name: place for name, place in tensors if place is not None}


def _read_tensor(network: bytes, start: int, stop: int) -> tuple[str, _Place | None]:
    """Return a tensor's name, and where its numbers are if it is of float32."""
    shape, kind, name, raw = list[int](), 0, "", (0, 0)
    for field, first, last in _iterate_fields(network, start, stop):
        if field == _DIMS:
            place = first
            while place < last:  # one number, or several packed into one field
                size, place = _read_varint(network, place)
                shape.append(size)
        elif field == _DATA_TYPE:
            kind, _ = _read_varint(network, first)
        elif field == _NAME:
            name = network[first:last].decode("utf-8")
        elif field == _RAW_DATA:
            raw = first, last
    if kind != _FLOAT32 or raw[1] - raw[0] != 4 * int(np.prod(shape)):
        return name, None
    return name, _Place(tuple(shape), *raw)


def _iterate_fields(network: bytes, start: int, stop: int) -> Iterator[tuple[int, int, int]]:
    """Yield number, start and stop of each field of a message."""
    while start < stop:
        key, start = _read_varint(network, start)
        kind = key & 7
        if kind == _VARINT:
            _, end = _read_varint(network, start)
        elif kind == _BYTES:
            length, start = _read_varint(network, start)
            end = start + length
        elif kind in (_FIXED32, _FIXED64):
            end = start + (4 if kind == _FIXED32 else 8)
        else:
            message = f"a field of kind {kind}"
            raise ValueError(message)
        if end > stop:
            message = "a field that goes on after its message"
            raise ValueError(message)
        yield key >> 3, start, end
        start = end


def _read_varint(network: bytes, start: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, the lowest first, and where it ends."""
    value = shift = 0
    while True:
        byte = network[start]
        value |= (byte & 0x7F) << shift
        start, shift = start + 1, shift + 7
        if byte < 0x80:
            return value, start


def _refuse(wanted: str, got: str) -> UsageError:
    return UsageError(sentence(wanted=wanted, got=got, remedy="use a network of this package"))
