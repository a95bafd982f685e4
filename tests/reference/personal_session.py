"""Sessions of people who show the same at the same time, one of whom is read wrongly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.special import softmax

from groupaffect.inference import network_hashes
from groupaffect.pipeline import analyse_stored
from groupaffect.reading_fold import Reading
from groupaffect.session import Session, SessionWriter, load_session
from groupaffect.settings import preset
from groupaffect.types import (
    EMOTIONS,
    FaceObservations,
    ModelScores,
    ObservedStretch,
    ParticipantFacts,
)
from reference.random_session import make_analysis, make_record

RATE_HZ = 2
CHUNK_S = 20  # of a reading
PEOPLE = ("P1", "P2", "P3", "P4")
WIDTHS = (6, 5)  # of the two embeddings
SAD = EMOTIONS.index("sad")


def make_truth(n_s: int, *, together: bool = True, seed: int = 0) -> np.ndarray:
    """Return (n_s, 4) places in ``EMOTIONS``: one course, or four that are independent."""
    return np.stack(
        [_course(n_s, np.random.default_rng([seed, 0 if together else k])) for k in range(4)],
        axis=1,
    )


def _course(n_s: int, rng: np.random.Generator) -> np.ndarray:
    dwell = rng.integers(4, 16, n_s)
    label = rng.choice([3, 4, 5, 6], size=n_s)
    return np.repeat(label, dwell)[:n_s]


def make_group_readings(
    truth: np.ndarray, *, sadness: float = 2.0, seed: int = 1, with_embeddings: bool = True
) -> list[Reading]:
    """Return a reading for each ``CHUNK_S``; P1 is read with some nats more of sadness."""
    rng = np.random.default_rng(seed)
    heads = [rng.normal(0.0, 1.0, (7, width)) for width in WIDTHS]
    n_people = truth.shape[1]
    readings = []
    for start in range(0, len(truth), CHUNK_S):
        rows = truth[start : start + CHUNK_S]
        index = np.arange(start * RATE_HZ, (start + len(rows)) * RATE_HZ)
        who = np.tile(np.array(PEOPLE[:n_people]), len(index))
        shown = np.repeat(rows, RATE_HZ, axis=0).ravel()
        faces = _faces(np.repeat(index, n_people), who)
        scores = []
        for model, head in zip(("image", "landmark"), heads, strict=True):
            embedding = rng.normal(0.0, 0.2, (len(who), head.shape[1]))
            logits = 3.0 * np.eye(7)[shown] + rng.normal(0.0, 0.6, (len(who), 7))
            logits += embedding @ head.T
            logits[who == "P1", SAD] += sadness
            scores.append(
                ModelScores(
                    model,
                    faces.time_s,
                    who,
                    softmax(logits, axis=1),
                    embedding.astype(np.float32) if with_embeddings else None,
                )
            )
        readings.append((ObservedStretch(index, index / RATE_HZ, faces), scores[0], scores[1]))
    return readings


def _faces(frame: np.ndarray, who: np.ndarray) -> FaceObservations:
    n = len(frame)
    return FaceObservations(
        frame_index=frame,
        time_s=frame / RATE_HZ,
        participant=who,
        box_xyxy_px=np.tile([0.0, 0.0, 10.0, 10.0], (n, 1)),
        landmark_xy_px=np.zeros((n, 68, 2)),
        detection_confidence=np.full(n, 0.9),
        quality=np.full(n, 0.8),
        success=np.ones(n, dtype=bool),
    )


def write_personal(folder: Path, readings: Sequence[Reading], *, folded: bool = False) -> Session:
    """Write a session of these readings, as this version's networks read it.

    Parameters
    ----------
    folded : whether its tables by second are made of the readings; else they are random.
    """
    n_s = sum(len(stretch.frame_index) for stretch, _, _ in readings) // RATE_HZ
    names = tuple(dict.fromkeys(readings[0][0].faces.participant.tolist()))
    facts = tuple(
        ParticipantFacts(name, f"{name}x", 1, k + 1, None, None, 0.0)
        for k, name in enumerate(names)
    )
    record = make_record(n_s=float(n_s))
    hashes = {f"{name}.onnx": sha256 for name, sha256 in network_hashes().items()}
    record = replace(record, settings=preset("default"), model_hashes=hashes)
    with SessionWriter(folder) as writer:
        for reading in readings:
            writer.write_stretch(*reading)
        analysis = make_analysis(n_participants=len(names), n_s=n_s)
        if folded:
            bare = [(s, *(replace(x, embedding=None) for x in scores)) for s, *scores in readings]
            analysis = analyse_stored(bare, record.settings, end_s=float(n_s), participants=facts)
        analysis = replace(analysis, participants=facts if not folded else analysis.participants)
        writer.finish(analysis, record)
    return load_session(folder)
