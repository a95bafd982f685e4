"""Write a script as TOML: what was left out stands there with its value."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import tomli_w

from groupaffect.synthetic.script import Script


def script_to_toml(script: Script) -> str:
    """Return the TOML that ``script_from_toml`` reads as this very script.

    Examples
    --------
    >>> from groupaffect.synthetic.script import ScriptedPerson
    >>> script = Script("One", 2.0, "1x2", (ScriptedPerson("Ada", 1),))
    >>> print(script_to_toml(script).splitlines()[0])
    title = "One"
    """
    values = _plain(asdict(script))
    tables = {name: values.pop(name) for name in ("people", "timeline")}
    entries = (f"\n[[{name}]]\n{tomli_w.dumps(row)}" for name in tables for row in tables[name])
    return tomli_w.dumps(values) + "".join(entries)


def _plain(value: Any) -> Any:  # noqa: ANN401
    """Return lists for tuples, without what is None: TOML has neither."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items() if inner is not None}
    return [_plain(inner) for inner in value] if isinstance(value, tuple) else value
