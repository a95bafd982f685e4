"""Write the report and its figures into the session's folder."""

from __future__ import annotations

from pathlib import Path

from groupaffect.errors import OutputError, sentence
from groupaffect.report.figures import draw_all
from groupaffect.report.page import write_page
from groupaffect.report.sections import write_sections
from groupaffect.session import Session


def write_report(session: Session) -> Path:
    """Write ``report.html`` and ``figures/*.png`` and ``*.svg``; return the report's path.

    The report holds its figures itself and loads nothing. Equal sessions give equal bytes.

    Raises
    ------
    UnreadableSessionError : a table of the session is damaged.
    OutputError : the files cannot be written.
    """
    figures = draw_all(session)
    page = write_page(session.record.media.name, write_sections(session, figures))
    report = session.path / "report.html"
    folder = session.path / "figures"
    try:
        folder.mkdir(exist_ok=True)
        for drawing in figures.drawings():
            _replace(folder / f"{drawing.name}.png", drawing.png)
            _replace(folder / f"{drawing.name}.svg", drawing.svg)
        _replace(report, page.encode("utf-8"))
    except OSError as error:
        message = sentence(
            wanted="the report could not be written",
            got=error.strerror or str(error),
            remedy=f"free some space or choose a place you may write to: {session.path}",
        )
        raise OutputError(message) from error
    return report


def _replace(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part."""
    begun = path.with_name(f".{path.name}.writing")
    try:
        begun.write_bytes(content)
        begun.replace(path)
    except BaseException:  # also Ctrl-C
        begun.unlink(missing_ok=True)
        raise
