"""One participant of a session, frame by frame: what both models read, and how the face moved."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from groupaffect.corrected_rows import leave_out
from groupaffect.session import Session
from groupaffect.signals.per_second import FrameRows, mean_rows_per_second
from groupaffect.types import MODELS, Model

# Pairs of iBUG points whose distances tell how a face moves, whatever its place and size:
# inner lips, mouth corners, both eyes' lids, brows above the eyes.
DISTANCES = ((62, 66), (48, 54), (37, 41), (44, 46), (19, 37), (24, 44))
EYES = (slice(36, 42), slice(42, 48))


@dataclass(frozen=True, slots=True)
class FaceSeries:
    """One participant's frames in order of time.

    Attributes
    ----------
    time_s : (f,) seconds. quality : (f,) 0..1.
    probability : by model, (f, 7); NaN where not read.
    motion : (f, 8) see ``face_motion``.
    """

    time_s: Float[np.ndarray, " f"]
    quality: Float[np.ndarray, " f"]
    probability: dict[Model, Float[np.ndarray, "f 7"]]
    motion: Float[np.ndarray, "f 8"]

    def shifted(self, lag_s: float) -> FaceSeries:
        """Return the same frames, so much earlier."""
        return replace(self, time_s=self.time_s - lag_s)

    def by_step(
        self, model: Model, *, step_s: float, first_step: int, n_steps: int
    ) -> Float[np.ndarray, "n 7"]:
        """Return the mean of a model's probabilities in each step, weighted by quality.

        As for seconds (METHODS 4); step k covers [k, k + 1) x ``step_s``.
        """
        steps = self.time_s / step_s
        who = np.full(len(steps), "one")
        rows = FrameRows(steps, steps, who, self.probability[model], self.quality)
        means = mean_rows_per_second(
            rows, participants=["one"], first_second=first_step, n_seconds=n_steps
        )
        return np.asarray(means.probability[:, 0])


def read_face_series(session: Session) -> dict[str, FaceSeries]:
    """Return every participant's frames; stretches that count as not analysed are left out.

    Raises
    ------
    UnreadableSessionError : the table of frames is damaged.
    """
    parts: dict[str, list[FaceSeries]] = {}
    for reading in session.iterate_readings():
        stretch, image, landmark = leave_out(reading, session.record.excluded)
        faces = stretch.faces
        for name in np.unique(faces.participant):
            own = faces.participant == name
            parts.setdefault(str(name), []).append(
                FaceSeries(
                    time_s=faces.time_s[own],
                    quality=faces.quality[own],
                    probability={
                        model: scores.probability[own]
                        for model, scores in zip(MODELS, (image, landmark), strict=True)
                    },
                    motion=face_motion(faces.landmark_xy_px[own]),
                )
            )
    return {name: _join(several) for name, several in sorted(parts.items())}


def face_motion(point_xy_px: Float[np.ndarray, "f 68 2"]) -> Float[np.ndarray, "f 8"]:
    """Return six distances within each face, in distances between the eyes, and its place.

    The place is in pixels: divided by that distance it would tremble as much as the distance does,
    times how far the face is from the picture's corner.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> face = rng.normal(size=(1, 68, 2))
    >>> np.allclose(face_motion(face)[:, :6], face_motion(3 * face + 7)[:, :6])
    True
    """
    left, right = (point_xy_px[:, eye].mean(axis=1) for eye in EYES)
    scale = np.linalg.norm(right - left, axis=1, keepdims=True)
    first, second = (point_xy_px[:, [pair[k] for pair in DISTANCES]] for k in (0, 1))
    within = np.linalg.norm(first - second, axis=2)
    place = (left + right) / 2
    # A face seen exactly from the side has no distance between the eyes.
    with np.errstate(invalid="ignore", divide="ignore"):
        motion = np.hstack([within / scale, place])
    return np.asarray(np.where(np.isfinite(motion), motion, np.nan))


def _join(parts: list[FaceSeries]) -> FaceSeries:
    return FaceSeries(
        time_s=np.concatenate([p.time_s for p in parts]),
        quality=np.concatenate([p.quality for p in parts]),
        probability={m: np.concatenate([p.probability[m] for p in parts]) for m in MODELS},
        motion=np.concatenate([p.motion for p in parts]),
    )
