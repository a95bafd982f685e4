"""Measure how long learning a profile takes from a stored session: ``make bench``.

The session is made: half an hour of four people at 25 frames a second, with embeddings as wide as
the shipped networks' and readings that are linear in them. Each run of the command stands in a
process of its own, start-up included. Writes ``benchmarks/personal_speed.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import softmax
from speed import GROUPAFFECT, HERE, describe_machine

from groupaffect.evaluation.benchmark.truth_process import simulate_truth
from groupaffect.evaluation.personal.simulated import TOGETHER
from groupaffect.expression.network_reading import embedding_width
from groupaffect.inference import network_hashes
from groupaffect.pipeline import analyse_stored
from groupaffect.reading_fold import Reading
from groupaffect.session import SessionWriter
from groupaffect.session.record import SessionRecord
from groupaffect.settings import preset
from groupaffect.types import (
    FaceObservations,
    MediaFacts,
    ModelScores,
    ObservedStretch,
    ParticipantFacts,
)

RATE_HZ, N_PEOPLE, CHUNK_S = 25, 4, 8
NETWORKS = {"image": "image_model", "landmark": "landmark_model"}
BIAS = 1.0  # nats of sadness added to P1, so that there is something to learn
SPREAD = 1.2  # of a frame's embedding around its expression's


def main() -> None:
    """Make the session, learn from it in both ways, and write how long that took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=30)
    parser.add_argument("--output", type=Path, default=HERE / "personal_speed.json")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        session = Path(scratch) / "session"
        write_made_session(session, n_s=60 * arguments.minutes)
        size = sum(path.stat().st_size for path in session.iterdir())
        result: dict[str, Any] = {
            "machine": describe_machine(),
            "minutes": arguments.minutes,
            "n_people": N_PEOPLE,
            "rate_hz": RATE_HZ,
            "session_mb": round(size / 1e6, 1),
            "personalize": {
                adapter: time_personalize(session, adapter, Path(scratch) / f"{adapter}.json")
                for adapter in ("offset", "head")
            },
        }
    arguments.output.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(result, indent=2) + "\n")


def time_personalize(session: Path, adapter: str, profile: Path) -> dict[str, Any]:
    """Return wall and processor time and peak memory of the command."""
    command = [*GROUPAFFECT, "personalize", str(session), "--participant", "P1"]
    start = time.perf_counter()
    child = subprocess.Popen(
        [*command, "--adapter", adapter, "--output", str(profile), "--anyway", "--quiet"]
    )
    _, status, usage = os.wait4(child.pid, 0)
    wall_s = time.perf_counter() - start
    if status or not profile.exists():
        raise SystemExit(f"personalize --adapter {adapter} failed")
    return {
        "wall_s": round(wall_s, 2),
        "cpu_s": round(usage.ru_utime + usage.ru_stime, 2),
        "peak_memory_mb": round(usage.ru_maxrss / 1024, 1),
    }


def write_made_session(folder: Path, *, n_s: int) -> None:
    """Write a session of people who react together, P1 read as sadder than shown."""
    rng = np.random.default_rng(0)
    truth = simulate_truth(
        TOGETHER, n_members=N_PEOPLE, duration_s=n_s, haste=(1.0,) * N_PEOPLE, rng=rng
    )
    names = [f"P{k + 1}" for k in range(N_PEOPLE)]
    people = tuple(ParticipantFacts(name, "", None, None, 0.0, float(n_s), 1.0) for name in names)
    media = MediaFacts(
        *("made.mp4", "0" * 64, "mp4", "h264", 1280, 720, float(n_s)),
        n_frames_declared=None,
        rate_hz=Fraction(RATE_HZ),
    )
    settings = preset("default")
    hashes = {f"{name}.onnx": sha256 for name, sha256 in network_hashes().items()}
    with SessionWriter(folder) as writer:

        def kept() -> Iterator[Reading]:
            for stretch, image, landmark in make_readings(truth, names, rng):
                writer.write_stretch(stretch, image, landmark)
                yield stretch, *(replace(s, embedding=None) for s in (image, landmark))

        analysis = analyse_stored(kept(), settings, end_s=float(n_s), participants=people)
        writer.finish(analysis, SessionRecord(media, settings, model_hashes=hashes))


def make_readings(
    truth: np.ndarray, names: list[str], rng: np.random.Generator
) -> Iterator[Reading]:
    """Yield readings that are linear in their embeddings, a few seconds at a time."""
    heads = {
        model: rng.normal(0.0, 1.0, (7, embedding_width(name))) / np.sqrt(embedding_width(name))
        for model, name in NETWORKS.items()
    }
    for first in range(0, len(truth), CHUNK_S):
        seconds = truth[first : first + CHUNK_S]
        frames = np.arange(first * RATE_HZ, (first + len(seconds)) * RATE_HZ)
        index, who = np.repeat(frames, len(names)), np.tile(names, len(frames))
        time_s, n = index / RATE_HZ, len(index)
        faces = FaceObservations(
            *(index, time_s, who, np.zeros((n, 4)), np.zeros((n, 68, 2))),
            *(np.ones(n), np.full(n, 0.8), np.ones(n, dtype=bool)),
        )
        shown = np.repeat(seconds, RATE_HZ, axis=0).ravel()
        scores = []
        for model, head in heads.items():
            embedding = 2.0 * head[shown] + rng.normal(0.0, SPREAD, (n, head.shape[1]))
            logits = 1.5 * embedding @ head.T
            logits[who == "P1", 4] += BIAS
            probability = softmax(logits, axis=1)
            scores.append(
                ModelScores(model, time_s, who, probability, embedding.astype(np.float32))
            )
        yield ObservedStretch(frames, frames / RATE_HZ, faces), scores[0], scores[1]


if __name__ == "__main__":
    main()
