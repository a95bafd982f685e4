"""What stays the same in a person's tile: wall, shoulders, skull and hair, drawn plainly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from groupaffect.synthetic.appearance import load_appearance
from groupaffect.synthetic.face import forehead_light
from groupaffect.synthetic.person import Person, Rgb

OVERSAMPLING = 3
# the head's picture reaches this far around the face's origin, in jaw widths
HEAD_LEFT, HEAD_TOP, HEAD_WIDTH, HEAD_HEIGHT = -1.1, -1.5, 2.2, 2.8


@dataclass(frozen=True, slots=True)
class HeadLayer:
    """A picture with transparency that moves with the head.

    Attributes
    ----------
    origin_xy_px : where the face's origin lies, in the picture's pixels; may lie outside it.
    """

    picture: Image.Image
    origin_xy_px: tuple[float, float]


@dataclass(frozen=True, slots=True)
class StillLayers:
    """Pictures that a tile is composed of, from back to front.

    Attributes
    ----------
    room : the tile with the wall. body : shoulders and neck, with transparency, as large.
    hair_behind : None where the style has none.
    """

    room: Image.Image
    hair_behind: HeadLayer | None
    body: Image.Image
    skull: HeadLayer
    hair_before: HeadLayer


@lru_cache(maxsize=64)
def still_layers(
    person: Person,
    *,
    width_px: int,
    height_px: int,
    jaw_px: float,
    origin_xy_px: tuple[float, float],
) -> StillLayers:
    """Draw what does not change from frame to frame.

    Parameters
    ----------
    jaw_px : the width of the jaw line in the tile. origin_xy_px : where the face's origin rests.
    """
    scale = jaw_px * OVERSAMPLING
    size = (round(HEAD_WIDTH * scale), round(HEAD_HEIGHT * scale))
    pen = _Pen(scale, (-HEAD_LEFT * scale, -HEAD_TOP * scale), size)
    behind, before = _draw_hair(person, pen)
    return StillLayers(
        room=_draw_room(person, width_px, height_px),
        hair_behind=_trim(behind, jaw_px) if behind.getchannel("A").getbbox() else None,
        body=_draw_body(person, width_px, height_px, jaw_px, origin_xy_px),
        skull=_trim(_draw_skull(person, pen), jaw_px),
        hair_before=_trim(before, jaw_px),
    )


def _trim(picture: Image.Image, jaw_px: float) -> HeadLayer:
    """Reduce a layer to the tile's scale, and to the part that is not transparent."""
    whole = _reduce(picture)
    left, top, right, bottom = whole.getchannel("A").getbbox() or (0, 0, 1, 1)
    # a free pixel all around, for the smoothing of a turned layer's edges
    kept = whole.crop((left - 1, top - 1, right + 1, bottom + 1))
    return HeadLayer(kept, (-HEAD_LEFT * jaw_px - left + 1, -HEAD_TOP * jaw_px - top + 1))


@dataclass(frozen=True, slots=True)
class _Pen:
    """Draws in jaw widths."""

    scale: float
    origin_xy_px: tuple[float, float]
    size: tuple[int, int]

    def place(self, xy: np.ndarray) -> list[float]:
        return (
            np.asarray(np.asarray(xy) * self.scale + np.array(self.origin_xy_px)).ravel().tolist()
        )

    def mask(self, *polygons: np.ndarray) -> Image.Image:
        mask = Image.new("L", self.size)
        for polygon in polygons:
            ImageDraw.Draw(mask).polygon(self.place(polygon), fill=255)
        return mask

    def ellipse(self, x: float, y: float, half_width: float, half_height: float) -> np.ndarray:
        turn = np.linspace(0, 2 * np.pi, 73)[:-1]
        return np.stack([x + half_width * np.cos(turn), y + half_height * np.sin(turn)], axis=1)


def _draw_skull(person: Person, pen: _Pen) -> Image.Image:
    shape, _ = load_appearance().neutral_face(person.identity)
    jaw = shape[:17]
    crown = pen.ellipse(0.0, -0.42, 0.52, 0.62)
    mask = pen.mask(
        np.concatenate([jaw, crown[crown[:, 1] < -0.42][::-1]]), crown[crown[:, 1] < -0.3]
    )
    ears = pen.mask(pen.ellipse(-0.54, -0.24, 0.07, 0.16), pen.ellipse(0.54, -0.24, 0.07, 0.16))
    skull = _paint(mask, person.skin, light=forehead_light(person))
    ear = _paint(ears, person.skin, light=0.82)
    return Image.alpha_composite(ear, skull)


