"""Place the package's own 68 points on the training stills, by the run-time code."""

from __future__ import annotations

import hashlib
import inspect
from pathlib import Path

import numpy as np
from jaxtyping import Float

from groupaffect import reference_shape, similarity
from groupaffect.faces import crops, landmarker, tight_crop
from groupaffect.faces.landmarker import place_landmarks
from groupaffect.faces.tight_crop import place_landmarks_on_tight_crop
from groupaffect.inference import network_sha256
from groupaffect.training.face_images import LandmarkedFaces
from groupaffect.training.kept_arrays import keep_array
from groupaffect.types import LandmarkNetworkName


def own_points(
    faces: LandmarkedFaces,
    cache: Path,
    *,
    name: str,
    framing: int,
    network: LandmarkNetworkName = "landmark_network",
) -> Float[np.ndarray, "n 68 2"]:
    """Return the own network's points on each still, from one of several framings.

    Parameters
    ----------
    cache : folder where the points are kept for the next call with this network and code.
    name : of the set of stills. framing : 0 is the run-time one; 1, 2, ... shift, turn and
        scale the last pass's frame as tracking does between frames.
    """
    path = cache / f"own_points_{name}_{framing}_{_maker(network)}.npy"
    if path.exists():
        return np.asarray(np.load(path, allow_pickle=False))
    rng = np.random.default_rng(framing)
    points = np.stack([_points_of(grey, framing, rng, network) for grey in faces.grey])
    keep_array(path, points)
    return points


def _maker(network: LandmarkNetworkName) -> str:
    """Return what tells points apart that another network, or other code, would place."""
    made_by = hashlib.sha256(network_sha256("faces", network).encode())
    for module in (crops, landmarker, reference_shape, similarity, tight_crop):
        made_by.update(inspect.getsource(module).encode())
    return made_by.hexdigest()[:12]


def _points_of(
    grey: np.ndarray, framing: int, rng: np.random.Generator, network: LandmarkNetworkName
) -> np.ndarray:
    points: np.ndarray = place_landmarks_on_tight_crop(grey, network=network).points_xy_px[0]
    if framing:
        angle, size = rng.normal(0, 0.07), np.exp(rng.normal(0, 0.05))
        turn = size * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        centre = points.mean(axis=0)
        moved = (points - centre) @ turn.T + centre + rng.normal(0, 1.0, size=2)
        points = place_landmarks(grey, moved[None], network=network).points_xy_px[0]
    return points
