"""Accuracy by second on the acted group recording: ``make evaluate-groups DATA=...``.

Evaluation only: nothing is trained or chosen on this clip. It holds 24 actor-emotion clips,
played again and again, so the intervals resample those clips and nothing about cadence may be
concluded from it.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from groupaffect.evaluation.by_second import Score, score_seconds
from groupaffect.evaluation.seen import confirm_faces
from groupaffect.evaluation.truth import read_truth
from groupaffect.fusion.mix import fuse
from groupaffect.inference import list_networks, network_sha256
from groupaffect.media import open_media, read_frames
from groupaffect.pipeline import analyse
from groupaffect.settings import PRESETS, Settings, preset
from groupaffect.types import Analysis, FaceObservations, ModelScores, ObservedStretch

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
    scores = {name: score_seconds(values, labels) for name, values in _sources(analysis).items()}
    confirmed = []
    for frame in read_frames(media, settings.media, on_warning=lambda _: None):
        if frame.index in checked:
            confirmed.append(confirm_faces(frame, checked[frame.index], settings=settings.faces))
    people = [p.participant for p in analysis.participants]
    return {
        "recording": media.facts.name,
        "preset": settings.preset,
        "networks": {
            f"{stage}/{name}": network_sha256(stage, name) for stage, name in list_networks()
        },
        "sources": {name: _rounded(score) for name, score in scores.items()},
        "visible_share": {p.participant: round(p.visible_share, 4) for p in analysis.participants},
        "confirmed_share": {
            name: round(float(np.mean([frame.get(name, False) for frame in confirmed])), 4)
            for name in people
        },
        "n_frames_checked": len(confirmed),
    }


def _sources(analysis: Analysis) -> dict[str, dict[str, np.ndarray]]:
    people = [p.participant for p in analysis.participants]
    image = {p: analysis.signal(p, "image").probability for p in people}
    landmark = {p: analysis.signal(p, "landmark").probability for p in people}
    return {
        "image": image,
        "landmark": landmark,
        "fixed": {p: fuse(image[p], landmark[p], 0.5) for p in people},
        "fused": {p: analysis.signal(p, "fused").probability for p in people},
    }


def _rounded(score: Score) -> dict[str, Any]:
    def short(value: Any) -> Any:  # noqa: ANN401
        if isinstance(value, float):
            return round(value, 4)
        if isinstance(value, dict):
            return {k: short(v) for k, v in value.items()}
        return [short(v) for v in value] if isinstance(value, tuple) else value

    return {k: short(v) for k, v in dataclasses.asdict(score).items()}


def _with_interval(score: dict[str, Any], figure: str) -> str:
    low, high = score[f"{figure}_interval"]
    return f"{score[figure]:.2f} [{low:.2f}, {high:.2f}]"


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
            accuracy = _with_interval(score, "accuracy")
            lines.append(f"{name:10} {accuracy}      {_with_interval(score, 'macro_recall')}")
        lines.append(f"visible {result['visible_share']}, confirmed {result['confirmed_share']}")
        sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.write(PEER + "\n")


if __name__ == "__main__":
    main()
