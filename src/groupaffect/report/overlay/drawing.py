"""Draw one frame: boxes, points and labels onto a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, UInt8
from PIL import Image, ImageColor, ImageDraw

SHADE = "#101010"  # beside every line, so that it shows on bright pictures too


@dataclass(frozen=True, slots=True)
class DrawnFace:
    """One face as it is drawn; ``plate`` lies with its upper left corner at ``plate_xy_px``."""

    box_xyxy_px: Float[np.ndarray, " 4"]
    landmark_xy_px: Float[np.ndarray, "68 2"]
    colour: str
    plate: Image.Image | None = None
    plate_xy_px: tuple[int, int] = (0, 0)


def draw_faces(
    rgb: UInt8[np.ndarray, "h w 3"], faces: Sequence[DrawnFace]
) -> UInt8[np.ndarray, "h w 3"]:
    """Return the picture with the faces drawn in; labels lie above everything else.

    Parameters
    ----------
    rgb : left as it is.
    """
    image = Image.fromarray(rgb)
    pen = ImageDraw.Draw(image)
    width_px = max(1, round(min(image.size) / 360))
    for face in faces:
        _draw_box(pen, face, width_px=width_px)
    pixels = np.array(image)  # a copy that can be written to
    for face in faces:
        _draw_points(pixels, face)
    image = Image.fromarray(pixels)
    for face in faces:
        if face.plate is not None:
            image.paste(face.plate, face.plate_xy_px, face.plate)
    return np.asarray(image)


def _draw_box(pen: ImageDraw.ImageDraw, face: DrawnFace, *, width_px: int) -> None:
    left, top, right, bottom = (int(edge) for edge in face.box_xyxy_px.round())
    outside = (left - width_px, top - width_px, right + width_px, bottom + width_px)
    pen.rectangle(outside, outline=SHADE, width=width_px)
    pen.rectangle((left, top, right, bottom), outline=face.colour, width=width_px)


def _draw_points(pixels: UInt8[np.ndarray, "h w 3"], face: DrawnFace) -> None:
    """Write square dots, about a seventieth of the face's height wide, in a bright colour."""
    side = int(np.clip(round((face.box_xyxy_px[3] - face.box_xyxy_px[1]) / 70), 1, 6))
    corner = np.round(face.landmark_xy_px - side / 2).astype(np.int64)
    colour = np.array(ImageColor.getrgb(face.colour), dtype=np.float64)
    offset = np.stack(np.meshgrid(range(side), range(side)), axis=-1).reshape(-1, 2)
    x, y = (corner[:, None] + offset).reshape(-1, 2).T
    inside = (x >= 0) & (y >= 0) & (x < pixels.shape[1]) & (y < pixels.shape[0])
    pixels[y[inside], x[inside]] = ((colour + 2 * 255) / 3).astype(np.uint8)
