"""What the shipped models read rightly: ``make evaluate DATA=...``.

On FER-2013's PublicTest, which was looked at while models were chosen: figures for choices, not
for promises. Writes ``benchmarks/models.json``, ``docs/models.md`` and reliability diagrams.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from groupaffect.evaluation.classification import score_readings
from groupaffect.evaluation.complementarity import Complementarity, compare_hits
from groupaffect.evaluation.labelled.opening import open_labelled_set
from groupaffect.evaluation.model_tables import write_tables
from groupaffect.evaluation.plain_values import to_plain
from groupaffect.evaluation.public_test import PublicTest, read_public_test
from groupaffect.evaluation.reliability import Reliability, sort_by_confidence
from groupaffect.evaluation.reliability_figure import draw_reliability
from groupaffect.evaluation.static_weights import (
    Fit,
    fit_log_weights,
    fit_one_weight,
    fit_weight_by_emotion,
    read_by_folds,
)
from groupaffect.evaluation.still_sets import StillsPlan, evaluate_landmarks
from groupaffect.expression.image_model import image_logits
from groupaffect.inference import network_hashes
from groupaffect.settings import FaceSettings, Settings, preset
from groupaffect.stills import observe_stills, read_still_faces
from groupaffect.types import EMOTIONS, Source

Probability = Float[np.ndarray, "n 7"]
Label = Int[np.ndarray, " n"]

# Both presets, and the default with points of shape alone; and those whose points differ.
NETWORKS: dict[str, Settings] = {
    "default": preset("default"),
    "paper": preset("paper"),
    "shape": Settings(faces=FaceSettings(landmark_network="landmark_network_shape")),
}
POINTS = ("default", "shape")
STATIC: dict[str, Fit] = {
    "best image weight, by folds": fit_one_weight,
    "a weight for each emotion, by folds": fit_weight_by_emotion,
    "log-linear, by folds": fit_log_weights,
}


def study_models(data: Path) -> tuple[dict[str, Any], dict[str, Reliability]]:
    """Return every figure, and the reliability of each model of the default preset."""
    placed = {name: read_public_test(data, settings=NETWORKS[name]) for name in POINTS}
    public = placed["default"]
    read = {
        name: read_still_faces(placed.get(name, public).faces, settings=one)
        for name, one in NETWORKS.items()
    }
    result = {
        "networks": network_hashes(),
        "n": len(public.label),
        "n_known": int(public.known.sum()),
        "read_by": {
            name: {source: _figures(p, public) for source, p in readings.items()}
            for name, readings in read.items()
        },
        "votes": _votes(public),
        "complementarity": {
            name: complementarity_by_emotion(read[name], public.label) for name in POINTS
        },
        "static_weights": {name: _static(read[name], public.label) for name in POINTS},
        "landmarks": {name: _landmarks(data, NETWORKS[name]) for name in POINTS},
    }
    reliability: dict[str, Reliability] = {
        name: sort_by_confidence(p, p.argmax(axis=1) == public.label)
        for name, p in read["default"].items()
    }
    return to_plain(result), reliability


def _static(readings: Mapping[Source, Probability], label: Label) -> dict[str, dict[str, Any]]:
    """Score what weights that never change make of the two models."""
    image, landmark = readings["image"], readings["landmark"]
    ways = {"fixed .5": 0.5 * image + 0.5 * landmark}
    ways |= {name: read_by_folds(image, landmark, label, fit=fit) for name, fit in STATIC.items()}
    return {name: _score(p, label) for name, p in ways.items()}


def complementarity_by_emotion(
    readings: Mapping[Source, Probability], label: Label
) -> dict[str, dict[str, Any]]:
    """Return how the two models' hits go together, over all faces and by true emotion."""
    right = {source: p.argmax(axis=1) == label for source, p in readings.items()}
    chosen = {"all": np.ones(len(label), dtype=bool)}
    chosen |= {emotion: label == place for place, emotion in enumerate(EMOTIONS)}
    return {
        name: _complementarity(
            compare_hits(right["image"][rows], right["landmark"][rows]),
            fused_accuracy=float(right["fused"][rows].mean()) if rows.any() else np.nan,
        )
        for name, rows in chosen.items()
    }


def _complementarity(found: Complementarity, *, fused_accuracy: float) -> dict[str, Any]:
    figures = {
        "n_both": found.n_both,
        "n_image": found.n_first,
        "n_landmark": found.n_second,
        "n_neither": found.n_neither,
        "gain_captured": found.gain_captured(fused_accuracy),
        "q_statistic": found.q_statistic,
        "disagreement": found.disagreement,
        "double_fault": found.double_fault,
        "oracle": found.oracle,
        "exclusive_of_union": found.exclusive_of_union,
        "exclusive_of_own": found.exclusive_of_own,
    }
    plain: dict[str, Any] = to_plain(figures)
    return plain


def _figures(probability: Probability, public: PublicTest) -> dict[str, Any]:
    new = ~public.known
    return {
        "all": _score(probability, public.label),
        "without those in Training": _score(probability[new], public.label[new]),
    }


def _score(probability: Probability, label: Label) -> dict[str, Any]:
    scores = score_readings(probability, label)
    return {
        "n": scores.n,
        "accuracy": scores.accuracy,
        "accuracy_interval": scores.accuracy_interval,
        "macro_f1": scores.macro_f1,
        "macro_f1_interval": scores.macro_f1_interval,
        "recall": dict(zip(EMOTIONS, scores.recall.tolist(), strict=True)),
        "chance": scores.chance,
        "ece": scores.ece,
    }


def _votes(public: PublicTest) -> dict[str, Any]:
    """Score the image model's second head on the faces whose FER+ raters agree."""
    crops = observe_stills(public.faces).aligned_grey
    if crops is None:  # never: stills keep their crops
        return {}
    clear = public.clear_label >= 0
    logits = image_logits(crops[clear], output="vote_logits")[:, : len(EMOTIONS)]
    hits = logits.argmax(axis=1) == public.clear_label[clear]
    return {"n": int(clear.sum()), "accuracy": float(hits.mean())}


def _landmarks(data: Path, settings: Settings) -> dict[str, Any]:
    """Measure landmarks where the teacher found a face at the first try."""
    with np.load(data / "fer2013/landmarks68_valid.npz", allow_pickle=False) as teacher:
        points = np.where((teacher["attempt"] == 0)[:, None, None], teacher["points_xy_px"], np.nan)
    sets = {
        "PublicTest": (data / "fer2013/valid.parquet", StillsPlan(settings, points_xy_px=points)),
        "LFW valid": (data / "faces_lfw68.parquet", StillsPlan(settings, split="valid")),
    }
    return {
        name: evaluate_landmarks(open_labelled_set(path), plan)[0]
        for name, (path, plan) in sets.items()
    }


def main() -> None:
    """Write figures, tables and diagrams."""
    parser = argparse.ArgumentParser(prog="python -m groupaffect.evaluation.model_study")
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds fer2013/")
    parser.add_argument("--json", type=Path, default=Path("benchmarks/models.json"))
    parser.add_argument("--page", type=Path, default=Path("docs/models.md"))
    parser.add_argument("--figure", type=Path, default=Path("docs/figures/reliability.png"))
    arguments = parser.parse_args()
    result, reliability = study_models(arguments.data)
    arguments.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    arguments.page.write_text(write_tables(result), encoding="utf-8")
    draw_reliability(reliability).savefig(arguments.figure, dpi=110)


if __name__ == "__main__":
    main()
