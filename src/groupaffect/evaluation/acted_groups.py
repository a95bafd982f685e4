"""Accuracy by second on the acted group recording: ``make evaluate-groups DATA=...``.

Evaluation only: nothing is trained or chosen on this clip. It holds 24 actor-emotion clips,
played again and again, so the intervals resample those clips and nothing about cadence may be
concluded from it.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from groupaffect.evaluation.by_second import score_seconds
from groupaffect.evaluation.plain_values import to_plain
from groupaffect.evaluation.seen import confirm_faces
from groupaffect.evaluation.source_signals import signals_of
from groupaffect.evaluation.table_cells import with_interval
from groupaffect.evaluation.truth import read_truth
from groupaffect.inference import network_hashes
from groupaffect.media import open_media, read_frames
from groupaffect.pipeline import analyse
from groupaffect.settings import PRESETS, Settings, preset
from groupaffect.types import FaceObservations, ModelScores, ObservedStretch

CHECK_EVERY = 25  # frames between the fresh detections that "seen" is checked against
PEER = "fer (peer): accuracy .59, macro recall .53 on this clip"


def evaluate_clip(video: Path, truth: Path, *, settings: Settings) -> dict[str, Any]:
    """Analyse a recording and return every source's score against truth, and who was seen."""
    media = open_media(video)
    checked: dict[int, FaceObservations] = {}

    def keep(stretch: ObservedStretch, image: ModelScores, landmark: ModelScores) -> None:  # noqa: ARG001
        for index in stretch.frame_index[stretch.frame_index % CHECK_EVERY == 0]:
            checked[int(index)] = stretch.faces.where(stretch.faces.frame_index == index)

    analysis = analyse(media, settings, keep=keep)
    labels = read_truth(truth, analysis.participants)
    scores = {name: score_seconds(values, labels) for name, values in signals_of(analysis).items()}
    confirmed = []
    for frame in read_frames(media, settings.media, on_warning=lambda _: None):
        if frame.index in checked:
            confirmed.append(confirm_faces(frame, checked[frame.index], settings=settings.faces))
    people = [p.participant for p in analysis.participants]
    return {
        "recording": media.facts.name,
        "preset": settings.preset,
        "networks": network_hashes(),
        "sources": {name: to_plain(score) for name, score in scores.items()},
        "visible_share": {p.participant: round(p.visible_share, 4) for p in analysis.participants},
        "confirmed_share": {
            name: round(float(np.mean([frame.get(name, False) for frame in confirmed])), 4)
            for name in people
        },
        "n_frames_checked": len(confirmed),
    }


def main() -> None:
    """Print a table for each preset, and write both as JSON."""
    parser = argparse.ArgumentParser(prog="python -m groupaffect.evaluation.acted_groups")
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds clips/")
    parser.add_argument("--output", type=Path, default=Path("benchmarks/acted_2x2_dev.json"))
    arguments = parser.parse_args()
    folder = arguments.data / "clips/groups"
    video, truth = folder / "acted_2x2_dev.mp4", folder / "acted_2x2_dev_truth.csv"
    results = {name: evaluate_clip(video, truth, settings=preset(name)) for name in PRESETS}
    arguments.output.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    for preset_name, result in results.items():
        lines = [f"preset {preset_name}", "source     accuracy [95 %]        macro recall [95 %]"]
        for name, score in result["sources"].items():
            accuracy = with_interval(score, "accuracy")
            lines.append(f"{name:10} {accuracy}      {with_interval(score, 'macro_recall')}")
        lines.append(f"visible {result['visible_share']}, confirmed {result['confirmed_share']}")
        sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.write(PEER + "\n")


if __name__ == "__main__":
    main()
