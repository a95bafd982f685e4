"""What stays the same in a person's tile: room, body, skull and hair, drawn plainly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image

from groupaffect.synthetic.appearance import load_appearance
from groupaffect.synthetic.body import draw_body
from groupaffect.synthetic.face import forehead_light
from groupaffect.synthetic.hair import draw_hair
from groupaffect.synthetic.pen import Pen, ellipse, paint
from groupaffect.synthetic.person import Person
from groupaffect.synthetic.room import draw_room

OVERSAMPLING = 2
# the head's picture reaches this far around the face's origin, in jaw widths
HEAD_LEFT, HEAD_TOP, HEAD_WIDTH, HEAD_HEIGHT = -1.0, -1.5, 2.0, 2.8


@dataclass(frozen=True, slots=True)
class HeadLayer:
    """A picture that moves with the head.

    Attributes
    ----------
    colours : RGB, also where nothing shows. cover : how much of it shows, 0..255.
    origin_xy_px : where the face's origin lies, in the picture's pixels; may lie outside it.
    """

    colours: Image.Image
    cover: Image.Image
    origin_xy_px: tuple[float, float]


@dataclass(frozen=True, slots=True)
class StillLayers:
    """Pictures that a tile is composed of, from back to front.

    Attributes
    ----------
    room : the tile with the wall. hair_behind : None where the style has none.
    body : shoulders and neck, with transparency, as large as the room.
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
    pen = Pen(scale, (-HEAD_LEFT * scale, -HEAD_TOP * scale), size)
    tile_origin = (origin_xy_px[0] * OVERSAMPLING, origin_xy_px[1] * OVERSAMPLING)
    tile_pen = Pen(scale, tile_origin, (width_px * OVERSAMPLING, height_px * OVERSAMPLING))
    behind, before = draw_hair(person, pen)
    return StillLayers(
        room=draw_room(person, width_px, height_px),
        hair_behind=_trim(behind, jaw_px) if behind else None,
        body=draw_body(person, tile_pen).reduce(OVERSAMPLING),
        skull=_trim(_draw_skull(person, pen), jaw_px),
        hair_before=_trim(before, jaw_px),
    )


def _trim(picture: Image.Image, jaw_px: float) -> HeadLayer:
    """Reduce a layer to the tile's scale, and to the part that is not transparent."""
    whole = picture.reduce(OVERSAMPLING)
    left, top, right, bottom = whole.getchannel("A").getbbox() or (0, 0, 1, 1)
    # a free pixel all around, for the smoothing of a turned layer's edges
    kept = whole.crop((left - 1, top - 1, right + 1, bottom + 1))
    origin = (-HEAD_LEFT * jaw_px - left + 1, -HEAD_TOP * jaw_px - top + 1)
    return HeadLayer(kept.convert("RGB"), kept.getchannel("A"), origin)


def _draw_skull(person: Person, pen: Pen) -> Image.Image:
    """Draw ears, and the skin that goes on around the face and above it."""
    shape, _ = load_appearance().neutral_face(person.identity)
    jaw = shape[:17]
    half = float(jaw[16, 0] - jaw[0, 0]) / 2
    crown = ellipse(0.0, -0.42, half + 0.035, 0.67)
    skin = np.concatenate([jaw, crown[crown[:, 1] < -0.42][::-1]])
    cover = pen.mask(skin, crown[crown[:, 1] < -0.3], blur=0.012)
    x, _ = pen.places()
    round_light = 1 - 0.3 * np.clip(np.abs(x) / (half + 0.02), 0, 1) ** 3
    skull = paint(cover, person.skin, forehead_light(person) * round_light)
    ears, hollows = (
        [ellipse(side * (half + 0.015), -0.22, w, h) for side in (-1, 1)]
        for w, h in ((0.06, 0.14), (0.028, 0.08))
    )
    ear = paint(pen.mask(*ears), person.skin, 0.84 - 0.2 * pen.mask(*hollows, blur=0.015))
    return Image.alpha_composite(ear, skull)
