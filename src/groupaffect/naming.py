"""Whom the rows of a names table are about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from groupaffect.errors import sentence
from groupaffect.names import GivenName
from groupaffect.types import ParticipantFacts


@dataclass(frozen=True, slots=True)
class Misfit:
    """A row that fits nobody, or a name that is not one person's.

    No part of it holds a name: it may be kept with the session, and `forget` could not tell whose
    it is.
    """

    wanted: str
    got: str
    remedy: str
    is_unused: bool = True

    def as_error(self) -> str:
        """Return the sentence for a table that is refused."""
        return sentence(wanted=self.wanted, got=self.got, remedy=self.remedy)

    def as_warning(self) -> str:
        """Return the sentence for a table of which the other rows are used."""
        unused = "; this name is not used" if self.is_unused else ""
        return sentence(wanted=self.wanted, got=self.got, remedy=f"{self.remedy}{unused}")


def name_participants(
    facts: Sequence[ParticipantFacts], given: Iterable[GivenName]
) -> tuple[tuple[ParticipantFacts, ...], tuple[Misfit, ...]]:
    """Return the participants with their names, and what is wrong with rows that fit nobody.

    Whom no row is about keeps the name they have.

    Examples
    --------
    >>> from groupaffect.names import read_names
    >>> facts = [ParticipantFacts("P1", "P1", 1, 1, 0.0, 9.0, 1.0)]
    >>> named, (misfit,) = name_participants(facts, read_names({"r1c1": "Ada", "P7": "Ben"}))
    >>> named[0].name, misfit.as_error()
    ('Ada', "row 2 of the names must be about one of P1, but got 'P7'; write one of them.")
    """
    named = {f.participant: f for f in facts}
    misfits, taken = [], dict[str, int]()
    for one in given:
        found = _find(one, facts)
        who = found[0] if len(found) == 1 else None
        if len(found) > 1:
            misfits.append(_several(one, found=found))
        elif who is None:
            misfits.append(_nobody(one, facts))
        elif one.participant and one.tile and one.participant not in _in_tile(one.tile, facts):
            misfits.append(_elsewhere(one, named[who]))
        elif who in taken:
            misfits.append(_twice(one, who=who, before=taken[who]))
        else:
            taken[who] = one.row
            named[who] = replace(named[who], name=one.name)
    return tuple(named.values()), (*misfits, *_shared(named.values()))


def _find(one: GivenName, facts: Sequence[ParticipantFacts]) -> list[str]:
    """Return the participants that a row is about: one if all is well."""
    if one.participant is not None:
        return [f.participant for f in facts if f.participant == one.participant]
    return [] if one.tile is None else _in_tile(one.tile, facts)


def _in_tile(tile: tuple[int, int] | int, facts: Sequence[ParticipantFacts]) -> list[str]:
    """Return who was first seen in a tile."""
    if isinstance(tile, int):
        # As many tiles in a row as the widest row with people in it.
        n_columns = max((f.tile_column or 0 for f in facts), default=0) or 1
        row, column = divmod(tile - 1, n_columns)
        tile = (row + 1, column + 1)
    return [f.participant for f in facts if (f.tile_row, f.tile_column) == tile]


def _tile_of(facts: ParticipantFacts) -> str:
    return "" if facts.tile_row is None else f"r{facts.tile_row}c{facts.tile_column}"


def _several(one: GivenName, *, found: Sequence[str]) -> Misfit:
    return Misfit(
        wanted=f"row {one.row} of the names must be about one participant",
        got=f"a tile in which {' and '.join(found)} were first seen",
        remedy="give an id",
    )


def _nobody(one: GivenName, facts: Sequence[ParticipantFacts]) -> Misfit:
    known = [f.participant for f in facts]
    remedy = "write one of them" if known else "leave it out"
    if known and one.participant is None:
        tiles = [f"{_tile_of(f)} ({f.participant})" for f in facts if _tile_of(f)]
        known, remedy = tiles or known, remedy if tiles else "write an id: there are no tiles"
    return Misfit(
        wanted=f"row {one.row} of the names must be about one of {', '.join(known) or 'nobody'}",
        got=repr(one.where),
        remedy=remedy,
    )


def _elsewhere(one: GivenName, who: ParticipantFacts) -> Misfit:
    tile = one.tile if isinstance(one.tile, int) else "r{}c{}".format(*(one.tile or ()))
    where = _tile_of(who)
    return Misfit(
        wanted=f"row {one.row} of the names must be about one participant",
        got=f"{who.participant}, {f'first seen in {where}' if where else 'in no tile'}, and tile "
        f"{tile}",
        remedy="correct one of them or leave it empty",
    )


def _twice(one: GivenName, *, who: str, before: int) -> Misfit:
    return Misfit(
        wanted="a participant may be named once",
        got=f"{who} in rows {before} and {one.row} of the names",
        remedy="correct one of them",
    )


def _shared(facts: Iterable[ParticipantFacts]) -> list[Misfit]:
    """Return a misfit for each name that two participants have, one from before."""
    first: dict[str, str] = {}
    shared = [
        f for f in facts if first.setdefault(f.name.casefold(), f.participant) != f.participant
    ]
    return [
        Misfit(
            wanted="two participants need two names",
            got=f"one for {first[f.name.casefold()]} and {f.participant}",
            remedy="name both of them",
            is_unused=False,
        )
        for f in shared
    ]
