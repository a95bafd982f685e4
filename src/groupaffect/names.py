"""Names that people give to participants, by id or by tile, in a table such as Zoom's.

``naming`` finds out whom each row is about.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from groupaffect.errors import UsageError, sentence

Row = dict[str, str]
_SEPARATORS = ",;\t"
_FORMULA = ("=", "+", "-", "@")  # how a cell begins that a spreadsheet computes
MAX_LETTERS = 100  # of a name; ours: longer ones fill labels and lines, and are no names
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ID = re.compile(r"[Pp](\d+)")
_TILE = re.compile(r"[Rr]?(\d+)[\s,;xX/]*[Cc,;xX/]\s*(\d+)")


@dataclass(frozen=True, slots=True)
class GivenName:
    """One row of a names table.

    Attributes
    ----------
    where : what the row calls the participant, for messages.
    participant : id; None where only a tile is given.
    tile : row and column, or number in reading order, from 1; None where only an id is given.
    row : number of the row, the header is 1.
    """

    name: str
    where: str
    participant: str | None
    tile: tuple[int, int] | int | None
    row: int


Names = str | Path | Mapping[str, str]


def read_names(names: Names) -> tuple[GivenName, ...]:
    """Return the names of a CSV file, or of a mapping from ids or tiles to names.

    The file has a header with the columns ``name`` and ``participant`` (an id such as P2),
    ``tile`` (its number in reading order from 1, or r2c1), or ``tile_row`` and ``tile_column``.
    Columns are parted by comma, semicolon or tab; other columns are left alone. Names are
    returned in composed form (Unicode NFC); they have at most ``MAX_LETTERS`` characters, none of
    which controls or turns the text around it. A row may say id and tile, where they agree.

    Raises
    ------
    UsageError : the file cannot be read, a column is missing, or a row is wrong; names the row.

    Examples
    --------
    >>> [(given.participant, given.name) for given in read_names({"P1": "Ada", "2": "Ben"})]
    [('P1', 'Ada'), ('P2', 'Ben')]
    """
    if isinstance(names, Mapping):
        given = [
            _given({"participant": k, "name": n}, row)
            for row, (k, n) in enumerate(names.items(), 1)
        ]
    else:
        given = [_given(cells, row) for row, cells in _read_table(Path(names))]
    _check_once(given, _place_of, wanted="a participant may be named once")
    _check_once(given, lambda g: g.name.casefold(), wanted="two participants need two names")
    return tuple(given)


def _read_table(path: Path) -> Iterable[tuple[int, Row]]:
    """Return the number and the cells of each row that is not empty."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "text that is not UTF-8"
        raise _wrong(
            "the names must be a CSV file in UTF-8", reason, f"check it: {path}"
        ) from error
    first_line = text.lstrip("\r\n").partition("\n")[0]
    separator = max(_SEPARATORS, key=first_line.count)
    try:
        header, *rows = list(csv.reader(io.StringIO(text), delimiter=separator)) or [[]]
    except csv.Error as error:
        raise _wrong("the names must be a CSV file", str(error), f"check it: {path}") from error
    columns = [_column(cell) for cell in header]
    tells_who = (
        "participant" in columns or "tile" in columns or {"tile_row", "tile_column"} <= {*columns}
    )
    if "name" not in columns or not tells_who:
        raise _wrong(
            "row 1 of the names must head a column `name`, and `participant` or `tile`",
            repr(separator.join(header)),
            "add what is missing",
        )
    filled = [(n, row) for n, row in enumerate(rows, start=2) if any(map(str.strip, row))]
    if not filled:
        raise _wrong("the names must have a row below their heads", "none", f"add one: {path}")
    for number, cells in filled:
        yield number, dict(zip(columns, (cell.strip() for cell in cells), strict=False))


def _column(head: str) -> str:
    """Return a column's name whatever its case, spaces and dashes."""
    column = re.sub(r"[\s_-]+", "_", head.strip().casefold())
    return "participant" if column in ("participant_id", "id") else column


def _given(cells: Row, row: int) -> GivenName:
    name = unicodedata.normalize("NFC", " ".join(cells.get("name", "").split()))
    _check_name(name, row)
    tile_words = cells.get("tile", "")
    if not tile_words and cells.get("tile_row"):
        tile_words = f"r{cells['tile_row']}c{cells.get('tile_column', '')}"
    words = cells.get("participant", "")
    is_id = re.fullmatch(r"[Pp]?(\d+)", words)
    participant = f"P{int(is_id[1])}" if is_id else None
    place_words = tile_words if is_id else words or tile_words
    tile = _read_tile(place_words)
    if tile is None and (place_words or participant is None):
        raise _wrong(
            f"row {row} of the names must say who it is about",
            repr(place_words),
            "write an id like P2, a tile's number, or r2c1",
        )
    if _ID.fullmatch(name) and name.upper() != participant:
        raise _wrong(
            f"row {row} of the names must not name somebody like an id",
            repr(name),
            "choose another name",
        )
    return GivenName(name, words or place_words, participant, tile, row)


def _check_name(name: str, row: int) -> None:
    if not name:
        raise _wrong(
            f"row {row} of the names needs a name",
            "an empty one",
            "fill it in or leave the row out",
        )
    if name.startswith(_FORMULA):
        raise _wrong(
            f"row {row} of the names must not begin a name with {' '.join(_FORMULA)}, which "
            "spreadsheets compute",
            repr(name),
            "leave that out",
        )
    if len(name) > MAX_LETTERS:
        raise _wrong(
            f"row {row} of the names must have a name of at most {MAX_LETTERS} characters",
            str(len(name)),
            "shorten it",
        )
    hidden = [c for c in name if c in _TURNING or unicodedata.category(c) in ("Cc", "Cs")]
    if hidden:
        raise _wrong(
            f"row {row} of the names must not control or turn the text around a name",
            f"U+{ord(hidden[0]):04X} in it",
            "leave that out",
        )


def _read_tile(words: str) -> tuple[int, int] | int | None:
    """Return row and column, or the number, of a tile; None where the words are neither."""
    if tile := _TILE.fullmatch(words):
        return int(tile[1]), int(tile[2])
    number = re.fullmatch(r"[Pp]?(\d+)", words)
    return int(number[1]) if number else None


def _place_of(given: GivenName) -> object:
    return given.participant or given.tile


def _check_once(
    given: Sequence[GivenName], key: Callable[[GivenName], object], *, wanted: str
) -> None:
    first: dict[object, GivenName] = {}
    for one in given:
        other = first.setdefault(key(one), one)
        if other is not one:
            raise _wrong(
                wanted, f"rows {other.row} and {one.row} of the names", "correct one of them"
            )


def _wrong(wanted: str, got: str, remedy: str) -> UsageError:
    return UsageError(sentence(wanted=wanted, got=got, remedy=remedy))
