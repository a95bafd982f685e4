"""Find the line of a script's entry or key: the standard library's TOML reader tells none."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

from groupaffect.synthetic.script_rules import Place

# Strings, comments and brackets, so that what stands in them is neither table nor key.
_TOKEN = re.compile(
    r'''
    """(?:[^\\]|\\.)*?"{3,5} | \'\'\'.*?'{3,5}     # strings over several lines
    | "(?:[^"\\\n]|\\.)*" | '[^'\n]*' | \#[^\n]*
    | [\[\]{}\n]
    ''',
    re.VERBOSE | re.DOTALL,
)
_KEY = re.compile(r"""\s*((?:"(?:[^"\\]|\\.)*"|'[^']*'|[\w-]+|\s*\.\s*)+)\s*=""")


def line_of(text: str, place: Place) -> int:
    r"""Return the number of the line of a place, from 1.

    Where the key does not stand there, it is the line of its entry (of its table, where that is
    one array); of the script itself, 1.

    Parameters
    ----------
    text : TOML that can be read.

    Examples
    --------
    >>> text = "seed = 1\n[[people]]\nname = 'Ada'\n[[people]]\nname = 'Ben'\n"
    >>> line_of(text, Place("people", 1, "name")), line_of(text, Place("people", 0, "noise"))
    (5, 2)
    """
    table, n_seen, entry_line = "script", {"script": 1}, 1
    for number, line in _statements(text):
        path = _table_path(line)
        if path:
            table = path[0]
            if len(path) == 1:
                n_seen[table] = n_seen.get(table, 0) + 1
        key = path[1] if len(path) == 2 else _key(line)
        if table == "script" and key is not None and key == place.table:
            entry_line = number
        if (table, n_seen.get(table, 0) - 1) != (place.table, place.index):
            continue
        if len(path) == 1:
            entry_line = number
        if key is not None and key == place.key:
            return number
    return entry_line


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield number and text of each line that begins outside of strings and arrays."""
    lines = text.replace("\r\n", "\n").split("\n")
    number, depth = 1, 0
    yield 1, lines[0]
    for token in _TOKEN.finditer(text):
        found = token[0]
        depth += (found in ("[", "{")) - (found in ("]", "}"))
        number += found.count("\n")
        if found == "\n" and not depth:
            yield number, lines[number - 1]


def _table_path(line: str) -> tuple[str, ...]:
    """Return the names in a header such as ``[[people]]``; none of another line."""
    if not line.lstrip().startswith("["):
        return ()
    return _path(tomllib.loads(line))


def _key(line: str) -> str | None:
    """Return the first name of a key such as ``name = 1``; None of another line."""
    found = _KEY.match(line)
    return _path(tomllib.loads(f"{found[1]} = 0"))[0] if found is not None else None


def _path(value: object) -> tuple[str, ...]:
    if isinstance(value, list):
        return _path(value[0])
    if isinstance(value, dict) and value:
        name, inner = next(iter(value.items()))
        return (name, *_path(inner))
    return ()
