"""What people know of sessions and participants, from a CSV file.

Columns: ``session`` (the session's folder, or its recording), ``participant`` (id or name), or
both; every other column is a covariate. With ``session`` alone a row is of a session; with
``participant`` alone, of whoever has that id or name in any session. ``person`` beside
``participant`` is no covariate: who has the same word there is the same person in several
sessions. Separated by comma, semicolon or tab. Empty cells and NA are missing.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from groupaffect.errors import StudyError, sentence
from groupaffect.evaluation.across_sessions.circles import Member
from groupaffect.evaluation.across_sessions.measures import MEASURES, StudiedSession

KEYS = ("session", "participant")
PERSON = "person"  # who a participant is in all sessions
MISSING = frozenset(("", "na", "n/a", "nan"))
# Columns of the study's own table, which covariates stand beside.
TAKEN = frozenset((*MEASURES, "group_kind", "n_members", "circle"))


@dataclass(frozen=True, slots=True)
class Covariates:
    """Cells by covariate and member; who is not in a column has no value.

    ``person``: who a member is, of the column of that name; None without it.
    """

    cells: dict[str, dict[Member, str]]
    person: dict[Member, str] | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Sheet:
    path: Path
    header: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]  # with the line of each

    def place(self, line: int) -> str:
        return f"{self.path.name}, line {line}"


def read_covariates(path: Path, sessions: Sequence[StudiedSession]) -> Covariates:
    """Return what the file says of the members of the sessions.

    Raises
    ------
    StudyError : the file cannot be read, lacks columns, says two things of one, or names a
        session or a participant that is not there; names the line.
    """
    sheet = _read_sheet(path)
    names = [name for name in sheet.header if name not in KEYS]
    cells: dict[str, dict[Member, str]] = {name: {} for name in names}
    line_of: dict[Member, int] = {}
    for line, row in sheet.rows:
        for member in _members_meant(sheet, line, row, sessions):
            if member in line_of:
                raise _twice(sheet, line_of[member], line, row)
            line_of[member] = line
            for name in names:
                if row[name].strip().lower() not in MISSING:
                    cells[name][member] = row[name].strip()
    person = cells.pop(PERSON, None)
    if person is not None:
        _check_people(sheet, person, line_of)
    return Covariates(cells, person, tuple(_warn_of_missing(line_of, sessions)))


def _read_sheet(path: Path) -> _Sheet:
    try:
        text = path.read_text(encoding="utf-8-sig")  # spreadsheets put a mark before the text
        delimiter = max(",;\t", key=text.partition("\n")[0].count)
        reader = csv.reader(text.splitlines(), delimiter=delimiter)
        header = tuple(_own_spelling(name.strip()) for name in next(reader, []))
        lines = [(reader.line_num, cells) for cells in reader if any(c.strip() for c in cells)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        why = error.strerror if isinstance(error, OSError) else "no CSV in UTF-8"
        raise _error(
            "covariates must be a CSV file", str(why), f"check the path: {path}"
        ) from error
    _check_header(path, header)
    for line, cells in lines:
        if len(cells) != len(header):
            got = f"{len(cells)} ({path.name}, line {line})"
            wanted = f"every line must have the {len(header)} cells of the header"
            raise _error(wanted, got, "put quotes around cells with separators")
    rows = tuple((line, dict(zip(header, cells, strict=True))) for line, cells in lines)
    if not rows:
        raise _error("covariates need rows", f"none ({path.name})", "fill it in or leave it out")
    return _Sheet(path, header, rows)


def _own_spelling(name: str) -> str:
    return name.lower() if name.lower() in (*KEYS, PERSON) else name


def _check_header(path: Path, header: tuple[str, ...]) -> None:
    shown = f"{', '.join(header) or 'none'} ({path.name}, line 1)"
    wanted = "covariates need a column `session`, `participant` or both, and others, each once"
    others = [name for name in header if name not in KEYS]
    is_named = "" not in header and len(set(header)) == len(header)
    if len(others) == len(header) or not others or not is_named:
        raise _error(wanted, f"the columns {shown}", "correct the first line")
    taken = [name for name in others if name in TAKEN]
    if taken:
        wanted = "a covariate must not bear the name of a measure"
        raise _error(wanted, f"`{taken[0]}` ({path.name}, line 1)", "call it something else")


def _check_people(
    sheet: _Sheet, person: Mapping[Member, str], line_of: Mapping[Member, int]
) -> None:
    """Check that nobody is two participants of one session."""
    if "participant" not in sheet.header:
        got = f"none ({sheet.path.name}, line 1)"
        raise _error(
            "the column `person` needs `participant` beside it", got, "say who is which participant"
        )
    first: dict[tuple[int, str], Member] = {}
    for member, who in person.items():
        other = first.setdefault((member[0], who), member)
        if other != member:
            lines = f"lines {line_of[other]} and {line_of[member]} of {sheet.path.name}"
            wanted = "a person must be one participant of a session"
            raise _error(wanted, f"{who!r} in {lines}", "correct one of them, or leave it empty")


def _members_meant(
    sheet: _Sheet, line: int, row: Mapping[str, str], sessions: Sequence[StudiedSession]
) -> list[Member]:
    within = range(len(sessions))
    if "session" in sheet.header:
        within = range(*_find_session(sheet, line, row["session"].strip(), sessions))
    if "participant" not in sheet.header:
        return [(s, p) for s in within for p in range(len(sessions[s].participants))]
    who = row["participant"].strip()
    found = [(s, p) for s in within for p in _find_participants(sessions[s], who)]
    if not found:
        return _unknown_participant(sheet, line, who, [sessions[s] for s in within])
    several = [s for s in within if sum(member[0] == s for member in found) > 1]
    if several:
        got = f"{who!r}, the name of several ({sheet.place(line)})"
        raise _error("a name must be one participant's", got, "write the id, such as P1")
    return found


def _find_session(
    sheet: _Sheet, line: int, cell: str, sessions: Sequence[StudiedSession]
) -> tuple[int, int]:
    """Return the session's number and the next: its name, its folder's, or its recording's."""
    spellings = (
        [one.name for one in sessions],
        [PurePosixPath(one.name).name for one in sessions],
        [one.recording for one in sessions],
        [PurePosixPath(one.recording).stem for one in sessions],
    )
    for names in spellings:
        if names.count(cell) > 1:
            got = f"{cell!r}, the name of several ({sheet.place(line)})"
            remedy = f"write one of {_listed([one.name for one in sessions])}"
            raise _error("a session must be named so that it is one", got, remedy)
        if cell in names:
            return names.index(cell), names.index(cell) + 1
    known = _listed([one.name for one in sessions])
    got = f"{cell!r} ({sheet.place(line)})"
    raise _error(
        f"`session` must be one of the study's ({known})", got, "correct it or leave it out"
    )


