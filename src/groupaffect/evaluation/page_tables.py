"""Tables within a page of the docs that are made anew from files; the words are the page's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

_TABLE = re.compile(r"<!-- table: ([\w ]+) -->\n.*?<!-- end -->", flags=re.DOTALL)


def fill_tables(page: str, tables: Mapping[str, Callable[[], Iterable[str]]]) -> str:
    r"""Return a page with what stands between ``<!-- table: NAME -->`` and ``<!-- end -->`` anew.

    Examples
    --------
    >>> page = "Before\n<!-- table: sum -->\nold\n<!-- end -->\nafter"
    >>> print(fill_tables(page, {"sum": lambda: table_rows(["n"], [["3"]])}))
    Before
    <!-- table: sum -->
    | n |
    |---|
    | 3 |
    <!-- end -->
    after
    """

    def table(found: re.Match[str]) -> str:
        rows = "\n".join(tables[found[1]]())
        return f"<!-- table: {found[1]} -->\n{rows}\n<!-- end -->"

    return _TABLE.sub(table, page)


def table_rows(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Yield the lines of a Markdown table."""
    names = [*heads]
    yield f"| {' | '.join(names)} |"
    yield "|" + "---|" * len(names)
    for row in rows:
        yield f"| {' | '.join(row)} |"
