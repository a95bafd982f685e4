"""Hair of a few styles, strand by strand only in its shading and at its edges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from groupaffect.synthetic.pen import Mask, Pen, ellipse, mirrored, paint, smooth_curve, soft_noise
from groupaffect.synthetic.person import HairStyle, Person

CROWN_Y = -0.5  # where the strands fall from, in jaw widths


@dataclass(frozen=True, slots=True)
class Cut:
    """The outlines of a hair style, in jaw widths.

    Attributes
    ----------
    outer : right half of the hair's outline over the head, from top to bottom.
    hairline : right half of where the face begins, from top to bottom.
    behind : right half of what hangs behind head and neck; None where nothing does.
    fringe : how far hair falls over one side of the forehead; 0 none.
    roughness : of the edges.
    """

    outer: tuple[tuple[float, float], ...]
    hairline: tuple[tuple[float, float], ...]
    behind: tuple[tuple[float, float], ...] | None = None
    fringe: float = 0.0
    roughness: float = 0.3


_CLOSE = ((0.0, -1.17), (0.28, -1.12), (0.48, -0.93), (0.565, -0.65), (0.56, -0.4), (0.53, -0.2))
_FULL = ((0.0, -1.25), (0.32, -1.18), (0.54, -0.97), (0.63, -0.68), (0.62, -0.42), (0.54, -0.22))
CUTS: dict[HairStyle, Cut] = {
    "short": Cut(
        _CLOSE, ((0.0, -0.84), (0.22, -0.83), (0.4, -0.7), (0.465, -0.5), (0.5, -0.3), (0.52, -0.1))
    ),
    "side": Cut(
        _FULL,
        ((0.0, -0.8), (0.24, -0.79), (0.4, -0.68), (0.46, -0.5), (0.5, -0.32), (0.52, -0.1)),
        fringe=0.15,
    ),
    "receding": Cut(
        ((0.0, -1.1), (0.25, -1.06), (0.45, -0.9), (0.55, -0.62), (0.555, -0.4), (0.53, -0.2)),
        ((0.0, -0.9), (0.14, -0.94), (0.28, -0.9), (0.43, -0.68), (0.5, -0.35), (0.52, -0.1)),
    ),
    "long": Cut(
        (
            (0.0, -1.21),
            (0.3, -1.16),
            (0.53, -0.96),
            (0.64, -0.6),
            (0.67, -0.1),
            (0.69, 0.4),
            (0.72, 0.85),
            (0.6, 1.12),
            (0.47, 1.0),
        ),
        (
            (0.0, -0.92),
            (0.14, -0.84),
            (0.34, -0.66),
            (0.45, -0.38),
            (0.47, -0.05),
            (0.42, 0.3),
            (0.42, 0.6),
            (0.46, 1.3),
        ),
        behind=((0.0, -1.1), (0.5, -0.8), (0.66, -0.2), (0.68, 0.5), (0.6, 1.05), (0.2, 1.1)),
        roughness=0.25,
    ),
    "bob": Cut(
        (
            (0.0, -1.23),
            (0.32, -1.17),
            (0.56, -0.95),
            (0.67, -0.55),
            (0.69, -0.15),
            (0.68, 0.2),
            (0.6, 0.4),
            (0.48, 0.36),
        ),
        (
            (0.0, -0.64),
            (0.2, -0.65),
            (0.38, -0.6),
            (0.46, -0.38),
            (0.475, -0.05),
            (0.45, 0.2),
            (0.44, 0.6),
        ),
        behind=((0.0, -1.1), (0.5, -0.8), (0.66, -0.2), (0.66, 0.2), (0.55, 0.42), (0.2, 0.44)),
        roughness=0.25,
    ),
    "curly": Cut(
        (
            (0.0, -1.33),
            (0.36, -1.27),
            (0.64, -1.03),
            (0.76, -0.66),
            (0.73, -0.3),
            (0.62, -0.02),
            (0.52, 0.0),
        ),
        ((0.0, -0.8), (0.22, -0.79), (0.38, -0.68), (0.46, -0.48), (0.49, -0.25), (0.5, 0.05)),
        behind=((0.0, -1.2), (0.55, -0.9), (0.7, -0.5), (0.66, -0.1), (0.5, 0.12), (0.2, 0.1)),
        roughness=0.9,
    ),
}


def draw_hair(person: Person, pen: Pen) -> tuple[Image.Image | None, Image.Image]:
    """Return the hair behind the head, if there is any, and the hair around the face."""
    cut = CUTS[person.hair_style]
    rng = np.random.default_rng([person.identity_seed, 11])
    side = -1.0 if rng.integers(2) else 1.0
    x, y = pen.places()
    strands = _curls(rng, pen) if person.hair_style == "curly" else _strands(rng, x, y)
    face = pen.mask(_closed(cut.hairline), blur=0.03)
    if cut.fringe:
        across = side * x
        sweep = ellipse(-0.16, -0.8 - cut.fringe, 0.46, 0.26 + cut.fringe) * [side, 1.0]
        face = face * (1 - pen.mask(sweep, blur=0.03) * (across < 0.3))
    over = _rough(pen.mask(_closed(cut.outer), blur=0.03), strands, cut.roughness)
    over = over * (1 - _rough(face, strands, 0.3))
    shine = np.exp(-(((y + 0.95) / 0.16) ** 2)) * (1 - x**2)
    light = (0.88 + 0.16 * strands + 0.22 * np.clip(shine, 0, 1)) * _rounded(x)
    before = paint(over, person.hair, np.clip(light, 0.35, 1.6))
    if cut.behind is None:
        return None, before
    hanging = _rough(pen.mask(_closed(cut.behind), blur=0.03), strands, cut.roughness)
    return paint(hanging, person.hair, np.clip(0.6 + 0.1 * strands, 0.3, 1.0)), before


def _closed(right_half: tuple[tuple[float, float], ...]) -> np.ndarray:
    return mirrored(smooth_curve(np.array(right_half)))


def _rounded(x: Mask) -> Mask:
    """Return light that falls off towards the sides of the head."""
    return np.asarray(1.02 - 0.32 * np.clip(np.abs(x) / 0.7, 0, 1) ** 2)


def _strands(rng: np.random.Generator, x: Mask, y: Mask) -> Mask:
    """Return noise that runs along hair: out from the crown, then down; deviation about 1."""
    around = np.where(y < CROWN_Y, np.arctan2(x, CROWN_Y - y + 0.12), 1.35 * np.sign(x) + 0.9 * x)
    along = np.hypot(x, y - CROWN_Y)
    strands = np.zeros_like(x)
    for n, size in ((70, 0.6), (190, 0.6), (420, 0.45)):
        knots = rng.standard_normal(n)
        # a strand wanders a little on its way
        place = (around + 0.03 * np.sin(5 * along + 3 * around) + 3.2) / 6.4 * (n - 1)
        strands += size * np.interp(place, np.arange(n), knots)
    return np.asarray(strands, dtype=np.float32)


def _curls(rng: np.random.Generator, pen: Pen) -> Mask:
    width, height = pen.size_px
    large, small = (
        soft_noise(rng, (height, width), grain_px=grain * pen.scale_px) for grain in (0.06, 0.025)
    )
    return np.asarray(0.8 * large + 0.5 * small)


def _rough(soft: Mask, strands: Mask, roughness: float) -> Mask:
    """Return a mask whose soft edge is cut to strands."""
    return np.clip((soft + 0.12 * roughness * strands - 0.5) * 5 + 0.5, 0, 1) * (soft > 0.02)
