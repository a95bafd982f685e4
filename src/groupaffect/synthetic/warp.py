"""Move pictures between the texture frame and a face's own shape, triangle by triangle.

Piecewise affine, as in Cootes et al. 2001 (10.1109/34.927467).
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from PIL import Image, ImageDraw

from groupaffect.synthetic.mesh import texture_mesh


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
    return sample(picture[..., None].astype(np.float32), *place_xy.T.astype(np.float32))[:, 0]


def put_texture(
    texture: Float[np.ndarray, "s s c"], point_xy_px: Float[np.ndarray, "77 2"]
) -> tuple[Float[np.ndarray, "h w c"], tuple[int, int]]:
    """Return a texture drawn on a face's points, 0 outside them, and where its corner lies.

    Parameters
    ----------
    texture : in ``TEXTURE_FRAME``. point_xy_px : (77, 2) in pixels of the wanted picture.

    Returns
    -------
    The smallest patch that holds all points, and its left and top in the wanted picture.
    """
    mesh = texture_mesh()
    low = np.floor(point_xy_px.min(axis=0)).astype(int)
    width, height = (int(side) for side in np.ceil(point_xy_px.max(axis=0)) - low + 1)
    corners = (point_xy_px - low)[mesh.triangle]  # (k, 3, 2)
    owner = Image.new("L", (width, height))  # a mesh of 77 points has at most 149 triangles
    draw = ImageDraw.Draw(owner)
    for number, corner in enumerate(corners.reshape(-1, 6).tolist(), start=1):
        draw.polygon(corner, fill=number)
    owners = np.asarray(owner).ravel()
    covered = np.flatnonzero(owners)
    table = _affine(corners, mesh.point_xy_px[mesh.triangle]).reshape(-1, 6).astype(np.float32)
    a, b, c, d, e, f = table.T.take(owners[covered] - 1, axis=1)  # (6, n)
    y, x = np.divmod(covered, width)
    x, y = x.astype(np.float32), y.astype(np.float32)
    pixels = np.zeros((height * width, texture.shape[2]), dtype=np.float32)
    pixels[covered] = sample(texture, a * x + b * y + c, d * x + e * y + f)
    return pixels.reshape(height, width, -1), (int(low[0]), int(low[1]))


def sample(
    picture: Float[np.ndarray, "h w c"], x: Float[np.ndarray, " n"], y: Float[np.ndarray, " n"]
) -> Float[np.ndarray, "n c"]:
    """Return values between pixels, bilinearly; beyond the border those on it."""
    height, width, n_channels = picture.shape
    flat = picture.reshape(-1, n_channels)
    x, y = x.clip(0, width - 1.001), y.clip(0, height - 1.001)
    column, row = x.astype(np.intp), y.astype(np.intp)
    right, down = (x - column)[:, None], (y - row)[:, None]
    at = row * width + column
    upper, lower = flat.take(at, axis=0), flat.take(at + width, axis=0)
    upper += (flat.take(at + 1, axis=0) - upper) * right
    lower += (flat.take(at + width + 1, axis=0) - lower) * right
    upper += (lower - upper) * down
    return np.asarray(upper)


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
