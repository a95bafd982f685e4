"""Measure speed and memory of the main job: ``make bench DATA=...``.

Every run stands in a process of its own. The machine and a reference matrix product of the
same minutes stand beside the figures, so that runs on other machines can be compared.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np

HERE = Path(__file__).resolve().parent
CLIP = "clips/groups/acted_2x2_dev.mp4"
GROUPAFFECT = [sys.executable, "-m", "groupaffect"]


def main() -> None:
    """Run every measurement and write ``benchmarks/speed.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds clips/")
    parser.add_argument("--output", type=Path, default=HERE / "speed.json")
    parser.add_argument("--long-min", type=float, default=30.0, help="0 leaves the long run out")
    arguments = parser.parse_args()
    clip = arguments.data / CLIP
    with tempfile.TemporaryDirectory() as scratch:
        result: dict[str, Any] = {
            "machine": describe_machine(),
            "decode_to_rgb_s": round(time_decoding(clip), 2),
            "help_s": round(time_help(), 2),
            "models_ms_a_face": time_models(),
            "after_models_cpu_s": {
                f"{n_members} people, {hours} h": time_after_models(n_members, hours)
                for n_members, hours in ((4, 1), (12, 1), (4, 4))
            },
            "clip": measure_analysis(clip, Path(scratch) / "clip"),
        }
        wall_s = result["clip"]["wall_s"]
        result["times_real_time"] = round(result["clip"]["media_s"] / wall_s, 2)
        result["times_decoding"] = round(wall_s / result["decode_to_rgb_s"], 2)
        if arguments.long_min:
            long = Path(scratch) / "long.mp4"
            repeat_clip(clip, long, duration_s=arguments.long_min * 60)
            result["long"] = measure_analysis(long, Path(scratch) / "long")
    arguments.output.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(result, indent=2) + "\n")


