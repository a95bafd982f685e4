"""Who a session's participants were over time: every id and name that its results had for them.

An id that was merged away, or a name that was replaced, still stands in the session's history
and on people's tongues.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from groupaffect.corrections import Merge
from groupaffect.errors import UnreadableSessionError, UsageError, sentence
from groupaffect.session.analysis_reading import read_participants
from groupaffect.session.history import list_history
from groupaffect.session.reader import Session
from groupaffect.session.words import fold_text
from groupaffect.types import ParticipantFacts


@dataclass(frozen=True, slots=True)
class Person:
    """A participant with every id and name that they ever had in their session.

    Attributes
    ----------
    facts : of the present result.
    ids : the present one first, then those that were merged into it.
    names : the present one first, then those of earlier results, the latest first.
    """

    facts: ParticipantFacts
    ids: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """Ids and names, each once."""
        return tuple(dict.fromkeys(word for word in (*self.ids, *self.names) if word))


def list_people(session: Session) -> tuple[Person, ...]:
    """Return everybody in a session, in its order.

    Raises
    ------
    UnreadableSessionError : the table of the participants, or one in the history, is damaged.
    """
    merges = _merges(session)
    ids = {f.participant: {f.participant: None} for f in session.participants}
    names = {f.participant: {f.name: None} for f in session.participants}
    for merge in merges:
        ids.get(_survivor(merge.absorbed, merges), {})[merge.absorbed] = None
    for earlier in _earlier_facts(session):
        names.get(_survivor(earlier.participant, merges), {})[earlier.name] = None
    return tuple(
        Person(f, tuple(ids[f.participant]), tuple(names[f.participant]))
        for f in session.participants
    )


def find_people(session: Session, who: Sequence[str]) -> tuple[Person, ...]:
    """Return the participants whom the words name, by any id or name that they ever had.

    Raises
    ------
    UsageError : two participants had a name, now or before.
    UnreadableSessionError : see ``list_people``.
    """
    people = list_people(session)
    found = [person for word in who for person in _find_one(word, people)]
    return tuple(person for person in people if person in found)


def _find_one(word: str, people: Sequence[Person]) -> list[Person]:
    by_id = [person for person in people if _is_among(word, person.ids)]
    found = by_id or [person for person in people if _is_among(word, person.names)]
    if len(found) > 1:
        message = sentence(
            wanted=f"`{word}` must have been the name of one participant",
            got=" and ".join(person.facts.participant for person in found),
            remedy="give the id instead",
        )
        raise UsageError(message)
    return found


def _is_among(word: str, words: Sequence[str]) -> bool:
    return fold_text(word) in map(fold_text, words)


def _merges(session: Session) -> list[Merge]:
    made = (c for reanalysis in session.record.reanalyses for c in reanalysis.corrections)
    return [correction for correction in made if isinstance(correction, Merge)]


def _survivor(participant: str, merges: Sequence[Merge]) -> str:
    """Return who somebody is after all merges; an id that was merged away never comes back."""
    for merge in merges:
        participant = merge.survivor if merge.absorbed == participant else participant
    return participant


def _earlier_facts(session: Session) -> Iterator[ParticipantFacts]:
    for folder in reversed(list_history(session.path)):
        try:
            yield from read_participants(folder)
        except UnreadableSessionError as error:
            message = sentence(
                wanted="every result in the history must say who was in it",
                got="one with a damaged table `participants.csv`",
                remedy=f"delete that result: {folder}",
            )
            raise UnreadableSessionError(message) from error
