"""Keep count of who was seen, when and where, while a recording passes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from groupaffect.types import FaceObservations, ObservedStretch, ParticipantFacts


@dataclass(frozen=True, slots=True)
class Sightings:
    """One participant so far; ``centre_px`` is where they were first seen."""

    first_s: float
    last_s: float
    n_frames: int
    centre_px: tuple[float, float]


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
        faces = stretch.faces.where(stretch.faces.success)
        for name in np.unique(faces.participant):
            new = _sightings(faces.where(faces.participant == name))
            old = seen.get(str(name))
            seen[str(name)] = (
                new
                if old is None
                else replace(old, last_s=new.last_s, n_frames=old.n_frames + new.n_frames)
            )
        first_s = self.first_s if self.n_frames else float(stretch.frame_time_s[0])
        return Attendance(
            n_frames=self.n_frames + len(stretch.frame_index),
            first_s=first_s,
            last_s=float(stretch.frame_time_s[-1]),
            seen=tuple(seen.items()),
        )

    @property
    def end_s(self) -> float:
        """When the last frame ends, taken to last as long as the mean of the others."""
        if self.n_frames < 2:
            return self.last_s + 0.04 * min(self.n_frames, 1)
        return self.last_s + (self.last_s - self.first_s) / (self.n_frames - 1)


def _sightings(faces: FaceObservations) -> Sightings:
    box = faces.box_xyxy_px[0]
    return Sightings(
        first_s=float(faces.time_s[0]),
        last_s=float(faces.time_s[-1]),
        n_frames=len(faces),
        centre_px=(float(box[0] + box[2]) / 2, float(box[1] + box[3]) / 2),
    )


def participant_facts(
    attendance: Attendance,
    participants: tuple[str, ...],
    *,
    tiles_xyxy_px: Float[np.ndarray, "k 4"] | None,
    row: tuple[int, ...] = (),
    column: tuple[int, ...] = (),
) -> tuple[ParticipantFacts, ...]:
    """Return who was seen, where and how much.

    Parameters
    ----------
    tiles_xyxy_px, row, column : of a call's tiles; None for a room.
    """
    seen = dict(attendance.seen)
    facts = []
    for name in participants:
        sightings = seen.get(name)
        tile = -1
        if tiles_xyxy_px is not None and sightings is not None:
            x, y = sightings.centre_px
            left, top, right, bottom = tiles_xyxy_px.T
            inside = (left <= x) & (x < right) & (top <= y) & (y < bottom)
            tile = int(inside.argmax()) if inside.any() else -1
        facts.append(
            ParticipantFacts(
                participant=name,
                name=name,
                tile_row=row[tile] if tile >= 0 else None,
                tile_column=column[tile] if tile >= 0 else None,
                first_s=sightings.first_s if sightings else None,
                last_s=sightings.last_s if sightings else None,
                visible_share=sightings.n_frames / attendance.n_frames if sightings else 0.0,
            )
        )
    return tuple(facts)