def _draw_hair(person: Person, pen: _Pen) -> tuple[Image.Image, Image.Image]:
    """Return the hair behind the head and the hair over the forehead."""
    style, nothing = person.hair_style, Image.new("L", pen.size)
    crown = pen.ellipse(0.0, -0.46, 0.58, 0.7)
    face = pen.mask(pen.ellipse(0.0, -0.2, 0.5, 0.68))
    behind = nothing
    if style == "short":
        face = pen.mask(pen.ellipse(0.0, -0.12, 0.505, 0.76))
    elif style == "side":
        face = pen.mask(pen.ellipse(0.12, -0.15, 0.5, 0.72), pen.ellipse(0.0, -0.1, 0.46, 0.5))
    elif style == "receding":
        face = pen.mask(pen.ellipse(0.0, -0.28, 0.5, 0.76))
    elif style == "long":
        behind = pen.mask(pen.ellipse(0.0, -0.15, 0.68, 1.1), _column(0.66, -0.4, 1.15))
        face = pen.mask(pen.ellipse(0.0, -0.12, 0.47, 0.75), _column(0.43, -0.2, 1.2))
        crown = np.concatenate([pen.ellipse(0.0, -0.5, 0.62, 0.79)])
    elif style == "bob":
        behind = pen.mask(pen.ellipse(0.0, -0.25, 0.7, 0.95), _column(0.68, -0.3, 0.42))
        face = pen.mask(pen.ellipse(0.0, -0.02, 0.47, 0.68), _column(0.43, -0.2, 1.2))
        crown = pen.ellipse(0.0, -0.45, 0.64, 0.84)
    elif style == "curly":
        turn = np.linspace(-1.25 * np.pi, 0.25 * np.pi, 23)
        curls = [pen.ellipse(0.6 * np.cos(a), -0.5 + 0.72 * np.sin(a), 0.13, 0.13) for a in turn]
        behind = pen.mask(*curls, pen.ellipse(0.0, -0.5, 0.64, 0.8))
        face = pen.mask(pen.ellipse(0.0, -0.12, 0.49, 0.74))
    upper = pen.mask(crown) if style in ("long", "bob") else _above(pen.mask(crown), pen, -0.12)
    if style in ("long", "bob"):
        length = 1.05 if style == "long" else 0.3
        sides = pen.mask(_column(0.62, -0.5, length))
        upper = ImageChops.lighter(_above(upper, pen, -0.2), _below(sides, pen, -0.5))
    over = ImageChops.subtract(upper, face)
    return _paint(behind, person.hair, light=0.8, streaks=True), _paint(
        over, person.hair, streaks=True
    )


def _column(half_width: float, top: float, bottom: float) -> np.ndarray:
    return np.array(
        [(-half_width, top), (half_width, top), (half_width, bottom), (-half_width, bottom)]
    )


def _above(mask: Image.Image, pen: _Pen, y: float) -> Image.Image:
    limit = Image.new("L", pen.size)
    ImageDraw.Draw(limit).rectangle([0, 0, pen.size[0], pen.place(np.array([0, y]))[1]], fill=255)
    return ImageChops.multiply(mask, limit)


def _below(mask: Image.Image, pen: _Pen, y: float) -> Image.Image:
    return ImageChops.subtract(mask, _above(mask, pen, y))


def _paint(
    mask: Image.Image, colour: Rgb, *, light: float = 1.0, streaks: bool = False
) -> Image.Image:
    """Fill a mask with a colour that darkens downwards; hair has streaks."""
    width, height = mask.size
    shade = np.linspace(1.06, 0.86, height, dtype=np.float32)[:, None] * light
    shade = np.broadcast_to(shade, (height, width))
    if streaks:
        rng = np.random.default_rng(sum(colour))
        noise = Image.fromarray(rng.integers(60, 196, (12, width // 2)).astype(np.uint8))
        grain = np.asarray(
            noise.resize((width, height), Image.Resampling.BICUBIC), dtype=np.float32
        )
        shade = shade * (0.8 + 0.4 * grain / 255)
    pixels = np.clip(np.array(colour, dtype=np.float32) * shade[..., None], 0, 255).astype(np.uint8)
    soft = mask.filter(ImageFilter.GaussianBlur(OVERSAMPLING * 0.8))
    painted = Image.fromarray(pixels, "RGB").convert("RGBA")
    painted.putalpha(soft)
    return painted


def _reduce(layer: Image.Image) -> Image.Image:
    return layer.reduce(OVERSAMPLING)


def _draw_room(person: Person, width_px: int, height_px: int) -> Image.Image:
    """Draw a wall that is lit from one side, and something that hangs on it."""
    rng = np.random.default_rng([person.identity_seed, 5])
    ends = (0.9, 1.06) if rng.integers(2) else (1.06, 0.9)
    down = np.linspace(1.04, 0.84, height_px, dtype=np.float32)[:, None, None]
    across = np.linspace(*ends, width_px, dtype=np.float32)[None, :, None]
    wall = np.array(person.wall, dtype=np.float32)
    room = Image.fromarray(np.clip(wall * down * across, 0, 255).astype(np.uint8), "RGB")
    left, top = rng.choice([0.06, 0.78]) * width_px, 0.1 * height_px
    right, bottom = left + 0.16 * width_px, 0.48 * height_px
    rim = 0.025 * height_px
    draw = ImageDraw.Draw(room)
    draw.rectangle([left, top, right, bottom], fill=_shade(person.wall, 0.7))
    inner = [left + rim, top + rim, right - rim, bottom - rim]
    draw.rectangle(inner, fill=_shade(person.wall, 1.1))
    return room.filter(ImageFilter.GaussianBlur(height_px / 90))


def _draw_body(
    person: Person, width_px: int, height_px: int, jaw_px: float, origin_xy_px: tuple[float, float]
) -> Image.Image:
    """Draw shoulders and neck."""
    scale = jaw_px * OVERSAMPLING
    origin = (origin_xy_px[0] * OVERSAMPLING, origin_xy_px[1] * OVERSAMPLING)
    pen = _Pen(scale, origin, (width_px * OVERSAMPLING, height_px * OVERSAMPLING))
    neck = pen.mask(
        np.array([(-0.3, 0.1), (0.3, 0.1), (0.36, 1.1), (-0.36, 1.1)]),
        pen.ellipse(0.0, 0.78, 0.37, 0.22),
    )
    shoulders = ImageChops.subtract(
        pen.mask(pen.ellipse(0.0, 1.75, 1.25, 1.05)), pen.mask(pen.ellipse(0.0, 0.72, 0.37, 0.24))
    )
    layers = (_paint(neck, person.skin, light=0.78), _paint(shoulders, person.clothes))
    return _reduce(Image.alpha_composite(*layers))


def _shade(colour: Rgb, light: float) -> Rgb:
    red, green, blue = (min(255, int(c * light)) for c in colour)
    return red, green, blue
