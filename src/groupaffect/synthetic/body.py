"""Neck, shoulders and clothes, drawn plainly."""

from __future__ import annotations

import numpy as np
from PIL import Image

from groupaffect.synthetic.pen import Pen, ellipse, mirrored, paint, smooth_curve, soft_noise
from groupaffect.synthetic.person import Person, Rgb

_NECK = ((0.29, 0.1), (0.285, 0.4), (0.3, 0.6), (0.36, 0.78), (0.62, 0.92), (0.62, 1.4))
_SHOULDERS = (
    (0.0, 0.74),
    (0.3, 0.74),
    (0.5, 0.83),
    (0.85, 0.95),
    (1.12, 1.12),
    (1.24, 1.5),
    (1.3, 2.4),
)
# Where the clothes end: right halves, from the shoulder's side inwards and down.
_COLLARS = {
    "round": ((0.4, 0.5), (0.37, 0.76), (0.28, 0.9), (0.13, 0.965), (0.0, 0.98)),
    "deep": ((0.4, 0.5), (0.36, 0.76), (0.24, 0.95), (0.1, 1.16), (0.0, 1.26)),
}
_SHIRT: Rgb = (226, 228, 230)


def draw_body(person: Person, pen: Pen) -> Image.Image:
    """Return neck, shoulders and clothes with transparency."""
    rng = np.random.default_rng([person.identity_seed, 17])
    kind = ("round", "deep", "shirt", "jacket")[int(rng.integers(4))]
    x, y = pen.places()
    # the chin throws a shadow on the neck, and the neck turns away to its sides
    below = np.where(y < 0.5, 1.0, np.exp(-(((y - 0.5) / 0.17) ** 2)))
    shade = (1 - 0.34 * below * np.exp(-((x / 0.42) ** 2))) * (0.94 - 0.25 * np.abs(x).clip(0, 1))
    neck = paint(pen.mask(_outline(_NECK), blur=0.01), person.skin, shade)
    folds = soft_noise(rng, x.shape, grain_px=0.22 * pen.scale_px)
    light = (1.05 - 0.28 * np.clip(np.abs(x) / 1.3, 0, 1) ** 2) * (1 + 0.035 * folds)
    light = light * (1 - 0.22 * np.exp(-(((y - 0.9) / 0.12) ** 2) - (x / 0.5) ** 2))
    open_part = pen.mask(_outline(_COLLARS["round" if kind == "round" else "deep"]), blur=0.008)
    cloth = pen.mask(_outline(_SHOULDERS), blur=0.012) * (1 - open_part)
    body = Image.alpha_composite(neck, paint(cloth, person.clothes, light))
    if kind == "round":
        rim = pen.mask(_outline(_COLLARS["round"]), blur=0.012)
        hem = np.clip(4 * rim * (1 - rim), 0, 1) * cloth
        return Image.alpha_composite(body, paint(hem, person.clothes, 0.78 * light))
    if kind == "shirt":
        return _with_collar(body, pen, person.clothes, light)
    if kind == "jacket":
        return _with_shirt(body, pen, open_part, light)
    return body


def _outline(right_half: tuple[tuple[float, float], ...]) -> np.ndarray:
    return mirrored(smooth_curve(np.array(right_half)))


def _with_collar(body: Image.Image, pen: Pen, colour: Rgb, light: np.ndarray) -> Image.Image:
    flap = np.array([(0.36, 0.66), (0.44, 0.8), (0.3, 1.12), (0.08, 1.14)])
    flaps = pen.mask(flap, flap * [-1, 1], blur=0.008)
    shadow = pen.mask(flap + [0.01, 0.035], (flap + [0.01, 0.035]) * [-1, 1], blur=0.02)
    body = Image.alpha_composite(body, paint(0.35 * shadow, (20, 20, 24), 1.0))
    body = Image.alpha_composite(body, paint(flaps, colour, 1.1 * light))
    buttons = pen.mask(*(ellipse(0.0, y, 0.016, 0.016) for y in (1.36, 1.6, 1.84)))
    return Image.alpha_composite(body, paint(buttons, (236, 234, 228), 1.0))


def _with_shirt(
    body: Image.Image, pen: Pen, open_part: np.ndarray, light: np.ndarray
) -> Image.Image:
    neckline = pen.mask(_outline(_COLLARS["round"]), blur=0.008)
    _, y = pen.places()
    shirt = open_part * (1 - neckline) * (y > 0.7)
    body = Image.alpha_composite(body, paint(shirt, _SHIRT, 0.95 * light))
    lapel = np.array([(0.36, 0.72), (0.52, 0.9), (0.4, 1.18), (0.0, 1.62), (0.1, 1.14)])
    lapels = pen.mask(lapel, lapel * [-1, 1], blur=0.008) * (1 - open_part)
    return Image.alpha_composite(body, paint(0.3 * lapels, (8, 8, 12), 1.0))
