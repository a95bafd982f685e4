"""Draw in jaw widths around a face's origin: outlines, soft masks, painted layers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Float
from PIL import Image, ImageDraw, ImageFilter

from groupaffect.synthetic.person import Rgb

Mask = Float[np.ndarray, "h w"]


@dataclass(frozen=True, slots=True)
class Pen:
    """A canvas whose unit is the width of the jaw line.

    Attributes
    ----------
    scale_px : pixels for a jaw width. origin_xy_px : where the face's origin lies.
    size_px : width and height of the canvas.
    """

    scale_px: float
    origin_xy_px: tuple[float, float]
    size_px: tuple[int, int]

    def mask(self, *outlines: Float[np.ndarray, "_ 2"], blur: float = 0.006) -> Mask:
        """Return where any of the outlines covers the canvas, 0..1, softened by ``blur``."""
        picture = Image.new("L", self.size_px)
        for outline in outlines:
            corners = outline * self.scale_px + np.array(self.origin_xy_px)
            ImageDraw.Draw(picture).polygon(corners.ravel().tolist(), fill=255)
        soft = picture.filter(ImageFilter.GaussianBlur(blur * self.scale_px))
        return np.asarray(soft, dtype=np.float32) / 255

    def places(self) -> tuple[Mask, Mask]:
        """Return x and y of every pixel."""
        width, height = self.size_px
        x = (np.arange(width, dtype=np.float32) - self.origin_xy_px[0]) / self.scale_px
        y = (np.arange(height, dtype=np.float32) - self.origin_xy_px[1]) / self.scale_px
        return np.broadcast_to(x, (height, width)), np.broadcast_to(y[:, None], (height, width))


def ellipse(x: float, y: float, half_width: float, half_height: float) -> np.ndarray:
    """Return the outline of an ellipse, (72, 2).

    Examples
    --------
    >>> ellipse(1.0, 0.0, 2.0, 1.0)[0].tolist()
    [3.0, 0.0]
    """
    turn = np.linspace(0, 2 * np.pi, 73)[:-1]
    return np.stack([x + half_width * np.cos(turn), y + half_height * np.sin(turn)], axis=1)


def mirrored(right_half: Float[np.ndarray, "n 2"]) -> Float[np.ndarray, "m 2"]:
    """Return an outline from its right half, listed from top to bottom.

    Examples
    --------
    >>> mirrored(np.array([[1.0, 0.0], [2.0, 5.0]])).tolist()
    [[1.0, 0.0], [2.0, 5.0], [-2.0, 5.0], [-1.0, 0.0]]
    """
    return np.concatenate([right_half, right_half[::-1] * [-1, 1]])


def smooth_curve(xy: Float[np.ndarray, "n 2"], *, n_between: int = 6) -> Float[np.ndarray, "m 2"]:
    """Return a curve through points in order (Catmull-Rom), ends included.

    Examples
    --------
    >>> smooth_curve(np.array([[0.0, 0.0], [2.0, 0.0], [4.0, 0.0]]), n_between=2)[:, 0].tolist()
    [0.0, 0.875, 2.0, 3.125, 4.0]
    """
    return np.asarray(_curve_weights(len(xy), n_between) @ xy)


@cache
def _curve_weights(n: int, n_between: int) -> Float[np.ndarray, "m n"]:
    """Return how much each of n points counts at each place of the curve through them."""
    xy = np.eye(n)
    before = np.concatenate([xy[:1], xy[:-1]])[:-1, None]
    after = np.concatenate([xy[1:], xy[-1:]])[1:, None]
    start, end = xy[:-1, None], xy[1:, None]
    t = (np.arange(n_between) / n_between)[None, :, None]
    square = 2 * before - 5 * start + 4 * end - after
    cube = 3 * (start - end) + after - before
    curve = start + 0.5 * t * (end - before + t * (square + t * cube))
    return np.concatenate([curve.reshape(-1, n), xy[-1:]])


def soft_noise(rng: np.random.Generator, shape: tuple[int, int], *, grain_px: float) -> Mask:
    """Return smooth noise, about 0 with deviation 1, whose spots are ``grain_px`` wide."""
    height, width = shape
    cells = rng.standard_normal(
        (max(2, round(height / grain_px)), max(2, round(width / grain_px))), dtype=np.float32
    )
    picture = Image.fromarray(cells).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(picture, dtype=np.float32)


def paint(cover: Mask, colour: Rgb, light: Mask | float) -> Image.Image:
    """Return a layer of one colour under a light (1 leaves the colour), seen where it covers."""
    pixels = np.array(colour, dtype=np.float32) * np.broadcast_to(light, cover.shape)[..., None]
    layer = np.concatenate([pixels, 255 * cover[..., None]], axis=2)
    return Image.fromarray(np.clip(layer, 0, 255).astype(np.uint8), "RGBA")
