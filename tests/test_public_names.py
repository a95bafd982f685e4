"""The public names are the ones that are listed, and asking for the package costs nothing."""

from __future__ import annotations

import inspect

import pytest

import groupaffect
from groupaffect import errors
from python_process import run_python

HEAVY = ("numpy", "onnxruntime", "av", "pyarrow", "scipy", "matplotlib", "rich", "typer", "torch")


def test_all_is_sorted_without_repeats() -> None:
    assert groupaffect.__all__ == sorted(set(groupaffect.__all__))


@pytest.mark.parametrize("name", groupaffect.__all__)
def test_public_name_can_be_imported(name: str) -> None:
    assert getattr(groupaffect, name) is not None
    assert name in dir(groupaffect)


def test_every_error_is_public() -> None:
    known = {name for name, _ in inspect.getmembers(errors, inspect.isclass) if "Error" in name}
    assert known <= set(groupaffect.__all__)


def test_unknown_name_raises_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'analyse_everything'"):
        groupaffect.__getattr__("analyse_everything")


def test_import_loads_nothing_heavy() -> None:
    code = f"import groupaffect, sys; print([n for n in {HEAVY!r} if n in sys.modules])"
    assert run_python("-c", code).stdout.strip() == "[]"
