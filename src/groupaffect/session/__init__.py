"""Keep what was found in one recording as a folder of tables, and read it back.

In: per-frame rows while they arise, one ``Analysis`` and one ``SessionRecord`` at the end
(``SessionWriter``). Out: the folder of DESIGN.md section 4; read again, lazily, as a ``Session``
(``load_session``). A folder under its final name is always whole.

- ``columns``: names of files and columns; ``record``: what ``session.json`` says.
- ``writer``, ``face_table``, ``face_backfill``, ``analysis_writing``: from values to tables.
- ``reader``, ``analysis_reading``, ``face_reading``: from tables to values.
- ``folder``, ``exchange``, ``turns``: a folder that appears only when whole; ``replacement``: one
  that takes another's place; ``permission``, ``lock``: where that is allowed, and by one run at a
  time; ``history``: what was replaced.
- ``csv_tables``: CSV the same everywhere.
- ``finding``: sessions below a folder; ``people``: all that participants were ever called.
- ``traces``: words that must not be in a session any more; ``words``, ``text_windows``: how they
  are found, in whatever spelling and in files of any length.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from groupaffect.session.reader import Session, load_session
    from groupaffect.session.record import SessionRecord
    from groupaffect.session.writer import SessionWriter

__all__ = ["Session", "SessionRecord", "SessionWriter", "load_session"]

_HOMES = {
    "Session": "reader",
    "SessionRecord": "record",
    "SessionWriter": "writer",
    "load_session": "reader",
}


def __getattr__(name: str) -> object:
    """Import a name when it is first asked for: the tables' library is slow to load."""
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return value
