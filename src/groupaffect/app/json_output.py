"""Write a command's result as JSON, to a file or to standard output."""

from __future__ import annotations

import json
import math
from pathlib import Path

import typer

from groupaffect.errors import OutputError, sentence

STANDARD_OUTPUT = "-"


def write_json(value: object, target: str | None) -> None:
    """Write a value where ``--json`` says: nowhere (None), standard output ("-") or a file.

    Raises
    ------
    OutputError : the file cannot be written.
    """
    if target is None:
        return
    text = json.dumps(_plain(value), indent=2, ensure_ascii=False, allow_nan=False)
    if target == STANDARD_OUTPUT:
        typer.echo(text)
        return
    try:
        Path(target).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        message = sentence(
            wanted="`--json` must name a file that can be written",
            got=f"{target} ({error.strerror})",
            remedy="choose another place, or - for standard output",
        )
        raise OutputError(message) from error


def _plain(value: object) -> object:
    """Return the value with null where a number is missing: JSON has no NaN."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