def describe_machine() -> dict[str, Any]:
    """Return the processor, and the time of a product of two 2048 x 2048 float32 matrices."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        named = [s for s in cpuinfo.read_text().splitlines() if s.startswith("model name")]
        model = named[0].split(":")[1].strip() if named else model
    matrix = np.random.default_rng(0).random((2048, 2048), dtype=np.float32)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        matrix @ matrix
        times.append(time.perf_counter() - start)
    return {
        "processor": model,
        "n_cores": os.cpu_count(),
        "python": platform.python_version(),
        "matrix_product_2048_ms": round(1000 * min(times), 1),
    }


def time_decoding(clip: Path) -> float:
    """Return the wall time to decode every frame to RGB with PyAV, file cache warm."""
    clip.read_bytes()
    start = time.perf_counter()
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for picture in container.decode(stream):
            picture.to_ndarray(format="rgb24")
    return time.perf_counter() - start


def time_help() -> float:
    """Return the wall time of ``groupaffect --help``, the best of five."""
    times = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run([*GROUPAFFECT, "--help"], check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    return min(times)


def time_models(*, batch: int = 16, rounds: int = 40) -> dict[str, float]:
    """Return the median time a face of each network and of the features, on one core."""
    from groupaffect.expression.image_model import image_logits
    from groupaffect.expression.landmark_features import describe_landmarks
    from groupaffect.expression.landmark_model import landmark_logits
    from groupaffect.faces.landmarker import read_landmark_crops

    rng = np.random.default_rng(0)
    wide, aligned = (rng.integers(0, 256, (batch, s, s), dtype=np.uint8) for s in (64, 48))
    points = read_landmark_crops(wide).points_xy_px
    parts: dict[str, Callable[[], object]] = {
        "landmark network": lambda: read_landmark_crops(wide),
        "features": lambda: describe_landmarks(points),
        "landmark model with features": lambda: landmark_logits(points),
        "image model": lambda: image_logits(aligned),
    }
    times: dict[str, float] = {}
    for name, part in parts.items():
        part()
        taken = []
        for _ in range(rounds):
            start = time.perf_counter()
            part()
            taken.append(time.perf_counter() - start)
        times[name] = round(1000 * float(np.median(taken)) / batch, 3)
    shown = ("landmark network", "landmark model with features", "image model")
    return times | {"all": round(sum(times[name] for name in shown), 3)}


def time_after_models(n_members: int, hours: int, *, rate_hz: int = 25) -> float:
    """Return the time on one core of all stages after the models, 999 surrogates included."""
    from groupaffect.pipeline import analyse_stored
    from groupaffect.settings import preset
    from groupaffect.types import FaceObservations, ModelScores, ObservedStretch, ParticipantFacts

    names = [f"P{k + 1}" for k in range(n_members)]
    rng = np.random.default_rng(0)
    # everybody shows something else every five seconds, about as often as real faces are read to
    shown = rng.dirichlet(np.ones(7), size=(720 * hours + 1, n_members)).repeat(5, axis=0)

    def stretch(first: int) -> tuple[ObservedStretch, ModelScores, ModelScores]:
        frames = np.arange(first, min(first + 24, 3600 * hours * rate_hz))
        index, who = np.repeat(frames, n_members), np.tile(names, len(frames))
        time_s, n = index / rate_hz, len(index)
        faces = FaceObservations(
            *(index, time_s, who, np.zeros((n, 4)), np.zeros((n, 68, 2))),
            *(np.ones(n), np.ones(n), np.ones(n, dtype=bool)),
        )
        probability = shown[time_s.astype(int), np.tile(np.arange(n_members), len(frames))]
        scores = (ModelScores(model, time_s, who, probability) for model in ("image", "landmark"))
        return (ObservedStretch(frames, frames / rate_hz, faces), *scores)

    people = tuple(ParticipantFacts(name, "", None, None, 0.0, 1.0, 1.0) for name in names)
    taken_s, readings = 0.0, map(stretch, range(0, 3600 * hours * rate_hz, 24))

    def untimed() -> Iterator[Any]:
        nonlocal taken_s
        while True:
            start = time.process_time()
            reading = next(readings, None)
            taken_s += time.process_time() - start
            if reading is None:
                return
            yield reading

    start = time.process_time()
    analyse_stored(untimed(), preset("default"), end_s=3600.0 * hours, participants=people)
    return round(time.process_time() - start - taken_s, 2)


def measure_analysis(video: Path, output: Path) -> dict[str, Any]:
    """Analyse in a child process; return wall time, peak memory and time by stage."""
    command = [*GROUPAFFECT, "analyze", str(video), "--output", str(output), "--quiet"]
    start = time.perf_counter()
    child = subprocess.Popen([*command, "--context", "other"])
    _, status, usage = os.wait4(child.pid, 0)
    wall_s = time.perf_counter() - start
    if status:
        raise SystemExit(f"analyze failed on {video.name}")
    record = json.loads((output / video.stem / "session.json").read_text(encoding="utf-8"))
    return {
        "media_s": round(record["analysis"]["duration_s"], 2),
        "wall_s": round(wall_s, 2),
        "cpu_s": round(usage.ru_utime + usage.ru_stime, 2),
        "peak_memory_mb": round(usage.ru_maxrss / 1024, 1),
        "stage_wall_s": record["analysis"]["stage_wall_s"],
    }


def repeat_clip(clip: Path, target: Path, *, duration_s: float) -> None:
    """Write the clip again and again, packets as they are, until the duration is reached."""
    with av.open(str(target), "w") as out:
        stream_out, end = None, 0
        while stream_out is None or end * stream_out.time_base < duration_s:
            with av.open(str(clip)) as source:
                stream = source.streams.video[0]
                if stream_out is None:
                    stream_out = out.add_stream_from_template(stream)
                    stream_out.time_base = stream.time_base
                shift = end
                for packet in source.demux(stream):
                    if packet.dts is None:
                        continue
                    packet.stream = stream_out
                    packet.pts += shift
                    packet.dts += shift
                    end = max(end, packet.pts + packet.duration)
                    out.mux(packet)


if __name__ == "__main__":
    main()
