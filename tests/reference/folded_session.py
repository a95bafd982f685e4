"""Sessions whose tables are really made of their frames, for tests that compute them again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from groupaffect.pipeline import analyse_stored
from groupaffect.reading_fold import Reading
from groupaffect.session import Session, SessionWriter, load_session
from groupaffect.types import FaceObservations, ModelScores, ObservedStretch, ParticipantFacts
from reference.random_session import make_record

RATE_HZ = 5
TABLES = (
    *("faces.parquet", "signals.parquet", "fusion.csv", "group.csv", "members.csv"),
    *("events.csv", "states.csv", "participants.csv"),
)
NAMES = ("P1", "P2", "P3")
Whose = Callable[[str, float], str]


def make_readings(
    n_s: int,
    names: Sequence[str] = NAMES,
    *,
    joined_s: Mapping[str, float] | None = None,
    seed: int = 3,
) -> list[Reading]:
    """Return one reading a second; everybody changes expression now and then, and is lost at times.

    Who joins late has no rows before. What is drawn for somebody depends on their place alone,
    so that leaving out the last one changes nothing for the others.
    """
    drawn = {name: _draw(np.random.default_rng([seed, k]), n_s) for k, name in enumerate(names)}
    joined = joined_s or {}
    readings = []
    for second in range(n_s):
        index = np.arange(second * RATE_HZ, (second + 1) * RATE_HZ)
        rows = [(f, n) for f in index.tolist() for n in names if f / RATE_HZ >= joined.get(n, 0)]
        readings.append(_reading(index, rows, drawn))
    return readings


def _draw(rng: np.random.Generator, n_s: int) -> dict[str, np.ndarray]:
    n = n_s * RATE_HZ
    hold = int(rng.integers(3, 8)) * RATE_HZ
    label = np.repeat(rng.integers(0, 7, n // hold + 1), hold)[:n]
    seen = rng.random(n) > 0.15
    drawn = {
        "box": np.hstack([corner := rng.uniform(0, 500, (n, 2)), corner + 80]),
        "points": rng.uniform(0, 700, (n, 68, 2)),
        "score": rng.uniform(0.5, 1, n),
        "quality": rng.uniform(0.1, 1, n),
        "image": 0.8 * np.eye(7)[label] + 0.2 * rng.dirichlet(np.ones(7), n),
        "landmark": 0.6 * np.eye(7)[label] + 0.4 * rng.dirichlet(np.ones(7), n),
    }
    for values in drawn.values():
        values[~seen] = np.nan
    return drawn


def _reading(
    index: np.ndarray, rows: list[tuple[int, str]], drawn: Mapping[str, Mapping[str, np.ndarray]]
) -> Reading:
    def column(name: str, shape: tuple[int, ...] = ()) -> np.ndarray:
        return np.array([drawn[who][name][f] for f, who in rows]).reshape(len(rows), *shape)

    frame = np.array([f for f, _ in rows], dtype=np.int64)
    who = np.array([n for _, n in rows], dtype="<U8")
    faces = FaceObservations(
        frame_index=frame,
        time_s=frame / RATE_HZ,
        participant=who,
        box_xyxy_px=column("box", (4,)),
        landmark_xy_px=column("points", (68, 2)),
        detection_confidence=column("score"),
        quality=column("quality"),
        success=~np.isnan(column("score")),
    )
    image, landmark = (
        ModelScores(model, faces.time_s, who, column(model, (7,)))
        for model in ("image", "landmark")
    )
    return ObservedStretch(index, index / RATE_HZ, faces), image, landmark


def rename(readings: Sequence[Reading], whose: Whose, *, order: Sequence[str]) -> list[Reading]:
    """Return readings in which rows belong to whom ``whose(participant, time_s)`` says."""
    return [_rename(reading, whose, order=order) for reading in readings]


def _rename(reading: Reading, whose: Whose, *, order: Sequence[str]) -> Reading:
    stretch, *scores = reading
    faces = stretch.faces
    pairs = zip(faces.participant.tolist(), faces.time_s.tolist(), strict=True)
    who = np.array([whose(name, time_s) for name, time_s in pairs], dtype="<U8")
    rank = np.array([order.index(name) for name in who.tolist()], dtype=np.int64)
    rows = np.lexsort((rank, faces.frame_index))
    image, landmark = (
        ModelScores(s.model, s.time_s[rows], who[rows], s.probability[rows]) for s in scores
    )
    renamed = replace(faces, participant=who).where(rows)
    return replace(stretch, faces=renamed), image, landmark


def write_folded(
    folder: Path,
    readings: Sequence[Reading],
    names: Sequence[str] = NAMES,
    *,
    lasting_warnings: tuple[str, ...] = (),
) -> Session:
    """Write the session that these readings give; everybody has a tile of a row."""
    facts = tuple(ParticipantFacts(name, name, 1, int(name[1:]), None, None, 0.0) for name in names)
    record = make_record(n_s=float(len(readings)))
    with SessionWriter(folder) as writer:
        for reading in readings:
            writer.write_stretch(*reading)
        analysis = analyse_stored(
            readings,
            record.settings,
            end_s=float(len(readings)),
            participants=facts,
            lasting_warnings=lasting_warnings,
        )
        writer.finish(analysis, record)
    return load_session(folder)


def table_bytes(folder: Path, names: Sequence[str] = TABLES) -> dict[str, bytes]:
    """Return the content of a session's tables."""
    return {name: (folder / name).read_bytes() for name in names}


def tree_bytes(folder: Path) -> dict[str, bytes]:
    """Return the content of every file below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}
