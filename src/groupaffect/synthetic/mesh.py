"""The triangles that carry a face's texture, and the frame in which that texture lies.

A shape has 77 points: the 68 of the iBUG scheme and nine on the forehead that follow from them.
The texture is a square picture of ``TEXTURE_FRAME`` in which every face has the mean shape with
its mouth a little open: lips that touch would leave the mouth's inside no room.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.spatial import Delaunay

from groupaffect.reference_shape import REFERENCE_SHAPE_XY, CropFrame

N_FOREHEAD = 9
FOREHEAD_SHARE = 0.8  # of the way from nose to the jaw line's upper ends, once more above them
TEXTURE_FRAME = CropFrame(side=1.4, centre_y=-0.12, size_px=128)
MOUTH_OPEN = 0.08  # how far the texture frame's mouth is opened, in jaw widths


def add_forehead(landmark_xy: Float[np.ndarray, "... 68 2"]) -> Float[np.ndarray, "... 77 2"]:
    """Return the points with nine more on an arc over the brows.

    Linear in the points, so that they move with the face; a jaw that drops leaves them alone.

    Examples
    --------
    >>> top = add_forehead(REFERENCE_SHAPE_XY)[68:]
    >>> float(top[4, 1].round(2))  # the middle one, in jaw widths
    -0.76
    """
    left, right, nose = (landmark_xy[..., place, :] for place in (0, 16, 33))
    middle, half = (left + right) / 2, (right - left) / 2
    turn = np.linspace(0, np.pi, N_FOREHEAD + 2)[1:-1, None]
    across = middle[..., None, :] - np.cos(turn) * half[..., None, :]
    # the power flattens the arc, as foreheads are
    above = FOREHEAD_SHARE * np.sin(turn) ** 0.8 * (middle - nose)[..., None, :]
    return np.concatenate([landmark_xy, across + above], axis=-2)


def open_mouth(landmark_xy: Float[np.ndarray, "68 2"], *, by: float) -> Float[np.ndarray, "68 2"]:
    """Return a level face whose lower lip sinks by ``by`` jaw widths, and its chin with it.

    Corners stay; the chin sinks by three quarters, less to the sides.

    Examples
    --------
    >>> opened = open_mouth(REFERENCE_SHAPE_XY, by=0.1)
    >>> (opened - REFERENCE_SHAPE_XY)[[0, 8, 48, 66], 1].round(3).tolist()
    [0.0, 0.075, 0.0, 0.1]
    """
    down = np.zeros(68)
    down[[67, 66, 65]] = 0.8, 1.0, 0.8
    down[[59, 58, 57, 56, 55]] = 0.55, 0.9, 1.0, 0.9, 0.55
    near_chin = np.clip(1 - np.abs(np.arange(17) - 8) / 6, 0, None)
    down[:17] = 0.75 * np.sin(np.pi / 2 * near_chin)
    return landmark_xy + by * np.stack([np.zeros(68), down], axis=1)


@dataclass(frozen=True, slots=True)
class TextureMesh:
    """How the texture frame is covered by triangles.

    Attributes
    ----------
    triangle : (k, 3) places among the 77 points.
    inside : (s, s) which pixels of the frame are in the face; s = ``TEXTURE_FRAME.size_px``.
    corner : (m, 3) for each pixel inside, row by row, the corners of its triangle.
    share : (m, 3) and its barycentric coordinates in it.
    point_xy_px : (77, 2) the mean shape with an open mouth, in pixels of the frame.
    """

    triangle: Int[np.ndarray, "k 3"]
    inside: Bool[np.ndarray, "s s"]
    corner: Int[np.ndarray, "m 3"]
    share: Float[np.ndarray, "m 3"]
    point_xy_px: Float[np.ndarray, "77 2"]


@cache
def texture_mesh() -> TextureMesh:
    """Return the mesh of the mean shape with an open mouth (Delaunay)."""
    size = TEXTURE_FRAME.size_px
    shape = open_mouth(REFERENCE_SHAPE_XY, by=MOUTH_OPEN)
    points = TEXTURE_FRAME.reference_to_crop(add_forehead(shape))
    mesh = Delaunay(points)
    pixel_xy = np.stack(np.meshgrid(np.arange(size), np.arange(size)), axis=-1).reshape(-1, 2)
    found = mesh.find_simplex(pixel_xy)
    inside = found >= 0
    transform = mesh.transform[found[inside]]  # (m, 3, 2)
    share = np.einsum("mij,mj->mi", transform[:, :2], pixel_xy[inside] - transform[:, 2])
    return TextureMesh(
        triangle=mesh.simplices.astype(np.int64),
        inside=inside.reshape(size, size),
        corner=mesh.simplices[found[inside]].astype(np.int64),
        share=np.concatenate([share, 1 - share.sum(axis=1, keepdims=True)], axis=1),
        point_xy_px=points,
    )
