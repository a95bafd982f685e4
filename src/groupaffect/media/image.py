"""One image file as a picture."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
from jaxtyping import UInt8
from PIL import Image, ImageOps

from groupaffect.media.container import MAX_PICTURE_PX
from groupaffect.types import Frame

# What Pillow raises on files that are no image, cut short, or absurdly large.
IMAGE_FAULTS = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)
_DEEP_MODES = frozenset({"I", "I;16", "I;16B", "I;16L", "I;16N"})


def read_image(file: Path | BytesIO) -> Image.Image:
    """Return an image as upright RGB of 8 bits, its first page where it has several.

    ``file`` is a path, or the bytes of an image file. Transparency is dropped; 16-bit grey is
    scaled to 8.

    Raises
    ------
    OSError, SyntaxError, ValueError, DecompressionBombError : see ``IMAGE_FAULTS``.
    """
    with Image.open(file) as stored:
        if stored.width * stored.height > MAX_PICTURE_PX:
            message = f"{stored.width} x {stored.height} pixels"
            raise Image.DecompressionBombError(message)
        upright = ImageOps.exif_transpose(stored)
        if upright.mode in _DEEP_MODES:
            deep = np.clip(np.asarray(upright, np.int64), 0, 65535)
            return Image.fromarray((deep >> 8).astype(np.uint8)).convert("RGB")
        if upright.mode == "P":
            upright = upright.convert("RGBA")
        return upright.convert("RGB")


def image_to_frame(
    image: Image.Image, *, index: int, time_s: float, width_px: int, height_px: int
) -> Frame:
    """Return the frame of an RGB image, scaled to the media's size where it differs.

    Examples
    --------
    >>> frame = image_to_frame(
    ...     Image.new("RGB", (4, 2), "white"), index=0, time_s=0.0, width_px=4, height_px=2
    ... )
    >>> int(frame.grey[0, 0]), frame.rgb(2, 1).shape
    (255, (1, 2, 3))
    """
    fitted = _scaled(image, width_px, height_px)

    def render(width_px: int, height_px: int) -> UInt8[np.ndarray, "h w 3"]:
        return np.array(_scaled(fitted, width_px, height_px))

    grey = np.array(fitted.convert("L"))
    grey.flags.writeable = False
    return Frame(index, time_s, grey, render)


def _scaled(image: Image.Image, width_px: int, height_px: int) -> Image.Image:
    if image.size == (width_px, height_px):
        return image
    return image.resize((width_px, height_px), Image.Resampling.BILINEAR)
