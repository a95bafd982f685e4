"""Find the line of a script's entry or key: the standard library's TOML reader tells none."""

from __future__ import annotations

import re

from groupaffect.synthetic.script_rules import Place

_TABLE = re.compile(r"\s*\[\[?\s*([\w-]+)\s*\]\]?\s*(#.*)?")
_KEY = re.compile(r"""\s*["']?([\w-]+)["']?\s*=""")


def line_of(text: str, place: Place) -> int:
    r"""Return the number of the line of a place, from 1.

    Where the key does not stand there, it is the line of its entry (of its table, where that is
    one array); of the script itself, 1.

    Examples
    --------
    >>> text = "seed = 1\n[[people]]\nname = 'Ada'\n[[people]]\nname = 'Ben'\n"
    >>> line_of(text, Place("people", 1, "name")), line_of(text, Place("people", 0, "noise"))
    (5, 2)
    """
    table, n_seen, entry_line = "script", {"script": 1}, 1
    for number, line in enumerate(text.splitlines(), start=1):
        head, key = _TABLE.fullmatch(line), _KEY.match(line)
        if head is not None:
            table = head[1]
            n_seen[table] = n_seen.get(table, 0) + 1
        if table == "script" and key is not None and key[1] == place.table:
            entry_line = number
        if (table, n_seen[table] - 1) != (place.table, place.index):
            continue
        if head is not None:
            entry_line = number
        if key is not None and key[1] == place.key:
            return number
    return entry_line
