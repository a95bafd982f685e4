"""Figures for print: PDF and SVG, and their captions in one file beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from groupaffect.report.canvas import Drawing, render_pdf
from groupaffect.report.placing import place_files
from groupaffect.session.folder import output_errors

CAPTIONS_FILE = "captions.md"


@dataclass(frozen=True, slots=True)
class CaptionedFigure:
    """A drawing with what is printed below it; the caption says n, and intervals or why none."""

    drawing: Drawing
    caption: str


def write_figures(figures: Sequence[CaptionedFigure], folder: Path) -> list[Path]:
    """Write ``NAME.pdf``, ``NAME.svg`` and ``captions.md``; return the PDFs' paths.

    Other files in the folder stay. Equal figures give equal bytes.

    Raises
    ------
    OutputError : they cannot be written.
    """
    files: dict[str, bytes] = {}
    for each in figures:
        files[f"{each.drawing.name}.pdf"] = render_pdf(each.drawing)
        files[f"{each.drawing.name}.svg"] = each.drawing.svg
    files[CAPTIONS_FILE] = _captions(figures).encode("utf-8")
    with output_errors(folder, what="figures"):
        folder.mkdir(parents=True, exist_ok=True)
        place_files(files, beside=folder / CAPTIONS_FILE)
    return [folder / f"{each.drawing.name}.pdf" for each in figures]


def _captions(figures: Sequence[CaptionedFigure]) -> str:
    parts = [f"## {each.drawing.name}\n\n{each.caption}\n" for each in figures]
    return "\n".join(["# Captions\n", *parts])
