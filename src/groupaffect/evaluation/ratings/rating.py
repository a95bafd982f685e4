"""Ratings as values, wherever they come from."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from groupaffect.errors import RatingsError, sentence
from groupaffect.evaluation.truth import emotion_index
from groupaffect.timeline import TIME_GRACE_S
from groupaffect.types import EMOTIONS

# How people write that they cannot tell; such a cell is no rating.
MISSING_WORDS = frozenset(("", "-", "?", "na", "n/a", "nan"))


@dataclass(frozen=True, slots=True)
class Rating:
    """One person's word for what another showed for some time.

    Attributes
    ----------
    session : the recording's name; "" where the file does not say.
    participant : id or name of who was rated. rater : who rated.
    start_s, end_s : seconds from the start of the recording; the end is not in it.
    emotion : position in ``EMOTIONS``.
    place : where it stands, for error messages, such as "anna.csv, line 7".
    """

    session: str
    participant: str
    rater: str
    start_s: float
    end_s: float
    emotion: int
    place: str


@dataclass(frozen=True, slots=True)
class Ratings:
    """All ratings of a study; nobody rates the same person twice at a time.

    Raises
    ------
    RatingsError : two ratings by one rater of one participant overlap.
    """

    rows: tuple[Rating, ...]

    def __post_init__(self) -> None:
        """Check that ratings do not overlap."""
        order = sorted(self.rows, key=_in_order)
        for before, after in pairwise(order):
            if _in_order(before)[:3] == _in_order(after)[:3]:
                _check_apart(before, after)

    @property
    def raters(self) -> tuple[str, ...]:
        """Everybody who rated, sorted."""
        return tuple(sorted({row.rater for row in self.rows}))

    @property
    def sessions(self) -> tuple[str, ...]:
        """Every recording that was rated, sorted."""
        return tuple(sorted({row.session for row in self.rows}))


def _in_order(row: Rating) -> tuple[str, str, str, float]:
    return row.session, row.rater, row.participant, row.start_s


def _check_apart(before: Rating, after: Rating) -> None:
    if after.start_s >= before.end_s - TIME_GRACE_S:
        return
    message = sentence(
        wanted=f"the ratings of {after.participant} by {after.rater} must not overlap",
        got=f"{before.start_s:g} to {before.end_s:g} s ({before.place}) and "
        f"{after.start_s:g} to {after.end_s:g} s ({after.place})",
        remedy="correct one of them, or give each rater's file once",
    )
    raise RatingsError(message)


def word_to_emotion(word: str, *, place: str) -> int:
    """Return an emotion's position in ``EMOTIONS``; -1 where the word says "not rated".

    Raises
    ------
    RatingsError : it is none of the seven emotions.

    Examples
    --------
    >>> word_to_emotion("Happiness", place=""), word_to_emotion("?", place="")
    (3, -1)
    """
    if word.strip().lower() in MISSING_WORDS:
        return -1
    emotion = emotion_index(word)
    if emotion < 0:
        message = sentence(
            wanted=f"every rater must choose among {', '.join(EMOTIONS)}",
            got=f"{word.strip()!r} ({place})",
            remedy="write one of these, or leave it empty",
        )
        raise RatingsError(message)
    return emotion
