"""Keep count of who was seen, when and where, while a recording passes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from groupaffect.types import FaceObservations, ObservedStretch, ParticipantFacts

# What a recording of one frame is taken to last: a frame at 25 a second (ours).
SINGLE_FRAME_S = 0.04


@dataclass(frozen=True, slots=True)
class Sightings:
    """One participant so far; ``tile`` is the row and column of the first they were seen in."""

    first_s: float
    last_s: float
    n_frames: int
    tile: tuple[int, int] | None

    def and_later(self, later: Sightings) -> Sightings:
        """Return these together with later ones of the same participant."""
        n_frames = self.n_frames + later.n_frames
        return Sightings(self.first_s, later.last_s, n_frames, self.tile or later.tile)


@dataclass(frozen=True, slots=True)
class Attendance:
    """Everybody so far.

    Attributes
    ----------
    n_frames : analysed. first_s, last_s : times of the first and the last of them.
    seen : sightings by participant, in order of first appearance.
    """

    n_frames: int = 0
    first_s: float = 0.0
    last_s: float = 0.0
    seen: tuple[tuple[str, Sightings], ...] = ()

    def with_stretch(self, stretch: ObservedStretch) -> Attendance:
        """Return the attendance after some more frames."""
        seen = dict(self.seen)
        faces = stretch.faces
        for name in sorted(set(faces.participant[faces.success].tolist())):
            rows = np.flatnonzero(faces.success & (faces.participant == name))
            new = _sightings(faces, rows)
            old = seen.get(name)
            seen[name] = new if old is None else old.and_later(new)
        first_s = self.first_s if self.n_frames else float(stretch.frame_time_s[0])
        return Attendance(
            n_frames=self.n_frames + len(stretch.frame_index),
            first_s=first_s,
            last_s=float(stretch.frame_time_s[-1]),
            seen=tuple(seen.items()),
        )

    def end_s(self, *, every: int, media_end_s: float | None) -> float:
        """Return when the last frame ends.

        It is taken to last as long as the others do on average. Where frames are left out,
        those after the last one count, up to the media's own end.

        Parameters
        ----------
        every : each how-manieth frame was analysed.
        media_end_s : as the container says, None where it does not.
        """
        if self.n_frames < 2:
            return self.last_s + SINGLE_FRAME_S * min(self.n_frames, 1)
        spacing_s = (self.last_s - self.first_s) / (self.n_frames - 1)
        frame_end_s = self.last_s + spacing_s / every
        if media_end_s is None:
            return frame_end_s
        return min(self.last_s + spacing_s, max(frame_end_s, media_end_s))


def _sightings(faces: FaceObservations, rows: np.ndarray) -> Sightings:
    tiles = np.zeros((0, 2), dtype=int)
    if faces.tile_row_column is not None:
        tiles = faces.tile_row_column[rows]
    tile = next(((int(row), int(column)) for row, column in tiles if row > 0), None)
    return Sightings(
        first_s=float(faces.time_s[rows[0]]),
        last_s=float(faces.time_s[rows[-1]]),
        n_frames=len(rows),
        tile=tile,
    )


def participant_facts(
    attendance: Attendance, participants: tuple[str, ...]
) -> tuple[ParticipantFacts, ...]:
    """Return who was seen, where and how much."""
    seen = dict(attendance.seen)
    n_frames = attendance.n_frames
    return tuple(_facts(name, seen.get(name), n_frames=n_frames) for name in participants)


def update_facts(
    attendance: Attendance, facts: tuple[ParticipantFacts, ...]
) -> tuple[ParticipantFacts, ...]:
    """Return facts with their times and shares found anew; names and tiles stay."""
    seen = dict(attendance.seen)
    return tuple(_update(f, seen.get(f.participant), attendance.n_frames) for f in facts)


def _facts(name: str, sightings: Sightings | None, *, n_frames: int) -> ParticipantFacts:
    row, column = (sightings.tile if sightings else None) or (None, None)
    return _update(ParticipantFacts(name, name, row, column, None, None, 0.0), sightings, n_frames)


def _update(facts: ParticipantFacts, sightings: Sightings | None, n: int) -> ParticipantFacts:
    if sightings is None:
        return replace(facts, first_s=None, last_s=None, visible_share=0.0)
    return replace(
        facts,
        first_s=sightings.first_s,
        last_s=sightings.last_s,
        visible_share=sightings.n_frames / n,
    )
