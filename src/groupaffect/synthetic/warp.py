"""Move pictures between the texture frame and a face's own shape, triangle by triangle.

Piecewise affine, as in Cootes et al. 2001 (10.1109/34.927467).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from PIL import Image, ImageDraw

from groupaffect.synthetic.mesh import texture_mesh


@dataclass(frozen=True, slots=True)
class Patch:
    """A piece of a picture.

    Attributes
    ----------
    pixels : (h, w, c) float32; 0 outside the face.
    left_px, top_px : where its first pixel lies.
    """

    pixels: Float[np.ndarray, "h w c"]
    left_px: int
    top_px: int


def take_texture(
    picture: Float[np.ndarray, "h w"], point_xy_px: Float[np.ndarray, "77 2"]
) -> Float[np.ndarray, " m"]:
    """Return a face's grey values at the pixels inside ``texture_mesh``.

    Parameters
    ----------
    picture : the face. point_xy_px : its points in the picture's pixels; may lie outside.
    """
    mesh = texture_mesh()
    place_xy = np.einsum("mi,mij->mj", mesh.share, point_xy_px[mesh.corner])
    return sample(picture[..., None].astype(np.float32), place_xy)[:, 0]


def put_texture(
    texture: Float[np.ndarray, "s s c"], point_xy_px: Float[np.ndarray, "77 2"]
) -> Patch:
    """Return a texture drawn on a face's points.

    Parameters
    ----------
    texture : in ``TEXTURE_FRAME``. point_xy_px : (77, 2) in pixels of the wanted picture.
    """
    mesh = texture_mesh()
    low = np.floor(point_xy_px.min(axis=0)).astype(int)
    width, height = np.ceil(point_xy_px.max(axis=0)).astype(int) - low + 1
    owner = Image.new("I", (int(width), int(height)), 0)
    draw = ImageDraw.Draw(owner)
    corners = (point_xy_px - low)[mesh.triangle]  # (k, 3, 2)
    for number, corner in enumerate(corners.reshape(-1, 6).tolist(), start=1):
        draw.polygon(corner, fill=number)
    owners = np.asarray(owner).ravel()
    covered = np.flatnonzero(owners)
    affine = _affine(corners, mesh.point_xy_px[mesh.triangle])[owners[covered] - 1]  # (n, 2, 3)
    x, y = covered % width, covered // width
    place_xy = affine[:, :, 0] * x[:, None] + affine[:, :, 1] * y[:, None] + affine[:, :, 2]
    pixels = np.zeros((int(width * height), texture.shape[2]), dtype=np.float32)
    pixels[covered] = sample(texture, place_xy)
    return Patch(pixels.reshape(height, width, -1), int(low[0]), int(low[1]))


def sample(
    picture: Float[np.ndarray, "h w c"], place_xy: Float[np.ndarray, "n 2"]
) -> Float[np.ndarray, "n c"]:
    """Return values between pixels, bilinearly; beyond the border those on it."""
    height, width, n_channels = picture.shape
    flat = picture.reshape(-1, n_channels)
    x = place_xy[:, 0].clip(0, width - 1.001).astype(np.float32)
    y = place_xy[:, 1].clip(0, height - 1.001).astype(np.float32)
    column, row = x.astype(np.int64), y.astype(np.int64)
    x, y = (x - column)[:, None], (y - row)[:, None]
    first = row * width + column
    upper = flat[first] * (1 - x) + flat[first + 1] * x
    lower = flat[first + width] * (1 - x) + flat[first + width + 1] * x
    return np.asarray(upper * (1 - y) + lower * y)


def _affine(
    source: Float[np.ndarray, "k 3 2"], target: Float[np.ndarray, "k 3 2"]
) -> Float[np.ndarray, "k 2 3"]:
    """Return the maps that take each triangle's corners to another's; of a flat one, its first."""
    edge = source[:, 1:] - source[:, :1]  # (k, 2, 2), rows
    area = edge[:, 0, 0] * edge[:, 1, 1] - edge[:, 0, 1] * edge[:, 1, 0]
    flat = np.abs(area) < 1e-6
    area = np.where(flat, 1.0, area)
    inverse = np.stack([edge[:, 1, 1], -edge[:, 0, 1], -edge[:, 1, 0], edge[:, 0, 0]], axis=1)
    inverse = np.where(flat[:, None], 0.0, inverse / area[:, None]).reshape(-1, 2, 2)
    linear = (inverse @ (target[:, 1:] - target[:, :1])).transpose(0, 2, 1)
    shift = target[:, 0] - np.einsum("kij,kj->ki", linear, source[:, 0])
    return np.concatenate([linear, shift[:, :, None]], axis=2)
