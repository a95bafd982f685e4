"""Tell people of one recording apart by hair, clothes and the look of the face.

A portrait lives in memory while a recording is analysed and is never written. It knows nobody
outside the recording: tomorrow's clothes make another portrait.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, UInt8
from PIL import Image

from groupaffect.reference_shape import REFERENCE_SHAPE_XY
from groupaffect.similarity import apply_similarity, fit_similarity, similarity_scale

# The part of the picture that a portrait holds, in jaw widths around the face's middle: from
# above the hair to the chest; what is below the chin is clothes.
LEFT, TOP, RIGHT, BOTTOM = -1.5, -1.5, 1.5, 2.0
CHIN = 0.75
N_ROWS, N_COLUMNS = 14, 12
# How much each part counts, and what a face of unlike texture adds, in grey levels. On
# ``clips/faces`` (``make portraits``, benchmarks/portraits.json) later portraits of a person are
# within 17 levels of the album of earlier ones 95 times in 100, and other people's 23 or more
# from it 199 times in 200 (heads alone: 19 and 23).
FACE_WEIGHT, HAIR_WEIGHT, CLOTHES_WEIGHT = 3.0, 1.0, 1.0
TEXTURE_GREY = 10.0
# Up to here two portraits are taken to show one person; from here on two (grey levels). Neither
# is sure: the two most alike portraits of different people are 21 apart, 6 of 100 of other
# people's are within 30 of an album, and 4 of 100 of one's own beyond 18.
SAME_GREY, OTHER_GREY = 18.0, 30.0
# Portraits kept of one person, and how far apart they must be for another one to be kept.
MAX_PORTRAITS, NEW_VIEW_GREY = 6, 12.0


def _part_weights() -> Float[np.ndarray, "rows columns"]:
    """Return the weight of each cell: face, hair around it, clothes below it, else nothing."""
    x = LEFT + (np.arange(N_COLUMNS) + 0.5) / N_COLUMNS * (RIGHT - LEFT)
    y = (TOP + (np.arange(N_ROWS) + 0.5) / N_ROWS * (BOTTOM - TOP))[:, None]
    face = (x / 0.55) ** 2 + (y / 0.65) ** 2 < 1
    hair = ((x / 0.75) ** 2 + ((y + 0.1) / 0.95) ** 2 < 1) & ~face
    clothes = (y > CHIN) & (np.abs(x) < 1.2)
    return np.asarray(FACE_WEIGHT * face + HAIR_WEIGHT * hair + CLOTHES_WEIGHT * clothes)


PART_WEIGHTS = _part_weights()


@dataclass(frozen=True, slots=True)
class Portrait:
    """How one person looked at one moment.

    Attributes
    ----------
    rgb : (14, 12, 3) mean colour of each cell, 0..255; NaN outside the person's tile.
    texture : (48, 48) the aligned face with mean 0 and length 1; all 0 for a blank one.
    """

    rgb: Float[np.ndarray, "rows columns 3"]
    texture: Float[np.ndarray, "side side"]


def take_portraits(
    rgb: UInt8[np.ndarray, "height width 3"],
    landmark_xy_px: Float[np.ndarray, "n 68 2"],
    aligned_grey: UInt8[np.ndarray, "n side side"],
    *,
    tile_xyxy_px: Float[np.ndarray, "n 4"] | None,
) -> tuple[Portrait, ...]:
    """Return a portrait of each face.

    Parameters
    ----------
    rgb : (height, width, 3) the picture, as small as the detector sees it.
    landmark_xy_px : (n, 68, 2) in pixels of that picture.
    tile_xyxy_px : (n, 4) the same; None while it is not known where tiles are: below the chin
        may be another one, so only heads are taken.
    """
    image = Image.fromarray(rgb)
    height, width = rgb.shape[:2]
    reference = np.broadcast_to(REFERENCE_SHAPE_XY, landmark_xy_px.shape)
    to_picture = fit_similarity(reference, landmark_xy_px)
    middle = apply_similarity(to_picture, np.zeros((len(to_picture), 1, 2)))[:, 0]
    scale = similarity_scale(to_picture)[:, None]
    low, high = middle + scale * np.array([LEFT, TOP]), middle + scale * np.array([RIGHT, BOTTOM])
    inside = np.tile([0.0, 0.0, width, height], (len(middle), 1))
    if tile_xyxy_px is None:
        inside[:, 3] = np.minimum(height, middle[:, 1] + scale[:, 0] * CHIN)
    else:
        inside[:, :2] = np.maximum(inside[:, :2], tile_xyxy_px[:, :2])
        inside[:, 2:] = np.minimum(inside[:, 2:], tile_xyxy_px[:, 2:])
    return tuple(
        Portrait(_cells(image, np.concatenate([a, b]), tile), _texture(crop))
        for a, b, tile, crop in zip(low, high, inside, aligned_grey, strict=True)
    )


def _cells(image: Image.Image, box: np.ndarray, tile: np.ndarray) -> np.ndarray:
    """Return the mean colour of each cell of the box; NaN where a cell leaves the tile."""
    corners = np.round(box).astype(int)
    corners[2:] = np.maximum(corners[2:], corners[:2] + 1)
    part = image.crop(tuple(corners.tolist())).resize((N_COLUMNS, N_ROWS), Image.Resampling.BOX)
    cells = np.asarray(part, dtype=np.float32).copy()
    x = np.linspace(corners[0], corners[2], N_COLUMNS + 1)
    y = np.linspace(corners[1], corners[3], N_ROWS + 1)
    cells[:, (x[:-1] < tile[0]) | (x[1:] > tile[2])] = np.nan
    cells[(y[:-1] < tile[1]) | (y[1:] > tile[3])] = np.nan
    return cells


def _texture(aligned_grey: np.ndarray) -> np.ndarray:
    centred = aligned_grey.astype(np.float32) - aligned_grey.mean(dtype=np.float32)
    length = float(np.linalg.norm(centred))
    return np.asarray(centred / length if length > 0 else centred)


def portrait_distance(a: Portrait, b: Portrait) -> float:
    """Return how differently two portraits look, in grey levels; NaN if they share no cell.

    The weighted mean difference of the cells that both have, and ``TEXTURE_GREY`` times one
    less the correlation of the faces.
    """
    both: Bool[np.ndarray, "rows columns"] = ~(np.isnan(a.rgb[..., 0]) | np.isnan(b.rgb[..., 0]))
    weight = PART_WEIGHTS * both
    total = float(weight.sum())
    if total == 0:
        return float("nan")
    apart = np.where(both, np.abs(a.rgb - b.rgb).mean(axis=2), 0.0)
    unlike = 1.0 - float((a.texture * b.texture).sum())
    return float((apart * weight).sum()) / total + TEXTURE_GREY * unlike


def album_distance(album: tuple[Portrait, ...], portrait: Portrait) -> float:
    """Return the distance to the nearest portrait of an album; NaN for an empty one."""
    distances = [portrait_distance(kept, portrait) for kept in album]
    known = [d for d in distances if not np.isnan(d)]
    return min(known, default=float("nan"))


def add_to_album(album: tuple[Portrait, ...], portrait: Portrait) -> tuple[Portrait, ...]:
    """Return the album with the portrait, if it shows the person in a new way, or more of them.

    It then takes the place of the portrait that it is most like, as it does in a full album.
    """
    if not album:
        return (portrait,)
    apart = [portrait_distance(kept, portrait) for kept in album]
    nearest = int(np.nanargmin(apart)) if not np.isnan(apart).all() else 0
    if apart[nearest] <= NEW_VIEW_GREY:
        if _n_known(portrait) <= _n_known(album[nearest]):
            return album
    elif len(album) < MAX_PORTRAITS:
        return (*album, portrait)
    return (*album[:nearest], portrait, *album[nearest + 1 :])


def _n_known(portrait: Portrait) -> int:
    """Return how many cells that count a portrait knows."""
    return int((PART_WEIGHTS[~np.isnan(portrait.rgb[..., 0])] > 0).sum())
