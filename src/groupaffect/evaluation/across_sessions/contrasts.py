"""Covariates as numbers: as they are, or one contrast for each word."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from groupaffect.errors import StudyError, sentence
from groupaffect.evaluation.across_sessions.circles import Member

MOST_WORDS = 6  # of a covariate; of more, groups are too small to compare (ours)


@dataclass(frozen=True, slots=True)
class Contrast:
    """A covariate as a number for each member, in the study's order; NaN where missing.

    Attributes
    ----------
    label : such as "age", "task: problem (not play)" or "site: A (not others)".
    """

    covariate: str
    label: str
    value: Float[np.ndarray, " n"]


def to_contrasts(
    cells: Mapping[str, Mapping[Member, str]], members: Sequence[Member]
) -> tuple[list[Contrast], list[str]]:
    """Return the contrasts, and warnings of covariates that give none.

    Numbers are taken as they are. Of two words the second in the alphabet is 1 and the first 0; of
    three to ``MOST_WORDS`` each is set against all others.

    Raises
    ------
    StudyError : a covariate mixes numbers and words, or has decimal commas.
    """
    contrasts: list[Contrast] = []
    warnings = []
    for name, by_member in cells.items():
        given = [by_member.get(member, "") for member in members]
        words = sorted({cell for cell in given if cell})
        numbers = {cell: _number(cell) for cell in words}
        if words and not any(map(math.isnan, numbers.values())):
            value = [numbers.get(cell, math.nan) for cell in given]
            contrasts.append(Contrast(name, name, np.array(value)))
            continue
        _check_words(name, numbers)
        if not 2 <= len(words) <= MOST_WORDS:
            warnings.append(f"`{name}` has {len(words)} different words and is not tested")
            continue
        for word in words[1:] if len(words) == 2 else words:
            others = words[0] if len(words) == 2 else "others"
            value = [float(cell == word) if cell else math.nan for cell in given]
            contrasts.append(Contrast(name, f"{name}: {word} (not {others})", np.array(value)))
    return contrasts, warnings


def _number(cell: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def _check_words(name: str, numbers: Mapping[str, float]) -> None:
    """Check that none of the words is a number, also not one with a decimal comma."""
    odd = [cell for cell in numbers if not math.isnan(_number(cell.replace(",", ".")))]
    if not odd:
        return
    word = next((cell for cell in numbers if cell not in odd), odd[0])
    both = f"{odd[0]!r} and {word!r}" if word != odd[0] else repr(word)
    message = sentence(
        wanted=f"the covariate `{name}` must hold numbers with a decimal point, or words",
        got=both,
        remedy="correct it, and leave cells empty where nothing is known",
    )
    raise StudyError(message)
