"""Write the report and its figures into the session's folder."""

from __future__ import annotations

from pathlib import Path

from groupaffect.report.figures import draw_all
from groupaffect.report.page import write_page
from groupaffect.report.placing import place_files
from groupaffect.report.sections import write_sections
from groupaffect.session import Session
from groupaffect.session.columns import FIGURES_FOLDER, REPORT_FILE


def write_report(session: Session) -> Path:
    """Write ``report.html`` and ``figures/*.png`` and ``*.svg``; return the report's path.

    The report holds its figures itself and loads nothing. Equal sessions give equal bytes.

    Raises
    ------
    UnreadableSessionError : a table of the session is damaged.
    OSError : the files cannot be written; who calls knows what to name (``output_errors``).
    """
    figures = draw_all(session)
    page = write_page(session.record.media.name, write_sections(session, figures))
    files = {
        f"{FIGURES_FOLDER}/{drawing.name}.{ending}": content
        for drawing in figures.drawings()
        for ending, content in (("png", drawing.png), ("svg", drawing.svg))
    } | {REPORT_FILE: page.encode("utf-8")}
    report = session.path / REPORT_FILE
    (session.path / FIGURES_FOLDER).mkdir(exist_ok=True)
    place_files(files, beside=report)
    return report
