"""Draw one frame: boxes, points and labels onto a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, UInt8
from PIL import ImageColor

SHADE = (16, 16, 16)  # outside every box, so that it shows on bright pictures too

Pixels = UInt8[np.ndarray, "h w 3"]


@dataclass(frozen=True, slots=True)
class DrawnFace:
    """One face as it is drawn; ``plate`` (RGBA) has its upper left corner at ``plate_xy_px``."""

    box_xyxy_px: Float[np.ndarray, " 4"]
    landmark_xy_px: Float[np.ndarray, "68 2"]
    colour: str
    plate: UInt8[np.ndarray, "rows columns 4"] | None = None
    plate_xy_px: tuple[int, int] = (0, 0)


def draw_faces(rgb: Pixels, faces: Sequence[DrawnFace]) -> Pixels:
    """Return the picture with the faces drawn in; labels lie above everything else.

    Parameters
    ----------
    rgb : left as it is.
    """
    pixels = rgb.copy()
    width_px = max(1, round(min(rgb.shape[:2]) / 360))
    for face in faces:
        colour = ImageColor.getrgb(face.colour)
        box = face.box_xyxy_px.round().astype(np.int64)
        outside = box + np.array([-1, -1, 1, 1]) * width_px
        _draw_rectangle(pixels, outside, colour=SHADE, width_px=width_px)
        _draw_rectangle(pixels, box, colour=colour, width_px=width_px)
        _draw_points(pixels, face, colour=colour)
    for face in faces:
        if face.plate is not None:
            _lay_plate(pixels, face.plate, *face.plate_xy_px)
    return pixels


def _draw_rectangle(
    pixels: Pixels, box: np.ndarray, *, colour: tuple[int, ...], width_px: int
) -> None:
    """Write a frame whose outer edge is a box, both its ends among its pixels."""
    left, top, right, bottom = box.tolist()
    for edge in (top, bottom + 1 - width_px):
        pixels[_span(edge, edge + width_px), _span(left, right + 1)] = colour
    for edge in (left, right + 1 - width_px):
        pixels[_span(top, bottom + 1), _span(edge, edge + width_px)] = colour


def _span(start: int, end: int) -> slice:
    """Return the pixels from start to end; none are before the picture's own."""
    return slice(max(0, start), max(0, end))


def _draw_points(pixels: Pixels, face: DrawnFace, *, colour: tuple[int, ...]) -> None:
    """Write square dots, about a seventieth of the face's height wide, in a bright colour."""
    side = int(np.clip(round((face.box_xyxy_px[3] - face.box_xyxy_px[1]) / 70), 1, 6))
    corner = np.round(face.landmark_xy_px - side / 2).astype(np.int64)
    offset = np.stack(np.meshgrid(range(side), range(side)), axis=-1).reshape(-1, 2)
    x, y = (corner[:, None] + offset).reshape(-1, 2).T
    inside = (x >= 0) & (y >= 0) & (x < pixels.shape[1]) & (y < pixels.shape[0])
    pixels[y[inside], x[inside]] = (np.array(colour) + 2 * 255) // 3


def _lay_plate(
    pixels: Pixels, plate: UInt8[np.ndarray, "rows columns 4"], left: int, top: int
) -> None:
    """Lay a plate over the pixels below it, by how opaque it is; it lies inside the picture."""
    below = pixels[top : top + plate.shape[0], left : left + plate.shape[1]]
    alpha = plate[:, :, 3:].astype(np.uint16)
    opacity = alpha + (alpha >> 7)  # 0..256, so that a shift stands for the slow division
    below[:] = (plate[:, :, :3] * opacity + below * (256 - opacity)) >> 8
