"""What is behind a person: a wall, and something in front of it, out of focus."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from groupaffect.synthetic.person import Person, Rgb

BOOKS: tuple[Rgb, ...] = (
    (112, 60, 54),
    (58, 84, 96),
    (176, 148, 96),
    (72, 92, 70),
    (150, 152, 150),
    (92, 74, 96),
)
WOOD: Rgb = (128, 96, 70)
LEAVES: Rgb = (74, 108, 72)
DAYLIGHT: Rgb = (232, 238, 240)


def draw_room(person: Person, width_px: int, height_px: int) -> Image.Image:
    """Draw a lit wall and a piece of furniture to one side, both out of focus."""
    rng = np.random.default_rng([person.identity_seed, 5])
    ends = (0.86, 1.06) if rng.integers(2) else (1.06, 0.86)
    down = np.linspace(1.05, 0.82, height_px, dtype=np.float32)[:, None, None]
    across = np.linspace(*ends, width_px, dtype=np.float32)[None, :, None]
    wall = np.array(person.wall, dtype=np.float32) * down * across
    room = Image.fromarray(np.clip(wall, 0, 255).astype(np.uint8), "RGB")
    draw = ImageDraw.Draw(room)
    # rooms in seed order, so that neighbours on a grid sit in different ones
    furnish = FURNITURE[person.identity_seed % len(FURNITURE)]
    left = width_px * (0.02 if rng.integers(2) else 0.70)
    furnish(draw, rng, (left, 0.0, left + 0.28 * width_px, float(height_px)))
    return room.filter(ImageFilter.GaussianBlur(height_px / 36))


Place = tuple[float, float, float, float]


def _shelf(draw: ImageDraw.ImageDraw, rng: np.random.Generator, place: Place) -> None:
    left, top, right, bottom = place
    row = (bottom - top) / 4
    draw.rectangle([left, top, right, bottom], fill=(92, 70, 54))
    for floor in np.arange(top + 0.9 * row, bottom + row, row):
        x = left + 0.03 * (right - left)
        while x < right - 0.08 * (right - left):
            thick = (right - left) * rng.uniform(0.05, 0.11)
            high = row * rng.uniform(0.5, 0.8)
            colour = BOOKS[int(rng.integers(len(BOOKS)))]
            draw.rectangle([x, floor - high, x + thick, floor], fill=colour)
            x += thick * rng.choice([1.05, 1.05, 1.1, 2.2])
        draw.rectangle([left, floor, right, floor + 0.09 * row], fill=WOOD)


def _window(draw: ImageDraw.ImageDraw, _: np.random.Generator, place: Place) -> None:
    left, top, right, bottom = place
    wide, high = right - left, bottom - top
    draw.rectangle([left, top, right, top + 0.66 * high], fill=(206, 204, 198))
    for x in (left + 0.07 * wide, left + 0.53 * wide):
        for y, share in ((top, 0.3), (top + 0.34 * high, 0.28)):
            draw.rectangle([x, y, x + 0.4 * wide, y + share * high], fill=DAYLIGHT)
    draw.rectangle(
        [left - 0.05 * wide, top + 0.66 * high, right + 0.05 * wide, top + 0.7 * high],
        fill=(222, 220, 214),
    )


def _pictures(draw: ImageDraw.ImageDraw, rng: np.random.Generator, place: Place) -> None:
    left, top, right, bottom = place
    wide, high = right - left, bottom - top
    for x, y, w, h in ((0.08, 0.08, 0.5, 0.36), (0.66, 0.16, 0.3, 0.22), (0.3, 0.52, 0.36, 0.2)):
        box = np.array([left + x * wide, top + y * high, left + (x + w) * wide, 0.0])
        box[3] = top + (y + h) * high
        rim = 0.012 * high
        draw.rectangle(box.tolist(), fill=(74, 64, 58))
        draw.rectangle((box + [rim, rim, -rim, -rim]).tolist(), fill=(226, 222, 212))
        colour = BOOKS[int(rng.integers(len(BOOKS)))]
        draw.rectangle((box + [3 * rim, 3 * rim, -3 * rim, -3 * rim]).tolist(), fill=colour)


def _plant(draw: ImageDraw.ImageDraw, rng: np.random.Generator, place: Place) -> None:
    left, top, right, bottom = place
    middle, foot, high = (left + right) / 2, top + 0.86 * (bottom - top), bottom - top
    for lean in np.linspace(-1.1, 1.1, 11):
        reach = high * rng.uniform(0.34, 0.56)
        tip = np.array([middle + reach * np.sin(lean) * 0.75, foot - reach * np.cos(0.7 * lean)])
        stem = np.array([middle, foot])
        side = 0.055 * high * np.array([np.cos(lean), 0.35 * np.sin(lean)])
        half = (stem + 1.6 * tip) / 2.6
        light = rng.uniform(0.75, 1.15)
        leaf = np.stack([stem, half + side, tip, half - side]).ravel().tolist()
        draw.polygon(leaf, fill=tuple(int(c * light) for c in LEAVES))
    pot = [middle - 0.1 * high, foot - 0.02 * high, middle + 0.1 * high, bottom]
    draw.rectangle(pot, fill=(176, 128, 100))


def _lamp(draw: ImageDraw.ImageDraw, _: np.random.Generator, place: Place) -> None:
    left, top, right, bottom = place
    middle, high = (left + right) / 2, bottom - top
    for radius, light in ((0.34, 8), (0.26, 14), (0.18, 20)):
        # a glow on the wall behind
        box = [middle - radius * high, top + (0.32 - radius) * high]
        box += [middle + radius * high, top + (0.32 + radius) * high]
        glow = 206 + light
        draw.ellipse(box, fill=(glow, glow - 14, glow - 40))
    draw.rectangle(
        [middle - 0.01 * high, top + 0.4 * high, middle + 0.01 * high, bottom], fill=WOOD
    )
    shade = [middle - 0.08 * high, top + 0.22 * high, middle + 0.08 * high, top + 0.22 * high]
    shade += [middle + 0.13 * high, top + 0.42 * high, middle - 0.13 * high, top + 0.42 * high]
    draw.polygon(shade, fill=(248, 232, 196))


FURNITURE: tuple[Callable[[ImageDraw.ImageDraw, np.random.Generator, Place], None], ...] = (
    _shelf,
    _window,
    _plant,
    _pictures,
    _lamp,
)
