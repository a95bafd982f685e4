"""Look for faces in a frame: detection at the size that the layout asks for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, UInt8

from groupaffect.faces.detections import Detections
from groupaffect.faces.detector import detect_faces, detector_input_size
from groupaffect.faces.layout import Layout, tile_of
from groupaffect.settings import FaceSettings
from groupaffect.types import Frame

# Small pictures are enlarged to this width for detection (ours).
SMALLEST_INPUT_PX = 320
# In a tile, faces narrower than this share of the widest are people on the wall (ours).
BACKGROUND_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Look:
    """What was found in a frame, and the small colour picture in which it was found.

    Attributes
    ----------
    found : faces in pixels of the frame.
    rgb : (height, width, 3) the frame, scaled for the detector.
    scale_xy : (2,) pixels of ``rgb`` for one of the frame.
    """

    found: Detections
    rgb: UInt8[np.ndarray, "height width 3"]
    scale_xy: Float[np.ndarray, " 2"]


def look_for_faces(frame: Frame, *, layout: Layout, settings: FaceSettings) -> Look:
    """Detect the faces of a frame that are large enough to read."""
    wanted = settings.detector_room_px
    if layout.kind == "grid":
        wanted = settings.detector_tile_px * layout.n_columns
    size = detector_input_size(
        frame.width_px,
        frame.height_px,
        target_width_px=min(wanted, max(frame.width_px, SMALLEST_INPUT_PX)),
    )
    rgb = frame.rgb(*size)
    found = detect_faces(
        rgb,
        picture_size_px=(frame.width_px, frame.height_px),
        threshold=settings.detector_threshold,
    )
    sides = found.box_xyxy_px[:, 2:] - found.box_xyxy_px[:, :2]
    found = found.where(sides.min(axis=1, initial=np.inf) >= settings.min_face_px)
    if layout.kind == "grid":
        found = found.where(~_is_in_background(found, layout))
    scale_xy = np.array(size) / np.array([frame.width_px, frame.height_px])
    return Look(found, rgb, scale_xy)


def _is_in_background(found: Detections, layout: Layout) -> np.ndarray:
    """Mark faces much smaller than another one of their tile."""
    home = tile_of(layout.tiles_xyxy_px, found.box_xyxy_px)
    width = found.box_xyxy_px[:, 2] - found.box_xyxy_px[:, 0]
    together = home[:, None] == home[None, :]
    widest = np.where(together, width[None, :], 0.0).max(axis=1, initial=0.0)
    return np.asarray(width < BACKGROUND_SHARE * widest)
