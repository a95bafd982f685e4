"""Spoil a still as rooms, cameras and calls do; the same still is always spoilt the same way.

The networks then read the spoilt picture by the run-time code, so that how the two models err
together is real, not assumed.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageFilter

# All ours. The smallest face that is read has 24 pixels (``FaceSettings.min_face_px``).
SMALL_SIDE_PX = 24
BLUR_RADIUS_PX, JPEG_QUALITY = 1.2, 8
DARK_SHARE, NOISE_LEVELS = 0.25, 8.0
COVERS = ("lower", "left", "right")  # a hand or a mask; somebody's shoulder


def leave_as_it_is(picture: Image.Image) -> Image.Image:
    """Return the picture."""
    return picture


def make_small(picture: Image.Image) -> Image.Image:
    """Return the picture with as few pixels as a face may have."""
    return picture.resize((SMALL_SIDE_PX, SMALL_SIDE_PX), Image.Resampling.BOX)


def make_coarse(picture: Image.Image) -> Image.Image:
    """Return the picture blurred and as a heavily compressed JPEG."""
    coarse = io.BytesIO()
    blurred = picture.filter(ImageFilter.GaussianBlur(BLUR_RADIUS_PX))
    blurred.save(coarse, format="JPEG", quality=JPEG_QUALITY)
    return Image.open(coarse).convert(picture.mode)


def make_dark(picture: Image.Image) -> Image.Image:
    """Return the picture at a quarter of its light, with the noise of a dark room."""
    level = np.asarray(picture.convert("L")).astype(np.float64) * DARK_SHARE
    noise = _seeded(picture).normal(0.0, NOISE_LEVELS, level.shape)
    grey = np.clip(level + noise, 0, 255).astype(np.uint8)
    return Image.fromarray(grey).convert(picture.mode)


def make_covered(picture: Image.Image) -> Image.Image:
    """Return the picture with half of it covered by something of the face's mean grey."""
    level = np.asarray(picture.convert("L")).copy()
    height, width = level.shape
    part = {
        "lower": np.s_[height // 2 :, :],
        "left": np.s_[:, : width // 2],
        "right": np.s_[:, width // 2 :],
    }[COVERS[_seeded(picture).integers(len(COVERS))]]
    level[part] = round(float(level.mean()))
    return Image.fromarray(level).convert(picture.mode)


DEGRADATIONS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "clean": leave_as_it_is,
    "small": make_small,
    "coarse": make_coarse,
    "dark": make_dark,
    "covered": make_covered,
}


def _seeded(picture: Image.Image) -> np.random.Generator:
    digest = hashlib.sha256(picture.tobytes()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "little"))
