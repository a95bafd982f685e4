"""One caption as a small picture with a dark ground, legible on any picture."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from jaxtyping import UInt8
from PIL import Image, ImageDraw

from groupaffect.report.overlay.captions import N_EXPRESSIONS, Caption
from groupaffect.report.overlay.font import load_font, shorten
from groupaffect.report.palette import EMOTION_COLOURS, IMAGE_FILL, INK, LANDMARK_FILL
from groupaffect.report.summary import percent

# Expression rows of a plate, fullest first: a shorter one where there is no room for a longer.
# The last two show the name alone; the fullest shows the weights as well.
EXPRESSION_ROWS = (N_EXPRESSIONS, 1, 0)
GROUND = (16, 16, 16, 208)  # dark enough for every participant's colour to be read on it
TEXT = "#FFFFFF"
GROOVE = "#4A4A4A"

# In font sizes; all ours.
ROW, PAD, STRIPE, WORD, BAR, NUMBER = 1.3, 0.35, 0.25, 4.9, 2.6, 2.9
WEIGHTS_TEXT = 0.72


@lru_cache(maxsize=256)  # those of a second or two; each is shown for a whole second
def draw_plate(
    caption: Caption, *, font_px: int, level: int = 0
) -> UInt8[np.ndarray, "rows columns 4"]:
    """Return a caption as RGBA pixels; their number depends on font, level and name only.

    Parameters
    ----------
    font_px : font size.
    level : 0 for all of the caption, 1 for name and strongest expression, 2 for the name.
    """
    n_rows = EXPRESSION_ROWS[level]
    width_px = _width(caption, font_px, n_rows=n_rows)
    height_px = round(font_px * (2 * PAD + ROW * (1 + n_rows + (level == 0))))
    plate = Image.new("RGBA", (width_px, height_px), GROUND)
    pen = ImageDraw.Draw(plate)
    left = round(font_px * (STRIPE + PAD))
    right = round(width_px - font_px * PAD)
    pen.rectangle((0, 0, round(font_px * STRIPE) - 1, height_px), fill=caption.colour)
    bold = load_font(font_px, bold=True)
    name = shorten(caption.name, bold, width_px=right - left)
    pen.text((left, _middle(font_px, 0)), name, font=bold, fill=caption.colour, anchor="lm")
    for row in range(n_rows):
        _draw_expression(pen, caption, row, font_px=font_px, left=left, right=right)
    if level == 0:
        _draw_weights(pen, caption.image_weight, font_px=font_px, left=left, right=right)
    return np.asarray(plate)


def _width(caption: Caption, font_px: int, *, n_rows: int) -> int:
    around = font_px * (STRIPE + 2 * PAD)
    rows = font_px * (WORD + BAR + NUMBER)
    if n_rows:
        return round(around + rows)
    name = load_font(font_px, bold=True).getlength(caption.name)
    return round(around + min(rows, name + 1))


def _middle(font_px: int, row: int) -> float:
    return font_px * (PAD + ROW * (row + 0.5))


def _draw_expression(
    pen: ImageDraw.ImageDraw, caption: Caption, row: int, *, font_px: int, left: int, right: int
) -> None:
    """Draw one expression: its word, a bar for its share, and the share as a percentage."""
    font, middle = load_font(font_px), _middle(font_px, 1 + row)
    if row >= len(caption.expressions):
        if row == 0:
            pen.text((left, middle), "not readable", font=font, fill=TEXT, anchor="lm")
        return
    emotion, share = caption.expressions[row]
    pen.text((left, middle), emotion, font=font, fill=TEXT, anchor="lm")
    start, height = round(left + font_px * WORD), round(font_px * 0.5)
    top = round(middle - height / 2)
    end = round(start + font_px * BAR)
    pen.rectangle((start, top, end, top + height), fill=GROOVE)
    if filled := round(share * (end - start)):
        box = (start, top, start + filled, top + height)
        pen.rectangle(box, fill=EMOTION_COLOURS[emotion])
    pen.text((right, middle), percent(share), font=font, fill=TEXT, anchor="rm")


def _draw_weights(
    pen: ImageDraw.ImageDraw, weight: float | None, *, font_px: int, left: int, right: int
) -> None:
    """Draw the models' weights as a bar in two colours, as in the report's figure of weights."""
    if weight is None:
        return
    font = load_font(max(8, round(font_px * WEIGHTS_TEXT)))
    middle = _middle(font_px, 1 + N_EXPRESSIONS)
    half = round(font_px * 0.48)
    split = round(left + weight * (right - left))
    pen.rectangle((left, middle - half, right, middle + half), fill=LANDMARK_FILL)
    pen.rectangle((left, middle - half, split, middle + half), fill=IMAGE_FILL)
    inset = round(font_px * 0.2)
    image = round(weight, 2)
    for words, share, place, anchor in (
        ("image", image, left + inset, "lm"),
        ("landmark", 1 - image, right - inset, "rm"),
    ):
        text = f"{words} {share:.2f}"
        pen.text((place, middle), text, font=font, fill=INK, anchor=anchor)
