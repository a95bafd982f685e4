"""An empty CSV sheet for one rater: a row for each participant and analysed second."""

from __future__ import annotations

import math
from collections.abc import Iterator

from groupaffect.session import Session

SHEET_COLUMNS = ("session", "second", "participant", "name", "emotion", "comment")


def sheet_rows(session: Session) -> Iterator[tuple[str | int, ...]]:
    """Yield the rows of a sheet; who rates saves it under their own name."""
    start = math.floor(session.record.analysed_start_s)
    for second in range(start, math.ceil(session.record.analysed_start_s + session.analysed_s)):
        for facts in session.participants:
            yield session.path.name, second, facts.participant, facts.name, "", ""
