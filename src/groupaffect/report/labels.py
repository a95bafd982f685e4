"""What people are called where people read of them: by id, and by name where one is known."""

from __future__ import annotations

import re
from collections.abc import Mapping

from groupaffect.session import Session


def labels_of(session: Session) -> dict[str, str]:
    """Return everybody's label by id."""
    return {f.participant: label_participant(f.participant, f.name) for f in session.participants}


def label_participant(participant: str, name: str) -> str:
    """Return the id, with the name where one is known.

    Examples
    --------
    >>> label_participant("P1", "Ada"), label_participant("P2", "P2")
    ('P1 (Ada)', 'P2')
    """
    return participant if name in ("", participant) else f"{participant} ({name})"


def label_in_text(text: str, labels: Mapping[str, str]) -> str:
    """Return a sentence with ids replaced by labels.

    Examples
    --------
    >>> label_in_text("Hardly seen: P1, P10.", {"P1": "P1 (Ada)"})
    'Hardly seen: P1 (Ada), P10.'
    """
    return re.sub(r"\w+", lambda word: labels.get(word[0], word[0]), text)
