"""Draw how training stills and video faces are framed: ``make framing DATA=...``.

Where the 68 points fall in the image model's crop, mean and spread, for FER-2013 stills and for
the faces of videos, both through the run-time code. If the two clouds differ, accuracy on video
suffers. No face is drawn.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from jaxtyping import Float
from matplotlib.figure import Figure
from PIL import Image

from groupaffect.faces.crops import crop_to_picture
from groupaffect.faces.observe import observe_faces
from groupaffect.faces.tight_crop import place_landmarks_on_tight_crop
from groupaffect.media import open_media, read_frames
from groupaffect.reference_shape import IMAGE_FRAME, LEFT_EYE, RIGHT_EYE
from groupaffect.settings import FaceSettings, MediaSettings
from groupaffect.similarity import apply_similarity

N_STILLS = 2000
EVERY_FRAME = 10
SIZE_PX = IMAGE_FRAME.size_px


def points_in_crops(landmark_xy_px: Float[np.ndarray, "n 68 2"]) -> Float[np.ndarray, "n 68 2"]:
    """Return each face's points in the pixels of its own aligned crop."""
    transform = crop_to_picture(IMAGE_FRAME, landmark_xy_px, rigid_only=True)  # crop -> picture
    linear = np.linalg.inv(transform[:, :, :2])
    shift = -(linear @ transform[:, :, 2:])
    return apply_similarity(np.concatenate([linear, shift], axis=2), landmark_xy_px)


def still_points(data: Path) -> Float[np.ndarray, "n 68 2"]:
    """Return the own network's points on stills of FER-2013 PublicTest."""
    table = pq.read_table(data / "fer2013/valid.parquet", columns=["png"]).slice(0, N_STILLS)
    stills = (np.asarray(Image.open(io.BytesIO(p)).convert("L")) for p in table["png"].to_pylist())
    return np.stack([place_landmarks_on_tight_crop(still).points_xy_px[0] for still in stills])


def video_points(data: Path) -> Float[np.ndarray, "n 68 2"]:
    """Return the tracked points of every tenth frame of the single-face clips."""
    settings = replace(MediaSettings(), every=EVERY_FRAME)
    points = []
    for path in sorted((data / "clips/faces").glob("*.mp4")):
        media = open_media(path)
        frames = read_frames(media, settings, on_warning=lambda _: None)
        stretches = observe_faces(frames, settings=FaceSettings(), on_warning=lambda _: None)
        for stretch in stretches:
            points.append(stretch.faces.landmark_xy_px[stretch.faces.success])
    return np.concatenate(points)


def describe_framing(points: Float[np.ndarray, "n 68 2"]) -> dict[str, Any]:
    """Return means and spreads, in crop pixels, of what tells framings apart."""
    left, right = points[:, LEFT_EYE].mean(axis=1), points[:, RIGHT_EYE].mean(axis=1)
    chin_y = points[:, 8, 1]
    figures = {
        "eye_centres_apart_px": np.linalg.norm(right - left, axis=1),
        "eyes_y_px": (left[:, 1] + right[:, 1]) / 2,
        "eyes_middle_x_px": (left[:, 0] + right[:, 0]) / 2,
        "chin_y_px": chin_y,
    }
    rows = {k: [round(float(v.mean()), 2), round(float(v.std()), 2)] for k, v in figures.items()}
    return {"n": len(points), "mean_and_sd": rows}


def draw_framing(clouds: dict[str, Float[np.ndarray, "n 68 2"]]) -> Figure:
    """Draw mean points with one-sd bars of each set in the crop's square."""
    figure = Figure(figsize=(5, 5), layout="constrained")
    axes = figure.add_subplot()
    styles = zip(clouds.items(), ("#0072B2", "#D55E00"), ("o", "x"), strict=True)
    for (name, points), colour, marker in styles:
        mean, spread = points.mean(axis=0), points.std(axis=0)
        axes.errorbar(
            mean[:, 0],
            mean[:, 1],
            xerr=spread[:, 0],
            yerr=spread[:, 1],
            fmt=marker,
            markersize=4,
            linewidth=0.6,
            color=colour,
            label=f"{name} (n = {len(points)})",
        )
    axes.set(xlim=(0, SIZE_PX - 1), ylim=(SIZE_PX - 1, 0), aspect="equal")
    axes.set(xlabel="crop, px", ylabel="crop, px")
    axes.set_title("68 points in the image model's crop, mean and sd")
    axes.legend(loc="upper center", frameon=False)
    return figure


def main() -> None:
    """Print the figures and write the picture."""
    parser = argparse.ArgumentParser(prog="python -m groupaffect.evaluation.framing")
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds fer2013/")
    parser.add_argument("--output", type=Path, default=Path("docs/figures/framing.png"))
    parser.add_argument("--json", type=Path, default=Path("benchmarks/framing.json"))
    arguments = parser.parse_args()
    clouds = {
        "FER-2013 stills": points_in_crops(still_points(arguments.data)),
        "video faces": points_in_crops(video_points(arguments.data)),
    }
    result = {name: describe_framing(points) for name, points in clouds.items()}
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    draw_framing(clouds).savefig(arguments.output, dpi=110)
    arguments.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
