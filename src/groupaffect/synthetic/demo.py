"""The script of the demonstration, which comes with the package."""

from __future__ import annotations

from importlib.resources import files

from groupaffect.synthetic.script import Script
from groupaffect.synthetic.script_reading import script_from_toml


def demo_script() -> Script:
    """Return the script of the demonstration.

    Examples
    --------
    >>> script = demo_script()
    >>> script.duration_s, len(script.people)
    (120.0, 4)
    """
    return script_from_toml(demo_text(), name="demo.toml")


def demo_text() -> str:
    """Return the file itself."""
    return (files("groupaffect.synthetic") / "demo.toml").read_text(encoding="utf-8")
