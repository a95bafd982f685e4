"""Read labelled faces for the benchmark: ``python -m groupaffect.evaluation.benchmark.make_pools``.

FER-2013's PublicTest as ``voted_faces`` reads it. Run it again when a network changes.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int, UInt8
from PIL import Image

from groupaffect.evaluation.benchmark.degradations import DEGRADATIONS
from groupaffect.evaluation.benchmark.pools import (
    CLEAR_VOTES,
    SUBTLE_VOTES,
    VARIANTS,
    Pools,
    save_pools,
)
from groupaffect.evaluation.voted_faces import read_voted_faces
from groupaffect.inference import network_hashes
from groupaffect.settings import Settings, preset
from groupaffect.stills import find_still_face, observe_stills, read_still_faces
from groupaffect.types import EMOTIONS, MODELS

COMMAND = "python -m groupaffect.evaluation.benchmark.make_pools --data DATA"
FOLDER = Path(__file__).resolve().parent / "data"
FLOOR = 1e-6  # below, a probability counts as this; half precision holds its logarithm


def read_pools(data: Path) -> tuple[Pools, Bool[np.ndarray, " n"]]:
    """Return the readings, and which faces are of the half to report on.

    Parameters
    ----------
    data : the folder that holds ``fer2013/``.
    """
    faces = read_voted_faces(data)
    log_probability, quality = read_variants(faces.grey)
    return Pools(log_probability, quality, faces.label, faces.votes), faces.reporting


def read_variants(
    grey: UInt8[np.ndarray, "n side side"],
) -> tuple[Float[np.ndarray, "n v 2 7"], Float[np.ndarray, "n v"]]:
    """Return both models' log probabilities and the quality of each face in each variant."""
    settings = preset("default")
    readings, qualities = [], []
    for name in VARIANTS:
        spoil = DEGRADATIONS[name]
        pictures = (spoil(Image.fromarray(still)).convert("RGB") for still in grey)
        faces = [find_still_face(p, settings=settings.faces, crops="yes") for p in pictures]
        read = read_still_faces(faces, settings=settings)
        readings.append(np.stack([read[model] for model in MODELS], axis=1))
        qualities.append(observe_stills(faces).quality)
    probability = np.stack(readings, axis=1)
    return np.log(probability.clip(FLOOR)), np.stack(qualities, axis=1)


def describe_pools(pools: Pools, reporting: Bool[np.ndarray, " n"]) -> dict[str, Any]:
    """Return the card: networks, command, and how many faces there are of each kind."""
    return {
        "data": "FER-2013 PublicTest, FER+ votes; no twin in Training; readings alone",
        "command": COMMAND,
        "networks": network_hashes(Settings().networks),
        "variants": list(VARIANTS),
        "faces": {
            half: _sizes(pools.where(rows))
            for half, rows in (("choosing", ~reporting), ("reporting", reporting))
        },
        "accuracy": {
            name: {
                model: round(_accuracy(pools.log_probability[:, v, m], pools.label), 4)
                for m, model in enumerate(MODELS)
            }
            for v, name in enumerate(VARIANTS)
        },
        "mean_quality": {
            name: round(float(pools.quality[:, v].mean()), 4) for v, name in enumerate(VARIANTS)
        },
    }


def _sizes(pools: Pools) -> dict[str, dict[str, int]]:
    kinds = {
        "all": pools.votes > 0,
        "subtle": pools.votes <= SUBTLE_VOTES,
        "clear": pools.votes >= CLEAR_VOTES,
    }
    return {
        kind: {e: int((pools.label[rows] == k).sum()) for k, e in enumerate(EMOTIONS)}
        for kind, rows in kinds.items()
    }


def _accuracy(log_probability: Float[np.ndarray, "n 7"], label: Int[np.ndarray, " n"]) -> float:
    return float((log_probability.argmax(axis=1) == label).mean())


def main() -> None:
    """Write arrays and card into the package."""
    parser = argparse.ArgumentParser(prog="python -m groupaffect.evaluation.benchmark.make_pools")
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds fer2013/")
    data = parser.parse_args().data
    pools, reporting = read_pools(data)
    FOLDER.mkdir(exist_ok=True)
    save_pools(pools, reporting, FOLDER)
    card = json.dumps(describe_pools(pools, reporting), indent=2)
    (FOLDER / "pools.json").write_text(card + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
