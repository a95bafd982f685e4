"""Small pieces of HTML; every text passes ``escape``, so that no name can be markup."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from html import escape

from groupaffect.report.canvas import Drawing

# An SVG stays sharp when enlarged; a PNG of less than half its size makes the lighter page.
_WORTH_SVG = 2.0


def paragraph(text: str) -> str:
    """Return a paragraph.

    Examples
    --------
    >>> paragraph("a < b")
    '<p>a &lt; b</p>'
    """
    return f"<p>{escape(text)}</p>"


def link(text: str, file_name: str) -> str:
    """Return a paragraph that leads to a file beside the report.

    Examples
    --------
    >>> link("a < b", "c.mp4")
    '<p><a href="c.mp4">a &lt; b</a></p>'
    """
    return f'<p><a href="{escape(file_name)}">{escape(text)}</a></p>'


def bullets(texts: Iterable[str]) -> str:
    """Return a list of sentences."""
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return f"<ul>{items}</ul>"


def section(title: str, *parts: str) -> str:
    """Return a section whose parts are HTML already."""
    return "\n".join([f"<section><h2>{escape(title)}</h2>", *parts, "</section>"])


def folded(summary: str, content: str) -> str:
    """Return content that is shown on a click."""
    return f"<details><summary>{escape(summary)}</summary>{content}</details>"


def table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table with a caption and headed columns; the first cell heads its row."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in columns)
    body = "\n".join(_row(cells) for cells in rows)
    return (
        f'<div class="wide"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(cells: Sequence[str]) -> str:
    first, *rest = cells
    others = "".join(f"<td>{escape(cell)}</td>" for cell in rest)
    return f'<tr><th scope="row">{escape(first)}</th>{others}</tr>'


def picture(drawing: Drawing, *, caption: str) -> str:
    """Return a figure that carries its picture within."""
    sharp = len(drawing.svg) <= _WORTH_SVG * len(drawing.png)
    kind, content = ("svg+xml", drawing.svg) if sharp else ("png", drawing.png)
    code = base64.b64encode(content).decode("ascii")
    return (
        f'<figure><img alt="{escape(drawing.alt)}" src="data:image/{kind};base64,{code}">'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )
