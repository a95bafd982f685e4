"""The font of the overlay: the one that matplotlib carries, so that every machine has it."""

from __future__ import annotations

from functools import cache

from PIL import ImageFont

from groupaffect.report.drawable import font_path

_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
# Readable when a picture is shown 360 pixels high; below this size letters fall apart (ours).
MIN_FONT_PX = 11
_LINES_PER_PICTURE = 34  # lines of text that would fill the shorter side (ours, from trials)


def picture_to_font_px(width_px: int, height_px: int) -> int:
    """Return the font size for a picture: a 34th of its shorter side, at least 11 pixels.

    Examples
    --------
    >>> [picture_to_font_px(*size) for size in ((640, 360), (1280, 720), (1080, 1920))]
    [11, 21, 32]
    """
    return max(MIN_FONT_PX, round(min(width_px, height_px) / _LINES_PER_PICTURE))


@cache
def load_font(size_px: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Return DejaVu Sans at a size."""
    return ImageFont.truetype(font_path(bold=bold), size_px)


def shorten(text: str, font: ImageFont.FreeTypeFont, *, width_px: float) -> str:
    """Return the text, cut with an ellipsis where it is wider than ``width_px``."""
    if font.getlength(text) <= width_px:
        return text
    while text and font.getlength(text + _ELLIPSIS) > width_px:
        text = text[:-1]
    return text.rstrip() + _ELLIPSIS
