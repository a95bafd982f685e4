"""One row of a labelled set, as it is found: nothing in it has been believed yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image


class BadRowError(Exception):
    """A row cannot be used; the message says why. It never leaves ``evaluation``."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded picture.

    Attributes
    ----------
    image : upright RGB of 8 bits.
    conversion : what was changed on the way there; None where nothing was lost.
    """

    image: Image.Image
    conversion: str | None = None


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """What a set says in one row.

    Attributes
    ----------
    index : position in the file or folder, from 0, whatever split is asked for.
    name : "row 17", or the file's path within its folder; what people are told.
    load : decodes the picture; raises BadRowError where it cannot.
    label : a number, a word or None, as the set has it.
    split : the set's word for the row's split; None where it has none.
    points : 68 x 2 numbers in whatever nesting the set has; None where it has none.
    """

    index: int
    name: str
    load: Callable[[], Picture]
    label: object = None
    split: str | None = None
    points: object = None
