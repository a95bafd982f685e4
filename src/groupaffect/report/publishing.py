"""Figures for print: PDF and SVG, and their captions in one file beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from groupaffect.report.canvas import Drawing, render_pdf
from groupaffect.session.new_output import new_output

CAPTIONS_FILE = "captions.md"


@dataclass(frozen=True, slots=True)
class CaptionedFigure:
    """A drawing with what is printed below it; the caption says n, and intervals or why none."""

    drawing: Drawing
    caption: str


def write_figures(figures: Sequence[CaptionedFigure], folder: Path) -> list[Path]:
    """Write ``NAME.pdf``, ``NAME.svg`` and ``captions.md`` into a folder that is being built.

    Returns the PDFs' paths. Equal figures give equal bytes.

    Raises
    ------
    OSError : they cannot be written; who builds the folder knows what to name.
    """
    for each in figures:
        (folder / f"{each.drawing.name}.pdf").write_bytes(render_pdf(each.drawing))
        (folder / f"{each.drawing.name}.svg").write_bytes(each.drawing.svg)
    (folder / CAPTIONS_FILE).write_bytes(_captions(figures).encode("utf-8"))
    return [folder / f"{each.drawing.name}.pdf" for each in figures]


def write_new_figures(figures: Sequence[CaptionedFigure], folder: Path) -> list[Path]:
    """Write figures and their captions as a new folder, whole or not at all.

    Returns the PDFs' paths.

    Raises
    ------
    OutputError : something is there already, or they cannot be written.
    """
    with new_output(folder, what="folder of figures") as place:
        place.mkdir()
        paths = write_figures(figures, place)
    return [folder / path.name for path in paths]


def _captions(figures: Sequence[CaptionedFigure]) -> str:
    parts = [f"## {each.drawing.name}\n\n{each.caption}\n" for each in figures]
    return "\n".join(["# Captions\n", *parts])
