"""One person's performance as a session, and as another camera, codec or fake would keep it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from groupaffect.corrections import Exclude
from groupaffect.evaluation.face_series import FaceSeries
from groupaffect.session import Session, SessionWriter, load_session
from groupaffect.session.record import Reanalysis
from groupaffect.types import FaceObservations, ModelScores, ObservedStretch
from reference.random_session import make_analysis, make_record, smooth_probability

RATE_HZ = 25


def make_series(rng: np.random.Generator, *, n_s: int) -> FaceSeries:
    n = n_s * RATE_HZ
    return FaceSeries(
        time_s=np.arange(n) / RATE_HZ,
        quality=rng.uniform(0.5, 1, n),
        probability={"image": smooth_probability(rng, n), "landmark": smooth_probability(rng, n)},
        motion=smooth_motion(rng, n, 8),
    )


def smooth_motion(rng: np.random.Generator, n: int, k: int) -> np.ndarray:
    steps = rng.normal(size=(n, k))
    return np.stack([np.convolve(column, np.ones(5), mode="same") for column in steps.T], axis=1)


def write_performance(
    folder: Path,
    *,
    n_s: int = 16,
    every: int = 1,
    late_s: float = 0.0,
    other_image: bool = False,
    still_image: bool = False,
    motion_noise: float = 0.0,
    excluded: tuple[float, float] | None = None,
) -> Session:
    """Write the session of P1, always the same performance, recorded as the options say."""
    rng = np.random.default_rng(11)
    n = 16 * RATE_HZ
    points = 100 + 30 * rng.uniform(size=(68, 2)) + np.zeros((n, 1, 1))
    points[:, 66] += smooth_motion(rng, n, 2)  # the lower lip moves
    points += smooth_motion(rng, n, 2)[:, None]  # and the head
    image, landmark = smooth_probability(rng, n), smooth_probability(rng, n)
    if other_image:
        image = smooth_probability(np.random.default_rng(99), n)
    if still_image:
        image = np.tile(image[:1], (n, 1))
    points += np.random.default_rng(5).normal(size=points.shape) * motion_noise
    kept = np.arange(0, n_s * RATE_HZ, every)
    time_s = kept / RATE_HZ + late_s
    who = np.full(len(kept), "P1")
    nothing = np.ones(len(kept))
    faces = FaceObservations(
        frame_index=kept,
        time_s=time_s,
        participant=who,
        box_xyxy_px=np.tile([100.0, 100.0, 130.0, 130.0], (len(kept), 1)),
        landmark_xy_px=points[kept],
        detection_confidence=nothing,
        quality=nothing,
        success=np.ones(len(kept), dtype=bool),
    )
    record = make_record(n_s=float(n_s))
    media = replace(record.media, rate_hz=Fraction(RATE_HZ, every), name=f"{folder.name}.mp4")
    record = replace(record, media=media, analysed_end_s=float(n_s))
    if excluded is not None:
        record = replace(record, reanalyses=(Reanalysis((Exclude(*excluded),)),))
    analysis = replace(make_analysis(n_participants=1, n_s=n_s), warnings=())
    with SessionWriter(folder) as writer:
        scores = [
            ModelScores(model, time_s, who, values[kept])
            for model, values in (("image", image), ("landmark", landmark))
        ]
        writer.write_stretch(ObservedStretch(kept, time_s, faces), *scores)
        writer.finish(analysis, record)
    return load_session(folder)
