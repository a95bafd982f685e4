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
        raise _unwritable(target, error) from error


def check_target(target: str | None) -> None:
    """Check that ``write_json`` will be able to write; leaves nothing behind.

    Raises
    ------
    OutputError : the file cannot be written.
    """
    if target is None or target == STANDARD_OUTPUT:
        return
    path = Path(target)
    try:
        is_new = not path.exists()
        if is_new or not path.is_fifo():  # a pipe would end for its reader
            path.open("ab").close()
        if is_new:
            path.unlink()
    except OSError as error:
        raise _unwritable(target, error) from error


def _unwritable(target: str, error: OSError) -> OutputError:
    return OutputError(
        sentence(
            wanted="`--json` must name a file that can be written",
            got=f"{target} ({error.strerror})",
            remedy="choose another place, or - for standard output",
        )
    )


def _plain(value: object) -> object:
    """Return the value with null where a number is missing: JSON has no NaN."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
