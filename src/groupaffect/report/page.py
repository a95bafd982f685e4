"""The frame of the report: one HTML page that loads nothing."""

from __future__ import annotations

from html import escape

_CSS = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, sans-serif; color: #222; background: #fff;
  max-width: 66rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.7rem; margin-bottom: .2rem; }
h2 { font-size: 1.25rem; margin-top: 2.2rem; border-bottom: 1px solid #ccc; }
figure { margin: 1rem 0; }
img { width: 100%; height: auto; }
figcaption, caption { color: #555; font-size: .9rem; text-align: left; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: .5rem 0; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .2rem .9rem .2rem 0;
  border-bottom: 1px solid #e5e5e5; overflow-wrap: anywhere; }
tbody th { font-weight: normal; white-space: nowrap; }
summary { cursor: pointer; }
@media print { body { margin: 0; max-width: none; font-size: 11pt; }
  figure, tr { break-inside: avoid; } h2 { break-after: avoid; } }
"""

# Nothing may be loaded from anywhere, whatever a name in the data says.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def write_page(title: str, sections: list[str]) -> str:
    """Return the whole page; ``sections`` are HTML already, ``title`` is not."""
    shown = escape(title)
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            '<head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{shown}</title>",
            f"<style>{_CSS}</style></head>",
            f"<body><main><h1>{shown}</h1>",
            "<p>Facial expressions of a group, read by groupaffect.</p>",
            *sections,
            "</main></body></html>",
            "",
        ]
    )
