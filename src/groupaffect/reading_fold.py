"""Fold all readings of a recording, wherever they come from: the one loop around the fold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from groupaffect.attendance import Attendance
from groupaffect.second_fold import Fold, FoldedSeconds, flush_fold, start_fold, step_fold
from groupaffect.settings import Settings
from groupaffect.timeline import n_seconds
from groupaffect.types import ModelScores, ObservedStretch

# A stretch of frames, and what the image and the landmark model read in it.
Reading = tuple[ObservedStretch, ModelScores, ModelScores]


@dataclass(frozen=True, slots=True)
class Passed:
    """What is known when some more readings have passed.

    Attributes
    ----------
    attendance : who was seen so far. end_s : when the frames so far end.
    fold : all that the stages after the models remember.
    seconds : those that the last readings completed; None if none.
    """

    attendance: Attendance
    end_s: float
    fold: Fold
    seconds: FoldedSeconds | None

    @property
    def participants(self) -> tuple[str, ...]:
        """Everybody met so far, in order of first appearance."""
        return self.fold.adaptive.log.participants


def start_passing(settings: Settings) -> Passed:
    """Return what is known before the first reading: nothing."""
    return Passed(Attendance(), 0.0, start_fold(settings), None)


def fold_readings(
    readings: Iterable[Reading], settings: Settings, *, end_s_of: Callable[[Attendance], float]
) -> Iterator[Passed]:
    """Yield what is known after each reading, and once more when the last seconds are over.

    Parameters
    ----------
    readings : in order of time.
    end_s_of : tells when the frames end that an attendance counts.
    """
    attendance, fold = Attendance(), start_fold(settings)
    for stretch, image, landmark in readings:
        attendance = attendance.with_stretch(stretch)
        fold, seconds = step_fold(fold, stretch, image, landmark, settings=settings)
        yield Passed(attendance, end_s_of(attendance), fold, seconds)
    end_s = end_s_of(attendance)
    fold, rest = flush_fold(fold, n_seconds=n_seconds(end_s), settings=settings)
    yield Passed(attendance, end_s, fold, rest)
