"""Names that people give to participants, by id or by tile, in a table such as Zoom's."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from groupaffect.errors import UsageError, sentence
from groupaffect.types import ParticipantFacts

Row = dict[str, str]
_SEPARATORS = ",;\t"
_FORMULA = ("=", "+", "-", "@")  # how a cell begins that a spreadsheet computes
_ID = re.compile(r"[Pp](\d+)")
_TILE = re.compile(r"[Rr]?(\d+)[\s,;xX/]*[Cc,;xX/]\s*(\d+)")


@dataclass(frozen=True, slots=True)
class GivenName:
    """One row of a names table.

    Attributes
    ----------
    where : what the row calls the participant, for messages.
    participant : id; None where a tile is given.
    tile : row and column, or number in reading order, from 1; None where an id is given.
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
    returned in composed form (Unicode NFC).

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
    for number, cells in enumerate(rows, start=2):
        if any(cell.strip() for cell in cells):
            yield number, dict(zip(columns, (cell.strip() for cell in cells), strict=False))


def _column(head: str) -> str:
    """Return a column's name whatever its case, spaces and dashes."""
    column = re.sub(r"[\s_-]+", "_", head.strip().casefold())
    return "participant" if column in ("participant_id", "id") else column


def _given(cells: Row, row: int) -> GivenName:
    name = unicodedata.normalize("NFC", " ".join(cells.get("name", "").split()))
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
    where = cells.get("participant") or cells.get("tile")
    if not where and cells.get("tile_row"):
        where = f"r{cells['tile_row']}c{cells.get('tile_column', '')}"
    tile = _TILE.fullmatch(where or "")
    number = None if tile else re.fullmatch(r"[Pp]?(\d+)", where or "")
    if not where or not (tile or number):
        raise _wrong(
            f"row {row} of the names must say who it is about",
            repr(where or ""),
            "write an id like P2, a tile's number, or r2c1",
        )
    by_id = number is not None and bool(cells.get("participant"))
    participant = f"P{int(number[1])}" if number and by_id else None
    if _ID.fullmatch(name) and name.upper() != participant:
        raise _wrong(
            f"row {row} of the names must not name somebody like an id",
            repr(name),
            "choose another name",
        )
    place = (int(tile[1]), int(tile[2])) if tile else int(number[1]) if number else None
    return GivenName(name, where, participant, None if by_id else place, row)


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


def name_participants(
    facts: Sequence[ParticipantFacts], given: Iterable[GivenName]
) -> tuple[tuple[ParticipantFacts, ...], tuple[str, ...]]:
    """Return the participants with their names, and a sentence for each row that fits nobody.

    No sentence holds a name: it is kept with the session, and `forget` could not tell whose it is.
    Whom no row is about keeps the name they have.

    Examples
    --------
    >>> facts = [ParticipantFacts("P1", "P1", 1, 1, 0.0, 9.0, 1.0)]
    >>> named, problems = name_participants(facts, read_names({"r1c1": "Ada", "P7": "Ben"}))
    >>> named[0].name, problems[0][:47]
    ('Ada', 'row 2 of the names must be about one of P1, but')
    """
    named = {f.participant: f for f in facts}
    problems, taken = [], dict[str, int]()
    for one in given:
        found = _find(one, facts)
        who = found[0] if len(found) == 1 else None
        if len(found) > 1:
            problems.append(_several(one, found=found))
        elif who is None:
            problems.append(_nobody(one, known=list(named)))
        elif who in taken:
            problems.append(_twice(one, who=who, before=taken[who]))
        else:
            taken[who] = one.row
            named[who] = replace(named[who], name=one.name)
    return tuple(named.values()), (*problems, *_shared(named.values()))


def _find(one: GivenName, facts: Sequence[ParticipantFacts]) -> list[str]:
    """Return the participants that a row is about: one if all is well."""
    if one.tile is None:
        return [f.participant for f in facts if f.participant == one.participant]
    if isinstance(one.tile, int):
        # As many tiles in a row as the widest row with people in it.
        n_columns = max((f.tile_column or 0 for f in facts), default=0) or 1
        row, column = divmod(one.tile - 1, n_columns)
        tile = (row + 1, column + 1)
    else:
        tile = one.tile
    return [f.participant for f in facts if (f.tile_row, f.tile_column) == tile]


def _several(one: GivenName, *, found: Sequence[str]) -> str:
    return sentence(
        wanted=f"row {one.row} of the names must be about one participant",
        got=f"a tile in which {' and '.join(found)} were first seen",
        remedy="give an id; this name is not used",
    )


def _nobody(one: GivenName, *, known: Sequence[str]) -> str:
    return sentence(
        wanted=f"row {one.row} of the names must be about one of {', '.join(known) or 'nobody'}",
        got=repr(one.where),
        remedy="this name is not used",
    )


def _twice(one: GivenName, *, who: str, before: int) -> str:
    return sentence(
        wanted="a participant may be named once",
        got=f"{who} in rows {before} and {one.row} of the names",
        remedy="this name is not used",
    )


def _shared(facts: Iterable[ParticipantFacts]) -> list[str]:
    """Return a sentence for each name that two participants have, one from before."""
    first: dict[str, str] = {}
    shared = [
        f for f in facts if first.setdefault(f.name.casefold(), f.participant) != f.participant
    ]
    return [
        sentence(
            wanted="two participants need two names",
            got=f"one for {first[f.name.casefold()]} and {f.participant}",
            remedy="name both of them",
        )
        for f in shared
    ]


def _wrong(wanted: str, got: str, remedy: str) -> UsageError:
    return UsageError(sentence(wanted=wanted, got=got, remedy=remedy))
