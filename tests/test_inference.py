from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

import groupaffect
from groupaffect.inference import list_networks, network_bytes, network_sha256, open_network


def test_open_network_opens_each_file_once() -> None:
    assert open_network("faces", "landmark_network") is open_network("faces", "landmark_network")


def test_open_network_uses_one_thread() -> None:
    options = open_network("faces", "landmark_network").get_session_options()
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (1, 1)


def test_network_sha256_is_of_the_bytes_on_disk() -> None:
    content = network_bytes("faces", "landmark_network")
    assert network_sha256("faces", "landmark_network") == hashlib.sha256(content).hexdigest()


def test_network_bytes_of_an_unknown_network_names_the_file() -> None:
    with pytest.raises(FileNotFoundError, match=r"no_such_network\.onnx"):
        network_bytes("faces", "no_such_network")


def test_network_gives_the_same_bits_again(rng: np.random.Generator) -> None:
    network = open_network("faces", "landmark_network")
    grey = rng.uniform(0, 255, (2, 1, 64, 64)).astype(np.float32)
    once, again = (network.run(None, {"grey": grey})[0] for _ in range(2))
    np.testing.assert_array_equal(once, again)


def test_list_networks_names_each_file_once() -> None:
    package = Path(groupaffect.__file__).parent
    found = [(path.parts[-3], path.stem) for path in package.glob("*/weights/*.onnx")]
    assert found
    assert list_networks() == tuple(sorted(found))
