"""Show a session to people: figures, and one HTML file that needs nothing else.

In: a ``Session``. Out: ``report.html`` and ``figures/`` in its folder (``write_report``).

- ``seen_figure``, ``expressions_figure``, ``weights_figure``, ``group_figure``, ``kinds_figure``:
  one figure a file.
- ``heatmap_figure``, ``distribution_figure``, ``adaptive_figure``, ``complementarity_figure``:
  figures of studies; ``publishing``: them, and captions, for print; ``placing``: files, each whole.
- ``palette``, ``canvas``, ``time_axis``, ``thinning``, ``legend``: how all of them look.
- ``clamp_share``, ``drawable``, ``labels``, ``summary``, ``unmeasured``, ``notes``: the text.
- ``group_table``, ``kinds_section``, ``kind_words``: the group of all, and of the engaged only.
- ``figures``, ``markup``, ``sections``, ``page``, ``writing``: the HTML and its files.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from groupaffect.report.writing import write_report

__all__ = ["write_report"]


def __getattr__(name: str) -> object:
    """Import ``write_report`` when it is first asked for: drawing is slow to load."""
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value: object = getattr(import_module(f"{__name__}.writing"), name)
    return value
