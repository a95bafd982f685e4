"""The inside of a mouth as a drawing: dark, with teeth under the upper lip."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from PIL import Image, ImageDraw

from groupaffect.synthetic.pen import smooth_curve
from groupaffect.synthetic.performance import FaceState
from groupaffect.synthetic.person import Rgb

OVERSAMPLING = 3
# How much of the teeth each expression bares, in the order of ``EMOTIONS``, and speech (ours).
TEETH_BARED = np.array([0.85, 0.8, 0.6, 1.0, 0.2, 0.25, 0.0])
TEETH_IN_SPEECH = 0.5
TEETH_HEIGHT = 0.2  # of the mouth's width, at most
CAVITY: Rgb = (58, 24, 24)
TONGUE: Rgb = (124, 62, 60)
TEETH: Rgb = (228, 222, 212)


def bared_teeth(state: FaceState) -> float:
    """Return how much of the teeth shows where the lips part, 0..1.

    Examples
    --------
    >>> bared_teeth(FaceState(np.array([0.0, 0.0, 0.0, 0.5, 0.0, 0.0, 0.0])))
    0.5
    """
    by_emotion = float((TEETH_BARED * np.clip(state.emotion_strength, 0, 1)).max())
    return max(by_emotion, TEETH_IN_SPEECH * min(state.mouth_open, 1.0))


def draw_mouth(
    picture: Image.Image, landmark_xy_px: Float[np.ndarray, "68 2"], *, teeth: float
) -> None:
    """Draw what is between the lips.

    Parameters
    ----------
    teeth : how much of the teeth shows, 0..1; see ``bared_teeth``.
    """
    inner = landmark_xy_px[60:68]
    low = np.floor(inner.min(axis=0)).astype(int) - 3
    size = np.ceil(inner.max(axis=0)).astype(int) + 4 - low
    inner = (inner - low) * OVERSAMPLING
    across = inner[4] - inner[0]
    width = float(np.hypot(*across))
    down = np.array([-across[1], across[0]]) / max(width, 1e-6)
    gap = float((inner[6] - inner[2]) @ down)
    upper, lower = smooth_curve(inner[:5]), smooth_curve(inner[[0, 7, 6, 5, 4]])
    canvas = (int(size[0]) * OVERSAMPLING, int(size[1]) * OVERSAMPLING)
    inside, cover = Image.new("RGB", canvas, CAVITY), Image.new("L", canvas)
    draw = ImageDraw.Draw(inside, "RGBA")
    _draw_tongue(draw, inner, width=width, gap=gap)
    _draw_teeth(draw, upper, down, height=min(TEETH_HEIGHT * width, 0.85 * gap), share=teeth)
    stain = ImageDraw.Draw(cover)
    stain.polygon(np.concatenate([upper, lower[::-1]]).ravel().tolist(), fill=245)
    seam = [*map(tuple, (upper + lower) / 2)]
    stain.line(seam, 150, max(1, round(0.02 * width)))
    place = int(low[0]), int(low[1])
    picture.paste(inside.reduce(OVERSAMPLING), place, cover.reduce(OVERSAMPLING))


def _draw_tongue(
    draw: ImageDraw.ImageDraw, inner: Float[np.ndarray, "8 2"], *, width: float, gap: float
) -> None:
    if gap < 0.12 * width:
        return
    x, y = inner[6]
    draw.ellipse([x - 0.3 * width, y - 0.4 * gap, x + 0.3 * width, y + 0.5 * gap], (*TONGUE, 150))


def _draw_teeth(
    draw: ImageDraw.ImageDraw,
    upper: Float[np.ndarray, "n 2"],
    down: np.ndarray,
    *,
    height: float,
    share: float,
) -> None:
    """Draw the upper row: lower in the middle, in shade towards the corners."""
    if height <= 0 or share <= 0:
        return
    arch = np.sin(np.linspace(0.0, np.pi, len(upper))) ** 0.5
    edge = upper + arch[:, None] * height * down
    lit = np.sin(np.linspace(0.15, np.pi - 0.15, len(upper))) ** 0.6
    for k in range(len(upper) - 1):
        colour = tuple(int(c * (0.45 + 0.55 * min(lit[k], lit[k + 1]))) for c in TEETH)
        piece = np.stack([upper[k], upper[k + 1], edge[k + 1], edge[k]])
        draw.polygon(piece.ravel().tolist(), (*colour, int(255 * share)))
