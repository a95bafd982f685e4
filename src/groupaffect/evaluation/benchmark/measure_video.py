"""Fit the simulation's wavering to video, as ``make pools DATA=...`` does.

On ``clips/faces``: single faces, read by the whole pipeline. Plain speech (``talking_*``) is how
usual people waver; emphatic speech (``weaklabel_*``) is how those do whose trait is "talking".
Vivid faces (``expressive_*``), whose true expressions nobody noted, are not fitted and only stand
beside simulated people who change quickly. Writes what was measured, what the simulation gives,
and the fits. Run it again when a network changes.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from groupaffect.evaluation.benchmark.conditions import QUICK, Trait
from groupaffect.evaluation.benchmark.flicker import Flicker
from groupaffect.evaluation.benchmark.make_pools import FOLDER
from groupaffect.evaluation.benchmark.pools import load_pools
from groupaffect.evaluation.benchmark.seeing import Sight
from groupaffect.evaluation.benchmark.truth_process import NEUTRAL, simulate_truth
from groupaffect.evaluation.benchmark.video_waver import Waver, measure_waver
from groupaffect.evaluation.plain_values import to_plain
from groupaffect.evaluation.video_study import read_recording
from groupaffect.inference import network_hashes
from groupaffect.settings import Settings, preset
from groupaffect.types import MODELS, Analysis

Stretch = Float[np.ndarray, "_ 2 7"]

KINDS = ("talking", "weaklabel", "expressive")
FITTED = {"usual": "talking", "talking": "weaklabel"}  # kind of clip by flicker
WITHIN = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8)  # shares of variance tried
MEMORY = (0.0, 0.1, 0.2, 0.3, 0.45, 0.6)  # correlations tried
N_PEOPLE = 12  # simulated for each real stretch
# What counts as the same miss: a third of the flips, .2 of correlation, a factor of 1.6.
FLIPS_MISS, LAG_MISS, LOG_VARIANCE_MISS = 0.33, 0.2, 0.5


def read_clips(clips: Path) -> Iterator[tuple[str, Stretch]]:
    """Yield name and readings of the face of every clip."""
    for clip in sorted(clips.glob("*.mp4")):
        analysis, _ = read_recording(clip, preset("default"))
        yield clip.stem, most_seen(analysis)


def most_seen(analysis: Analysis) -> Stretch:
    """Return both models' readings of whoever is seen most."""
    who = max(analysis.participants, key=lambda person: person.visible_share).participant
    return np.stack([analysis.signal(who, model).probability for model in MODELS], axis=1)


def simulate_stretches(
    sight: Sight, lengths: Sequence[int], kind: str, *, seed: int = 0
) -> list[Stretch]:
    """Return what is seen of simulated people for as long as of the real ones.

    Speaking faces hold one expression (plain speech: neutral), vivid ones change quickly.
    """
    rng = np.random.default_rng(seed)
    traits: dict[str, Trait] = {"weaklabel": "talking", "expressive": "exaggerated"}
    stretches = []
    for length in lengths:
        for _ in range(N_PEOPLE):
            held = NEUTRAL if kind == "talking" else int(rng.integers(0, 7))
            truth = np.full(length, held)
            if kind == "expressive":
                truth = simulate_truth(
                    QUICK, n_members=1, duration_s=length, haste=(1.0,), rng=rng
                )[:, 0]
            stretches.append(sight.see(truth, traits.get(kind, "usual"), rng=rng).probability)
    return stretches


def fit_flicker(measured: Waver, lengths: Sequence[int], kind: str) -> Flicker:
    """Return the wavering whose simulated seconds are most like the measured ones."""
    pools = load_pools("choosing")
    best, least = Flicker((WITHIN[0], WITHIN[0]), MEMORY[0]), np.inf
    for memory in MEMORY:
        losses = np.empty((len(WITHIN), 2))
        for row, within in enumerate(WITHIN):
            flicker = Flicker((within, within), memory)
            sight = Sight(pools, {"talking": flicker, "usual": flicker})
            losses[row] = misses(measure_waver(simulate_stretches(sight, lengths, kind)), measured)
        if losses.min(axis=0).sum() < least:
            least = float(losses.min(axis=0).sum())
            image, landmark = losses.argmin(axis=0)
            best = Flicker((WITHIN[image], WITHIN[landmark]), memory)
    return best


def misses(simulated: Waver, measured: Waver) -> Float[np.ndarray, " 2"]:
    """Return by how much each model's simulated wavering misses the measured one, squared."""
    flips, wanted = np.array(simulated.flips_per_min), np.array(measured.flips_per_min)
    lag = np.array(simulated.lag_1) - np.array(measured.lag_1)
    spread = np.log(np.array(simulated.variance) / np.array(measured.variance))
    relative = (flips - wanted) / np.maximum(wanted, 1.0)
    return np.asarray(
        (relative / FLIPS_MISS) ** 2 + (lag / LAG_MISS) ** 2 + (spread / LOG_VARIANCE_MISS) ** 2
    )


def study_video(clips: dict[str, Stretch]) -> dict[str, Any]:
    """Return measured and simulated wavering by kind of clip, and the fits."""
    by_kind = {kind: [s for name, s in clips.items() if name.startswith(kind)] for kind in KINDS}
    lengths = {kind: [len(s) for s in stretches] for kind, stretches in by_kind.items()}
    measured = {kind: measure_waver(stretches) for kind, stretches in by_kind.items()}
    flickers = {
        name: fit_flicker(measured[kind], lengths[kind], kind) for name, kind in FITTED.items()
    }
    sight = Sight(load_pools("reporting"), flickers)
    simulated = {
        kind: measure_waver(simulate_stretches(sight, lengths[kind], kind, seed=1))
        for kind in KINDS
    }
    facts: dict[str, Any] = to_plain(
        {
            "networks": network_hashes(Settings().networks),
            "flicker": flickers,
            "measured": measured,
            "simulated": simulated,
        }
    )
    return facts


def main() -> None:
    """Write facts into the package."""
    parser = argparse.ArgumentParser(
        prog="python -m groupaffect.evaluation.benchmark.measure_video"
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds clips/")
    data = parser.parse_args().data
    facts = study_video(dict(read_clips(data / "clips/faces")))
    (FOLDER / "video.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
