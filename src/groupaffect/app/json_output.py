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

    A file that cannot be written whole is removed: half a result would pass for one.

    Raises
    ------
    OutputError : the file cannot be written.
    """
    if target is None:
        return
    text = json.dumps(_plain(value), indent=2, ensure_ascii=False, allow_nan=False)
    # A file name that is no UTF-8 comes as lone surrogates, which JSON writes as \\udc80 and so on.
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    try:
        if target == STANDARD_OUTPUT:
            typer.echo(text)
        else:
            _write_whole(Path(target), text + "\n")
    except OSError as error:
        raise _unwritable(target, error) from error


def _write_whole(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        try:
            file.write(text)
            file.flush()
        except OSError:
            if path.is_file():
                path.unlink()
            raise


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
            got=f"{'standard output' if target == STANDARD_OUTPUT else target} ({error.strerror})",
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
