"""What somebody who does not exist looks like."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """The looks of somebody who does not exist, all drawn from one seed.

    Attributes
    ----------
    identity_seed : two people with one seed are the same person.
    """

    identity_seed: int


def draw_person(identity_seed: int) -> Person:
    """Return the person of a seed; equal seeds give equal people.

    Examples
    --------
    >>> draw_person(3) == draw_person(3)
    True
    """
    return Person(identity_seed)
