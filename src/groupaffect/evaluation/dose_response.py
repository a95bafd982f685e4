"""How recognition grows with the strength of an expression: ``make dose-response``.

Synthetic people show each emotion at rising strength; both models read the stills as they read
video frames. A report on renderer and models together: neither is ever tuned to it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float
from PIL import Image

from groupaffect.evaluation.dose_response_figure import draw_dose_response
from groupaffect.evaluation.intervals import wilson_interval
from groupaffect.evaluation.plain_values import to_plain
from groupaffect.inference import network_hashes
from groupaffect.settings import Settings, preset
from groupaffect.stills import StillFace, find_still_face, read_still_faces
from groupaffect.synthetic.camera import add_camera_noise
from groupaffect.synthetic.performance import FaceState
from groupaffect.synthetic.person import Person, draw_person
from groupaffect.synthetic.tile import render_tile
from groupaffect.types import EMOTIONS, MODELS, Emotion, Model

SHOWN: tuple[Emotion, ...] = EMOTIONS[:-1]
STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25)
FIRST_SEED, N_PEOPLE = 1000, 24  # nobody of the demonstration
TILE_PX = (480, 270)  # of a 2x2 call at 960 x 540
NOISE = 2.0  # grey levels of camera noise
CHANCE = 1 / len(EMOTIONS)


@dataclass(frozen=True, slots=True)
class Doses:
    """What was read in the faces of some people.

    Attributes
    ----------
    strengths : s of them, of which the first is 0.
    probability : by model (people, 6 emotions, s, 7); NaN where no face was found.
    """

    strengths: tuple[float, ...]
    probability: dict[Model, Float[np.ndarray, "people emotions s 7"]]


def read_doses(seeds: Sequence[int], *, strengths: tuple[float, ...], settings: Settings) -> Doses:
    """Render everybody showing everything, and read it.

    Parameters
    ----------
    strengths : the first is 0, at which all emotions are one still.
    """
    shape = (len(seeds), len(SHOWN), len(strengths), len(EMOTIONS))
    probability: dict[Model, np.ndarray] = {model: np.full(shape, np.nan) for model in MODELS}
    for row, seed in enumerate(seeds):
        person = draw_person(seed)
        faces = [_show(person, None, 0.0, settings)]
        faces += [
            _show(person, emotion, strength, settings)
            for emotion in SHOWN
            for strength in strengths[1:]
        ]
        read = read_still_faces(faces, settings=settings)
        for model in MODELS:
            probability[model][row, :, 0] = read[model][0]
            probability[model][row, :, 1:] = read[model][1:].reshape(
                len(SHOWN), len(strengths) - 1, len(EMOTIONS)
            )
    return Doses(strengths, probability)


def _show(
    person: Person, emotion: Emotion | None, strength: float, settings: Settings
) -> StillFace | None:
    """Return the face that is found in a still of a person."""
    wanted = np.zeros(len(EMOTIONS))
    if emotion is not None:
        wanted[EMOTIONS.index(emotion)] = strength
    tile = render_tile(person, FaceState(wanted), width_px=TILE_PX[0], height_px=TILE_PX[1])
    rng = np.random.default_rng([person.identity_seed, round(100 * strength)])
    picture = Image.fromarray(add_camera_noise(tile.rgb, NOISE, rng))
    return find_still_face(picture, settings=settings.faces, crops="no")


def summarise_doses(doses: Doses) -> dict[str, Any]:
    """Return for each model and emotion how many people were recognised at each strength.

    ``recognised`` is the share of people whose likeliest emotion was the shown one; who was not
    found counts as not recognised. ``rises`` says whether the mean probability of the shown
    emotion never falls from one strength to the next.
    """
    n = len(next(iter(doses.probability.values())))
    models: dict[str, Any] = {}
    for model, probability in doses.probability.items():
        hits = _are_recognised(probability)  # (people, 6, s)
        models[model] = {
            emotion: _one_emotion(probability[:, k, :, k], hits[:, k])
            for k, emotion in enumerate(SHOWN)
        }
        full = doses.strengths.index(1.0) if 1.0 in doses.strengths else -1
        models[model]["all"] = {
            "recognised_at_full_strength": float(hits[:, :, full].mean()),
            "neutral_at_rest": float(_are_neutral(probability[:, 0, 0]).mean()),
        }
    seen = ~np.isnan(next(iter(doses.probability.values()))[..., 0])
    return {
        "n_people": n,
        "strengths": list(doses.strengths),
        "chance": CHANCE,
        "faces_found": float(seen.mean()),
        "models": models,
    }


def _one_emotion(
    probability: Float[np.ndarray, "people s"], hits: Bool[np.ndarray, "people s"]
) -> dict[str, Any]:
    n = len(hits)
    mean = np.nan_to_num(probability).mean(axis=0)
    return {
        "recognised": hits.mean(axis=0).tolist(),
        "interval": [wilson_interval(int(k), n) for k in hits.sum(axis=0)],
        "mean_probability": mean.tolist(),
        "rises": bool((np.diff(mean) >= 0).all()),
    }


def _are_recognised(
    probability: Float[np.ndarray, "people emotions s 7"],
) -> Bool[np.ndarray, "people emotions s"]:
    likeliest = np.nan_to_num(probability, nan=-1.0).argmax(axis=-1)
    found = ~np.isnan(probability[..., 0])
    return np.asarray(found & (likeliest == np.arange(len(SHOWN))[None, :, None]))


def _are_neutral(probability: Float[np.ndarray, "people 7"]) -> Bool[np.ndarray, " people"]:
    found = ~np.isnan(probability[:, 0])
    return np.asarray(found & (np.nan_to_num(probability).argmax(axis=1) == len(SHOWN)))


def main() -> None:
    """Print a table, write the figures as JSON and as a picture."""
    parser = argparse.ArgumentParser(prog="python -m groupaffect.evaluation.dose_response")
    parser.add_argument("--people", type=int, default=N_PEOPLE)
    parser.add_argument("--json", type=Path, default=Path("benchmarks/dose_response.json"))
    parser.add_argument("--output", type=Path, default=Path("docs/figures/dose_response.png"))
    arguments = parser.parse_args()
    seeds = range(FIRST_SEED, FIRST_SEED + arguments.people)
    result = summarise_doses(read_doses(seeds, strengths=STRENGTHS, settings=preset()))
    result = {"networks": network_hashes(), **result}
    text = json.dumps(to_plain(result), indent=2)
    arguments.json.write_text(text + "\n", encoding="utf-8")
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    draw_dose_response(result).savefig(arguments.output, dpi=110)
    sys.stdout.write("\n".join(table_lines(result)) + "\n")


def table_lines(result: dict[str, Any]) -> list[str]:
    """Return the share of people recognised, by model, emotion and strength."""
    lines = [
        f"n = {result['n_people']} people, faces found {result['faces_found']:.3f}, "
        f"chance {result['chance']:.2f}",
        f"{'':20}" + "".join(f"{strength:>6.2f}" for strength in result["strengths"]),
    ]
    for model, found in result["models"].items():
        for emotion in SHOWN:
            cells = "".join(f"{share:>6.2f}" for share in found[emotion]["recognised"])
            lines.append(f"{model:10}{emotion:10}{cells}")
        whole = found["all"]
        lines.append(
            f"{model:10}all {whole['recognised_at_full_strength']:.2f} at strength 1, "
            f"neutral at rest {whole['neutral_at_rest']:.2f}"
        )
    return lines


if __name__ == "__main__":
    main()
