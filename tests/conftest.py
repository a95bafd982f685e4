"""What every test lives by: no network, one seeded generator, data only where it is."""

from __future__ import annotations

import socket
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]


class NetworkUsedError(AssertionError):
    """A test or the package tried to reach another machine."""


@pytest.fixture(autouse=True)
def network_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse connections other than those within the machine's own files (AF_UNIX)."""

    def guarded(name: str) -> object:
        allowed = getattr(socket.socket, name)

        def connect(self: socket.socket, address: object) -> object:
            if self.family != socket.AF_UNIX:
                message = f"no network in tests: {address}"
                raise NetworkUsedError(message)
            return allowed(self, address)

        return connect

    def resolve(host: object, *_: object, **__: object) -> object:
        message = f"no network in tests: {host}"
        raise NetworkUsedError(message)

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, guarded(name))
    monkeypatch.setattr(socket, "getaddrinfo", resolve)


@pytest.fixture
def rng() -> np.random.Generator:
    """Return a generator that is the same in every run."""
    return np.random.default_rng(20261123)


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Return the folder of development data, or skip where it is not there."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the development data (../shared/data) is not there")
    return folder


@pytest.fixture(scope="session")
def synthetic_call(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with `call.toml`, its `recording` and the `session` of it; look only."""
    from groupaffect import analyze, synthesize
    from synthetic.made_scripts import CALL

    folder = tmp_path_factory.mktemp("synthetic")
    (folder / "call.toml").write_text(CALL, encoding="utf-8")
    recording = synthesize(folder / "call.toml", output=folder / "recording")
    names = recording / "participants.csv"
    analyze(recording / "recording.mp4", output=folder / "session", names=names, overlay="plain")
    return folder
