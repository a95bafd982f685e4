"""The wheel holds what an analysis needs: every weight file with its card."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("hatchling", reason="the wheel is built by hatchling (extra `test`)")

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "groupaffect"


@pytest.fixture(scope="module")
def wheel_names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return the names of the files in a wheel built now, offline."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run([*build, "--directory", str(folder)], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("groupaffect-*-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_wheel_holds_every_weight_file(wheel_names: set[str]) -> None:
    wanted = {
        path.relative_to(PACKAGE.parent).as_posix()
        for suffix in ("onnx", "npz", "json")
        for path in PACKAGE.glob(f"**/weights/*.{suffix}")
    }
    assert {Path(name).parts[1] for name in wanted} == {"faces", "expression", "synthetic"}
    assert wanted <= wheel_names


def test_wheel_holds_the_script_of_the_demo(wheel_names: set[str]) -> None:
    assert "groupaffect/synthetic/demo.toml" in wheel_names


def test_wheel_holds_the_typing_marker_and_licence(wheel_names: set[str]) -> None:
    assert "groupaffect/py.typed" in wheel_names
    assert any(name.endswith("licenses/LICENSE") for name in wheel_names)


def test_wheel_holds_only_the_package(wheel_names: set[str]) -> None:
    assert {Path(name).parts[0].split("-")[0] for name in wheel_names} == {"groupaffect"}
