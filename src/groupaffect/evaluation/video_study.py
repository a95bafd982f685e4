"""What the models read on video, also small and coarse: ``make evaluate-video DATA=...``.

Evaluation only: nothing is trained or chosen on the acted clips. Intervals resample pairs of
actor and emotion, never seconds. Writes ``benchmarks/video.json`` and ``docs/video.md``.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from groupaffect.evaluation.by_second import Score, score_seconds
from groupaffect.evaluation.jitter import point_jitter
from groupaffect.evaluation.plain_values import to_plain
from groupaffect.evaluation.reencoding import reencode
from groupaffect.evaluation.source_signals import Signals, signals_of
from groupaffect.evaluation.truth import emotion_index, read_truth
from groupaffect.evaluation.video_tables import write_tables
from groupaffect.inference import network_hashes
from groupaffect.media import open_media
from groupaffect.pipeline import analyse, analyse_stored
from groupaffect.reading_fold import Reading
from groupaffect.settings import Settings, preset
from groupaffect.types import Analysis

# Share of each side, and the encoder's constant rate factor; None: the recording as it is.
VERSIONS: dict[str, tuple[float, int] | None] = {
    "as it is": None,
    "half size": (0.5, 20),
    "quarter size": (0.25, 20),
    "low bitrate": (1.0, 40),
}
# The image weight with which the fused signal is each source, unchanged all the way.
ALONE = {"image": 1.0, "fixed": 0.5, "landmark": 0.0}


def read_recording(path: Path, settings: Settings) -> tuple[Analysis, list[Reading]]:
    """Analyse a recording; return also what the models read, without the faces' pixels."""
    readings: list[Reading] = []

    def keep(*reading: Any) -> None:  # noqa: ANN401
        stretch, image, landmark = reading
        faces = replace(stretch.faces, aligned_grey=None)
        readings.append((replace(stretch, faces=faces), image, landmark))

    return analyse(open_media(path), settings, keep=keep), readings


def versions_of(path: Path) -> Iterator[tuple[str, Path]]:
    """Yield a recording as it is, and smaller and coarser copies that do not outlive their turn."""
    for name, change in VERSIONS.items():
        if change is None:
            yield name, path
            continue
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / f"{path.stem}.mp4"
            reencode(path, copy, scale=change[0], crf=change[1])
            yield name, copy


def score_group(clips: Path, settings: Settings) -> dict[str, dict[str, Score]]:
    """Score every version of the acted group recording, by source.

    Whoever is found in the recording as it is counts in every version, also where not found.
    """
    video, truth = clips / "acted_2x2_dev.mp4", clips / "acted_2x2_dev_truth.csv"
    rows, labels = {}, dict[str, Int[np.ndarray, " t"]]()
    for version, path in versions_of(video):
        analysis, _ = read_recording(path, settings)
        tile_of = {p.participant: f"r{p.tile_row}c{p.tile_column}" for p in analysis.participants}
        found = read_truth(truth, analysis.participants, ignore_others=True)
        labels |= {tile_of[p]: label for p, label in found.items()}
        rows[version] = {
            source: score_seconds(by_tile(signals, tile_of, tiles=labels), labels)
            for source, signals in signals_of(analysis).items()
        }
    return rows


def by_tile(
    signals: dict[str, Float[np.ndarray, "t 7"]], tile_of: dict[str, str], *, tiles: Iterable[str]
) -> dict[str, Float[np.ndarray, "_ 7"]]:
    """Return signals by tile; an empty one for each tile in which nobody was found.

    Examples
    --------
    >>> {t: len(p) for t, p in by_tile({"P1": np.eye(7)}, {"P1": "b"}, tiles="ab").items()}
    {'a': 0, 'b': 7}
    """
    found = {tile_of[participant]: signal for participant, signal in signals.items()}
    return {tile: found.get(tile, np.empty((0, 7))) for tile in tiles}


def score_clips(clips: Path, settings: Settings) -> dict[str, dict[str, Score]]:
    """Score every version of the acted clips of single people, by source; contempt is dropped."""
    merged: dict[str, Signals] = {}
    truth = {}
    for clip in sorted(clips.glob("*.mp4")):
        emotion = emotion_index(clip.stem.split("_")[2])
        if emotion < 0:
            continue
        for version, path in versions_of(clip):
            analysis, _ = read_recording(path, settings)
            for source, signals in signals_of(analysis).items():
                longest = max(signals.values(), key=lambda p: int(np.isfinite(p[:, 0]).sum()))
                merged.setdefault(version, {}).setdefault(source, {})[clip.stem] = longest
                truth[clip.stem] = np.full(len(longest), emotion)
    return {
        version: {source: score_seconds(values, truth) for source, values in signals.items()}
        for version, signals in merged.items()
    }


def false_changes(
    readings: list[Reading], analysis: Analysis, settings: Settings
) -> dict[str, Any]:
    """Return the changes a minute that each source alone would report, kept and dismissed."""
    minutes = analysis.duration_s / 60
    rows = {}
    for source, weight in ALONE.items():
        fusion = replace(settings.fusion, rule="fixed", initial_image_weight=weight)
        alone = analyse_stored(
            readings,
            replace(settings, fusion=fusion),
            end_s=analysis.duration_s,
            participants=analysis.participants,
        )
        kinds = [event.kind for event in alone.events]
        dismissed = kinds.count("dismissed")
        rows[source] = {
            "kept_per_minute": (len(kinds) - dismissed) / minutes,
            "dismissed_per_minute": dismissed / minutes,
        }
    return rows


def study_speech(clips: Path, settings: Settings) -> dict[str, dict[str, Any]]:
    """Return false changes and the jitter of landmarks on plain speech, by recording."""
    rows = {}
    for clip in sorted(clips.glob("talking_*.mp4")):
        analysis, readings = read_recording(clip, settings)
        points = [stretch.faces for stretch, _, _ in readings]
        rows[clip.stem] = {
            "seconds": round(analysis.duration_s, 1),
            "changes": false_changes(readings, analysis, settings),
            "jitter": point_jitter(
                np.concatenate([faces.landmark_xy_px for faces in points]),
                np.concatenate([faces.frame_index for faces in points]),
            ),
        }
    return rows


def main() -> None:
    """Write figures and tables."""
    parser = argparse.ArgumentParser(prog="python -m groupaffect.evaluation.video_study")
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds clips/")
    parser.add_argument("--json", type=Path, default=Path("benchmarks/video.json"))
    parser.add_argument("--page", type=Path, default=Path("docs/video.md"))
    arguments = parser.parse_args()
    clips, settings = arguments.data / "clips", preset("default")
    result = to_plain(
        {
            "networks": network_hashes(),
            "acted group": score_group(clips / "groups", settings),
            "acted clips": score_clips(clips / "mead", settings),
            "plain speech": study_speech(clips / "faces", settings),
        }
    )
    arguments.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    arguments.page.write_text(write_tables(result), encoding="utf-8")


if __name__ == "__main__":
    main()
