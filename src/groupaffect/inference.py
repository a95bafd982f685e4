"""Open the networks that the package carries.

Foundation: used by ``faces`` and ``expression``; knows nothing of what a network computes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import onnxruntime

STAGES_WITH_NETWORKS = ("expression", "faces")


def list_networks() -> tuple[tuple[str, str], ...]:
    """Return stage and name of every network that the package carries, in order.

    Examples
    --------
    >>> ("faces", "centerface") in list_networks()
    True
    """
    folders = [(s, files("groupaffect").joinpath(s, "weights")) for s in STAGES_WITH_NETWORKS]
    return tuple(
        sorted(
            (stage, entry.name.removesuffix(".onnx"))
            for stage, folder in folders
            if folder.is_dir()
            for entry in folder.iterdir()
            if entry.name.endswith(".onnx")
        )
    )


def network_hashes(names: Iterable[str] | None = None) -> dict[str, str]:
    """Return the hash of networks by ``stage/name``; of every one in the package without names.

    Examples
    --------
    >>> "faces/landmark_network" in network_hashes()
    True
    >>> list(network_hashes(["faces/centerface"]))
    ['faces/centerface']
    """
    chosen = (name.split("/") for name in names) if names is not None else list_networks()
    return {f"{stage}/{name}": network_sha256(stage, name) for stage, name in chosen}


def network_file_hashes() -> dict[str, str]:
    """Return the hash of every network by its file, as a session's record keeps them.

    Examples
    --------
    >>> "faces/centerface.onnx" in network_file_hashes()
    True
    """
    return {f"{name}.onnx": sha256 for name, sha256 in network_hashes().items()}


@cache
def open_network(stage: str, name: str) -> onnxruntime.InferenceSession:
    """Return the ONNX Runtime session of ``groupaffect/<stage>/weights/<name>.onnx``.

    One thread a network: the stages run beside each other, and one thread gives the same
    bits on every run. Each network is opened once in a process.

    Examples
    --------
    >>> [i.name for i in open_network("faces", "centerface").get_inputs()]
    ['rgb']
    """
    return _open(network_bytes(stage, name))


def open_moved_network(
    stage: str, name: str, moved: Mapping[str, np.ndarray]
) -> onnxruntime.InferenceSession:
    """Return the ONNX Runtime session of a network of which some weights have moved.

    Parameters
    ----------
    moved : by name, what is added to weights; float16, each of the weight's shape.

    Raises
    ------
    UsageError : the network has no weight of that name and shape.
    """
    from groupaffect.network_weights import move_weights  # here: `--help` needs no numpy

    return _open(move_weights(network_bytes(stage, name), moved))


def _open(network: bytes) -> onnxruntime.InferenceSession:
    # Here, so that `doctor` can still say what is wrong where ONNX Runtime does not load.
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    providers = onnxruntime.get_available_providers()
    wanted = [p for p in ("CUDAExecutionProvider", "CPUExecutionProvider") if p in providers]
    return onnxruntime.InferenceSession(network, options, providers=wanted)


def network_bytes(stage: str, name: str) -> bytes:
    """Return a network's file."""
    return files("groupaffect").joinpath(stage, "weights", f"{name}.onnx").read_bytes()


def network_sha256(stage: str, name: str) -> str:
    """Return the hash that identifies a network in sessions and cards.

    Examples
    --------
    >>> len(network_sha256("faces", "centerface"))
    64
    """
    return hashlib.sha256(network_bytes(stage, name)).hexdigest()
