"""Decode the pictures of labelled sets, whatever state they are in."""

from __future__ import annotations

import io
import math
import struct
import warnings
from pathlib import Path

import numpy as np
from PIL import Image

from groupaffect.evaluation.labelled.row import BadRowError, Picture
from groupaffect.media.image import IMAGE_FAULTS, read_image

# Fewer pixels on a side show no face (ours).
MIN_SIDE_PX = 8
# Beside IMAGE_FAULTS: what Pillow's decoders let slip through on damaged bytes.
_DAMAGE = (
    *IMAGE_FAULTS,
    *(EOFError, LookupError, TypeError, ArithmeticError, MemoryError, struct.error),
    Image.DecompressionBombWarning,
)
_CONVERSIONS = {
    **dict.fromkeys(("I", "I;16", "I;16B", "I;16L", "I;16N"), "16-bit grey scaled to 8 bits"),
    **dict.fromkeys(("RGBA", "LA", "PA", "La", "RGBa"), "transparency dropped"),
}


def decode_picture(encoded: bytes | Path | None) -> Picture:
    """Return the picture in an image file or in the bytes of one.

    Raises
    ------
    BadRowError : there is none, it is damaged, too large to be safe, or too small for a face.
    """
    if not encoded:
        raise BadRowError("no picture")
    file = io.BytesIO(encoded) if isinstance(encoded, bytes) else encoded
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of harmless oddities, such as broken EXIF
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file) as stored:
                mode = stored.mode
            image = read_image(file)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadRowError("picture too large to be decoded safely") from error
    except _DAMAGE as error:
        raise BadRowError("no picture, or a damaged one") from error
    if mode == "F":
        raise BadRowError("pixels are fractions, whose black and white nobody knows")
    _check_size(*image.size)
    return Picture(image, _CONVERSIONS.get(mode))


def decode_pixels(text: str | None) -> Picture:
    """Return the square grey picture that a row of numbers 0..255 spells out.

    Raises
    ------
    BadRowError : other than whole numbers 0..255, or no square of them.

    Examples
    --------
    >>> decode_pixels(" ".join(["255"] * 64)).image.size
    (8, 8)
    """
    words = (text or "").split()
    if not words:
        raise BadRowError("no pixels")
    try:
        values = np.array(words, dtype=np.int64)
    except (ValueError, OverflowError) as error:
        raise BadRowError("pixels that are no whole numbers") from error
    side = math.isqrt(len(values))
    if side**2 != len(values):
        raise BadRowError(f"{len(values)} pixels, which make no square")
    if values.min() < 0 or values.max() > 255:
        raise BadRowError("pixels beyond 0..255")
    _check_size(side, side)
    return Picture(Image.fromarray(values.astype(np.uint8).reshape(side, side)).convert("RGB"))


def _check_size(width_px: int, height_px: int) -> None:
    if min(width_px, height_px) < MIN_SIDE_PX:
        raise BadRowError(f"{width_px}x{height_px} pixels, too few for a face")
