"""What a set's label means: one of the seven, another word, or nothing usable."""

from __future__ import annotations

import math
from numbers import Real

from groupaffect.evaluation.labelled.row import BadRowError
from groupaffect.evaluation.truth import emotion_index
from groupaffect.types import EMOTIONS


def read_label(value: object) -> int | str:
    """Return the position in ``EMOTIONS``, or the word where it is none of the seven.

    Parameters
    ----------
    value : a number 0..6 in FER-2013 order (also as text), or a word such as "happiness".

    Raises
    ------
    BadRowError : no label, or a number that is none of 0..6.

    Examples
    --------
    >>> read_label(3), read_label("3"), read_label("Happiness"), read_label("contempt")
    (3, 3, 3, 'contempt')
    """
    text = "" if value is None else str(value).strip()
    number = _as_number(value, text)
    if number is None:
        found = emotion_index(text)
        return text.lower() if found < 0 else found
    if not text or math.isnan(number):
        raise BadRowError("no label")
    if number not in range(len(EMOTIONS)):
        raise BadRowError(f"label {text[:20]} is not within 0..6")
    return int(number)


def _as_number(value: object, text: str) -> float | None:
    if isinstance(value, bool):  # no number to a reader of labels, if one to Python
        return None
    if isinstance(value, Real):
        return float(value)
    try:
        return float(text or "nan")
    except ValueError:
        return None
