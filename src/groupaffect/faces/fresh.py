"""Faces just detected: their landmarks, crops and portraits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, UInt8

from groupaffect.faces.landmarker import place_landmarks
from groupaffect.faces.layout import Layout, tile_of
from groupaffect.faces.looking import Look
from groupaffect.faces.portrait import Portrait, take_portraits
from groupaffect.faces.track import align_faces, landmark_boxes
from groupaffect.settings import FaceSettings
from groupaffect.types import Frame


@dataclass(frozen=True, slots=True)
class FreshFaces:
    """Faces just detected, n of them.

    Attributes
    ----------
    points_xy_px : (n, 68, 2) in pixels of the frame.
    aligned_grey : (n, 48, 48) cut by ``IMAGE_FRAME``.
    probability, fit : (n,) 0..1 that it is a face, and that its points are right, by the
        landmark network. confidence : (n,) 0..1 by the detector.
    """

    points_xy_px: Float[np.ndarray, "n 68 2"]
    aligned_grey: UInt8[np.ndarray, "n side side"]
    probability: Float[np.ndarray, " n"]
    fit: Float[np.ndarray, " n"]
    confidence: Float[np.ndarray, " n"]
    portraits: tuple[Portrait, ...]

    def __len__(self) -> int:
        return len(self.portraits)


def find_landmarks(
    frame: Frame,
    look: Look,
    chosen: Sequence[int],
    *,
    layout: Layout | None,
    settings: FaceSettings,
) -> FreshFaces:
    """Return the chosen detections of a look that the landmark network calls faces too."""
    found = look.found.where(np.array(chosen, dtype=np.intp))
    network = settings.landmark_network
    rough = place_landmarks(frame.grey, found.five_point_xy_px, network=network)
    # Once more, framed by all 68.
    placed = place_landmarks(frame.grey, rough.points_xy_px, network=network)
    kept = placed.face_probability >= settings.face_threshold
    points = placed.points_xy_px[kept]
    crops = align_faces(frame.grey, points)
    return FreshFaces(
        points,
        crops,
        placed.face_probability[kept],
        placed.fit_probability[kept],
        found.confidence[kept],
        look_at_people(look, points, crops, layout=layout),
    )


def look_at_people(
    look: Look,
    points_xy_px: Float[np.ndarray, "n 68 2"],
    aligned_grey: UInt8[np.ndarray, "n side side"],
    *,
    layout: Layout | None,
) -> tuple[Portrait, ...]:
    """Return a portrait of each face in a look, none of it from another tile.

    Parameters
    ----------
    layout : None while it is not known where tiles are.
    """
    seen = points_xy_px * look.scale_xy
    if layout is None:
        return take_portraits(look.rgb, seen, aligned_grey, tile_xyxy_px=None)
    home = tile_of(layout.tiles_xyxy_px, landmark_boxes(points_xy_px))
    height, width = look.rgb.shape[:2]
    tiles = layout.tiles_xyxy_px[home] * np.tile(look.scale_xy, 2)
    tiles[home < 0] = (0, 0, width, height)
    return take_portraits(look.rgb, seen, aligned_grey, tile_xyxy_px=tiles)