def _find_participants(session: StudiedSession, who: str) -> list[int]:
    if who in session.participants:
        return [session.participants.index(who)]
    return [place for place, name in enumerate(session.names) if name == who]


def _unknown_participant(
    sheet: _Sheet, line: int, who: str, sessions: Sequence[StudiedSession]
) -> list[Member]:
    known = _listed(sorted({name for one in sessions for name in one.participants}))
    where = f"the session {sessions[0].name}" if len(sessions) == 1 else "one of the sessions"
    wanted = f"`participant` must be in {where} ({known or 'nobody'})"
    raise _error(wanted, f"{who!r} ({sheet.place(line)})", "write the participant's id or name")


def _twice(sheet: _Sheet, first: int, second: int, row: Mapping[str, str]) -> StudyError:
    whose = " ".join(row[key].strip() for key in KEYS if key in row)
    wanted = "the covariates of a session or participant must stand in one row"
    got = f"{whose} in lines {first} and {second} of {sheet.path.name}"
    return _error(wanted, got, "leave one of them")


def _warn_of_missing(
    line_of: Mapping[Member, int], sessions: Sequence[StudiedSession]
) -> list[str]:
    everybody = [(s, p) for s, one in enumerate(sessions) for p in range(len(one.participants))]
    left = [
        f"{sessions[s].name} {sessions[s].participants[p]}"
        for s, p in everybody
        if (s, p) not in line_of
    ]
    if not left:
        return []
    return [f"no covariates for {len(left)} of {len(everybody)} participants: {_listed(left)}"]


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:6])
    return shown if len(names) <= 6 else f"{shown} and {len(names) - 6} more"


def _error(wanted: str, got: str, remedy: str) -> StudyError:
    return StudyError(sentence(wanted=wanted, got=got, remedy=remedy))
