"""The guard against the network works; a guard that cannot fail would guard nothing."""

from __future__ import annotations

import socket

import pytest


def test_connecting_to_another_machine_is_refused() -> None:
    with socket.socket() as client, pytest.raises(AssertionError, match="no network in tests"):
        client.connect(("192.0.2.1", 80))


def test_resolving_a_name_is_refused() -> None:
    with pytest.raises(AssertionError, match=r"no network in tests: example\.org"):
        socket.create_connection(("example.org", 80))


def test_sockets_within_the_machine_work(tmp_path: object) -> None:
    address = f"{tmp_path}/s"
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(address)
        server.listen()
        client.connect(address)
