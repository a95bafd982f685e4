"""One face over time: the value that following, recognition and naming hand on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, UInt8

from groupaffect.faces.crops import crop_to_picture, cut_crops
from groupaffect.faces.portrait import Portrait
from groupaffect.reference_shape import IMAGE_FRAME

# Forehead above the brows, as a share of the landmarks' height: detectors' boxes have it.
FOREHEAD_SHARE = 0.3
# Mean grey levels by which a face must come to differ from its first crop to be alive, both at
# the first place in the picture and where it is now: landmarks may move on a photograph, and a
# camera may move past one. A photograph changed by less than .01 in ten seconds of H.264; every
# face of ``clips`` by 1.4 or more within half a second (benchmarks/portraits.json).
ALIVE_GREY = 1.2


@dataclass(frozen=True, slots=True)
class Track:
    """One face, now or lately.

    Attributes
    ----------
    key : tells tracks apart; never used again.
    participant : id, or None until the face has stayed long enough, and moved, to be one.
    points_xy_px : (68, 2) where it was last seen.
    aligned_grey : (48, 48) what it then looked like, cut by ``IMAGE_FRAME``.
    first_points_xy_px, first_grey : the same when it was first seen.
    probability, fit : 0..1 that it is a face, and that its points are right, by the landmark
        network. confidence : of its first detection.
    first_s, seen_s : when it was first and last seen.
    confirmed_s : when a detection last found it. n_overlooked : detections since that did not.
    away_s : when detections found it last before, and first after, it was lost the last time.
    is_alive : whether it ever looked different from the first time.
    album : portraits of it.
    joined : keys of earlier tracks that turned out to be of this face.
    """

    key: int
    points_xy_px: Float[np.ndarray, "68 2"]
    aligned_grey: UInt8[np.ndarray, "side side"]
    first_points_xy_px: Float[np.ndarray, "68 2"]
    first_grey: UInt8[np.ndarray, "side side"]
    probability: float
    fit: float
    confidence: float
    first_s: float
    seen_s: float
    confirmed_s: float
    participant: str | None = None
    n_overlooked: int = 0
    is_alive: bool = False
    album: tuple[Portrait, ...] = ()
    away_s: tuple[float, float] = (-np.inf, -np.inf)
    joined: tuple[int, ...] = ()

    def seen(
        self,
        points_xy_px: Float[np.ndarray, "68 2"],
        aligned_grey: UInt8[np.ndarray, "side side"],
        *,
        probability: float,
        fit: float,
        now_s: float,
    ) -> Track:
        """Return the track with its face seen now."""
        return replace(
            self,
            points_xy_px=points_xy_px,
            aligned_grey=aligned_grey,
            probability=probability,
            fit=fit,
            seen_s=now_s,
        )

    def changed(self, grey: UInt8[np.ndarray, "height width"]) -> bool:
        """Return whether the face looks different from the first time, in the frame it is in."""
        if mean_change(self.aligned_grey, self.first_grey) <= ALIVE_GREY:
            return False
        at_first_place = align_faces(grey, self.first_points_xy_px[None])[0]
        return mean_change(at_first_place, self.first_grey) > ALIVE_GREY


def mean_change(
    now: UInt8[np.ndarray, "side side"], first: UInt8[np.ndarray, "side side"]
) -> float:
    """Return by how many grey levels two crops differ in the mean."""
    return float(np.abs(now.astype(np.int16) - first).mean())


def track_points(tracks: Sequence[Track]) -> Float[np.ndarray, "n 68 2"]:
    """Return where each track's face was last seen."""
    return np.array([t.points_xy_px for t in tracks]).reshape(-1, 68, 2)


def landmark_boxes(points_xy_px: Float[np.ndarray, "n 68 2"]) -> Float[np.ndarray, "n 4"]:
    """Return each face's box: its landmarks, and a forehead above them.

    Examples
    --------
    >>> points = np.zeros((1, 68, 2)); points[0, 8] = [10.0, 10.0]
    >>> landmark_boxes(points).tolist()
    [[0.0, -3.0, 10.0, 10.0]]
    """
    low, high = points_xy_px.min(axis=1), points_xy_px.max(axis=1)
    low[:, 1] -= FOREHEAD_SHARE * (high[:, 1] - low[:, 1])
    return np.concatenate([low, high], axis=1)


def align_faces(
    grey: UInt8[np.ndarray, "height width"], points_xy_px: Float[np.ndarray, "n 68 2"]
) -> UInt8[np.ndarray, "n side side"]:
    """Cut each face out of the picture as the image model wants it."""
    transform = crop_to_picture(IMAGE_FRAME, points_xy_px, rigid_only=True)
    return cut_crops(grey, transform, size_px=IMAGE_FRAME.size_px)


def likeness(
    before: UInt8[np.ndarray, "n side side"], after: UInt8[np.ndarray, "n side side"]
) -> Float[np.ndarray, " n"]:
    """Return the correlation of each pair of crops, -1 to 1; 1 where one of them is blank.

    Examples
    --------
    >>> ramp = np.tile(np.arange(4, dtype=np.uint8), (1, 4, 1))
    >>> likeness(ramp, ramp[:, :, ::-1]).round(3), likeness(ramp, 0 * ramp)
    (array([-1.]), array([1.]))
    """
    a, b = (
        crops.reshape(len(crops), -1).astype(np.float32) - crops.mean(axis=(1, 2))[:, None]
        for crops in (before, after)
    )
    scale = np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
    return np.asarray(np.where(scale > 0, (a * b).sum(axis=1) / np.maximum(scale, 1e-9), 1.0))
