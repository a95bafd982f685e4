"""How well ids stay with their people: ``make identity DATA=...``.

On calls composed from ``clips/faces``, whose truth is known: the standard ones, each a test as
well, and random ones, which change far more often than real calls. And on a room recording in
which every half second somebody marked each head by hand.
"""

from __future__ import annotations

import argparse
import csv
import dataclasses
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

from groupaffect.evaluation.composed_calls import Call, truth_of, write_call
from groupaffect.evaluation.identity import (
    Boxes,
    IdentityScore,
    Sighting,
    locate,
    score_identity,
)
from groupaffect.evaluation.random_calls import random_call
from groupaffect.evaluation.standard_calls import STANDARD_CALLS
from groupaffect.faces.observe import observe_faces
from groupaffect.media import open_media, read_frames
from groupaffect.settings import FaceSettings, MediaSettings
from groupaffect.types import FaceObservations, ObservedStretch

N_RANDOM = 20
ROOM = "three_people_talking"
# A mark is on a face whose box, so much larger on each side, holds it (pixels).
MARK_REACH_PX = 20.0


def watch_recording(path: Path) -> list[ObservedStretch]:
    """Return who was seen in a recording, by the package's own tracking."""
    frames = read_frames(open_media(path), MediaSettings(), on_warning=lambda _: None)
    return list(observe_faces(frames, settings=FaceSettings(), on_warning=lambda _: None))


def watch_call(call: Call, *, clips: Path) -> tuple[list[Sighting], dict[str, int]]:
    """Compose a call and watch it; return who was seen, and the frames of each person."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "call.mp4"
        write_call(call, path, clips=clips)
        stretches = watch_recording(path)
    truth = truth_of(call)
    sightings: list[Sighting] = []
    frames_of = Counter[str]()
    for time_s, faces in _frames(stretches):
        people = [scene for scene in truth if scene.start_s <= time_s + 1e-6][-1].people
        frames_of.update(name for name, _ in people)
        sightings += locate(faces, people)
    return sightings, dict(frames_of)


def watch_random_calls(clips: Path) -> IdentityScore:
    """Watch ``N_RANDOM`` random calls and score them as one recording."""
    people = [clip.stem for clip in sorted(clips.glob("*.mp4"))]
    sightings: list[Sighting] = []
    frames_of: dict[str, int] = {}
    minutes = 0.0
    for seed in range(N_RANDOM):
        call = random_call(np.random.default_rng(seed), people)
        seen, frames = watch_call(call, clips=clips)
        sightings += [
            Sighting(s.time_s, f"{seed} {s.participant}", s.person and f"{seed} {s.person}")
            for s in seen
        ]
        frames_of |= {f"{seed} {name}": n for name, n in frames.items()}
        minutes += call.duration_s / 60
    return score_identity(sightings, frames_of=frames_of, minutes=minutes)


def find_marked(
    stretches: list[ObservedStretch], marks: Path
) -> tuple[list[Sighting], dict[str, int]]:
    """Return who was seen in the frames that have marks, and the marks of each person."""
    by_time: dict[float, Boxes] = {}
    with marks.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            x, y, r = float(row["x_px"]), float(row["y_px"]), MARK_REACH_PX
            people = by_time.get(float(row["second"]), ())
            by_time[float(row["second"])] = (*people, (row["person"], (x - r, y - r, x + r, y + r)))
    sightings: list[Sighting] = []
    for time_s, faces in _frames(stretches):
        sightings += locate(faces, by_time.get(round(time_s, 3), ()))
    seen = [s for s in sightings if round(s.time_s, 3) in by_time]
    return seen, dict(Counter(name for people in by_time.values() for name, _ in people))


def _frames(stretches: list[ObservedStretch]) -> list[tuple[float, FaceObservations]]:
    return [
        (float(time_s), stretch.faces.where(stretch.faces.frame_index == index))
        for stretch in stretches
        for index, time_s in zip(stretch.frame_index, stretch.frame_time_s, strict=True)
    ]


def main() -> None:
    """Write a row for each recording as JSON and print them as a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder with clips/")
    parser.add_argument("--json", type=Path, default=Path("benchmarks/identity.json"))
    parser.add_argument("--marks", type=Path, default=Path(f"benchmarks/{ROOM}_marks.csv"))
    arguments = parser.parse_args()
    clips = arguments.data / "clips"
    rows = {}
    for name, call in STANDARD_CALLS.items():
        seen, frames_of = watch_call(call, clips=clips / "faces")
        rows[name] = _row(score_identity(seen, frames_of=frames_of, minutes=call.duration_s / 60))
        sys.stdout.write(f"{name:40s} {rows[name]}\n")
    name = f"{N_RANDOM} random calls"
    rows[name] = _row(watch_random_calls(clips / "faces"))
    sys.stdout.write(f"{name:40s} {rows[name]}\n")
    recording = clips / f"groups/{ROOM}.avi"
    seen, frames_of = find_marked(watch_recording(recording), arguments.marks)
    minutes = float(open_media(recording).facts.duration_s or 0.0) / 60
    rows[ROOM] = _row(score_identity(seen, frames_of=frames_of, minutes=minutes))
    sys.stdout.write(f"{ROOM:40s} {rows[ROOM]}\n")
    arguments.json.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


def _row(score: IdentityScore) -> dict[str, float]:
    return {name: round(value, 4) for name, value in dataclasses.asdict(score).items()}


if __name__ == "__main__":
    main()
