"""Ratings in a CSV file: one in each row, or one column for each rater.

Columns: ``second``, or ``start`` and ``end`` (seconds); ``participant``; then either ``emotion``
and, where one file holds several raters, ``rater``; or a column for each rater, named after them.
``session`` names the recording where a study has several. Separated by comma, semicolon or tab.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from pathlib import Path

from groupaffect.errors import RatingsError, sentence
from groupaffect.evaluation.ratings.rating import Rating, word_to_emotion

# Columns that are no raters. "name" is who the participant is, in our own sheets.
_OWN_COLUMNS = frozenset(
    ("session", "participant", "name", "second", "start", "end", "rater", "emotion", "comment")
)
LONGEST_S = 864_000.0  # ten days; what is beyond is milliseconds, or frames


def read_csv_ratings(path: Path) -> list[Rating]:
    """Return the ratings of a CSV file; empty cells are no ratings.

    Raises
    ------
    RatingsError : a column is missing or a cell cannot be read; names the line.
    OSError : the file cannot be opened.
    """
    header, lines = _read_cells(path)
    _check_header(path, header)
    others = [name for name in header if name and name.lower() not in _OWN_COLUMNS]
    raters = {} if "emotion" in header else {name: name for name in others}
    rows: list[Rating] = []
    for number, cells in lines:
        place = f"{path.name}, line {number}"
        rows += _ratings_of(cells, raters, place=place, stem=path.stem)
    return rows


def _read_cells(path: Path) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """Return the header and each line's number and cells by column."""
    try:
        # Spreadsheets put a mark before the text, hence "-sig".
        text = path.read_text(encoding="utf-8-sig")
        header_line = text.partition("\n")[0]
        delimiter = max(",;\t", key=header_line.count)
        reader = csv.reader(text.splitlines(), delimiter=delimiter)
        names = [name.strip() for name in next(reader, [])]
        header = [n.lower() if n.lower() in _OWN_COLUMNS else n for n in names]
        lines = [(reader.line_num, cells) for cells in reader if any(c.strip() for c in cells)]
    except (UnicodeDecodeError, csv.Error) as error:
        message = sentence(
            wanted=f"`{path.name}` must be a CSV file in UTF-8",
            got=str(error) if isinstance(error, csv.Error) else "text that is not UTF-8",
            remedy="save it as CSV (UTF-8)",
        )
        raise RatingsError(message) from error
    for number, cells in lines:
        if len(cells) != len(header):
            message = sentence(
                wanted=f"every line must have the {len(header)} cells of the header",
                got=f"{len(cells)} ({path.name}, line {number})",
                remedy="put quotes around cells with separators",
            )
            raise RatingsError(message)
    return header, [(number, dict(zip(header, cells, strict=True))) for number, cells in lines]


def _check_header(path: Path, header: list[str]) -> None:
    has_time = "second" in header or {"start", "end"} <= {*header}
    has_rating = "emotion" in header or any(n and n.lower() not in _OWN_COLUMNS for n in header)
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if has_time and "participant" in header and has_rating and not twice:
        return
    shown = ", ".join(header) or "none"
    message = sentence(
        wanted="ratings need the columns `second` (or `start` and `end`), `participant`, and "
        "`emotion` or a column for each rater, each once",
        got=f"the columns {shown} ({path.name}, line 1)",
        remedy="start from a sheet of `groupaffect export --to rating-sheet`",
    )
    raise RatingsError(message)


def _ratings_of(
    cells: dict[str, str], raters: dict[str, str], *, place: str, stem: str
) -> Iterator[Rating]:
    # Without a column for each rater the file is one rater's, unless a column says otherwise.
    named = cells.get("rater", "").strip() or stem
    for rater, column in (raters or {named: "emotion"}).items():
        emotion = word_to_emotion(cells[column], place=place)
        if emotion < 0:
            continue
        start_s, end_s = _span(cells, place=place)
        yield Rating(
            session=cells.get("session", "").strip(),
            participant=_participant(cells, place=place),
            rater=rater,
            start_s=start_s,
            end_s=end_s,
            emotion=emotion,
            place=place,
        )


def _participant(cells: dict[str, str], *, place: str) -> str:
    who = cells["participant"].strip()
    if not who:
        message = sentence(
            wanted="every rating must say who was rated",
            got=f"an empty cell in `participant` ({place})",
            remedy="write an id such as P1",
        )
        raise RatingsError(message)
    return who


def _span(cells: dict[str, str], *, place: str) -> tuple[float, float]:
    if "second" in cells:
        second = _number(cells["second"], "second", place=place)
        if second == math.floor(second) and 0 <= second < LONGEST_S:
            return second, second + 1
        got = f"`second` {second:g}"
    else:
        start_s, end_s = (_number(cells[name], name, place=place) for name in ("start", "end"))
        if 0 <= start_s < end_s <= LONGEST_S:
            return start_s, end_s
        got = f"`start` {start_s:g} and `end` {end_s:g}"
    message = sentence(
        wanted="times must be whole seconds from 0, or a start before its end, within ten days",
        got=f"{got} ({place})",
        remedy="correct the line",
    )
    raise RatingsError(message)


def _number(cell: str, column: str, *, place: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if math.isfinite(value):
        return value
    message = sentence(
        wanted=f"`{column}` must be a number of seconds",
        got=f"{cell.strip()!r} ({place})",
        remedy="write it with a decimal point",
    )
    raise RatingsError(message)
