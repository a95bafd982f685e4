"""From a decoded picture to a ``Frame``: grey for nothing, colour when asked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from av.video.frame import VideoFrame
from jaxtyping import UInt8

from groupaffect.media.scaler import Scaler
from groupaffect.types import Frame

# Formats of 8 bits whose first plane is the luma, one byte a pixel.
LUMA_FIRST_FORMATS = frozenset(
    [
        *(f"yuv{layout}p" for layout in ("410", "411", "420", "422", "440", "444")),
        *(f"yuvj{layout}p" for layout in ("411", "420", "422", "440", "444")),
        *(f"yuva{layout}p" for layout in ("420", "422", "444")),
        *("nv12", "nv16", "nv21", "nv24", "gray"),
    ]
)


@dataclass(frozen=True, slots=True)
class UprightSize:
    """The size that every frame of a media has, and how its pictures are turned to stand up.

    Attributes
    ----------
    width_px, height_px : after turning.
    quarter_turns : 0..3 times 90 degrees counterclockwise.
    """

    width_px: int
    height_px: int
    quarter_turns: int = 0

    @property
    def stored_wh_px(self) -> tuple[int, int]:
        """Width and height before turning."""
        size = (self.width_px, self.height_px)
        return size[::-1] if self.quarter_turns % 2 else size


def rotation_to_quarter_turns(rotation_deg: float) -> int:
    """Return the nearest number of counterclockwise quarter turns, 0..3.

    Examples
    --------
    >>> [rotation_to_quarter_turns(deg) for deg in (0, 90, -90, 180, 3)]
    [0, 1, 3, 2, 0]
    """
    return round(rotation_deg / 90) % 4


def picture_to_frame(
    picture: VideoFrame,
    *,
    index: int,
    time_s: float,
    size: UprightSize,
    scaler: Scaler,
) -> Frame:
    """Return the frame of a decoded picture.

    ``grey`` is the decoder's own luma plane, not copied and read-only, as coded: many
    recordings use 16..235 of its range. Colour is converted when it is asked for. Both keep
    the decoder's buffer, about 1.5 bytes a pixel, for as long as the frame lives.

    Parameters
    ----------
    size : what the frame will have; a picture of another size is scaled to it.
    scaler : shared by the frames of one media.
    """

    def render(width_px: int, height_px: int) -> UInt8[np.ndarray, "h w 3"]:
        wanted = UprightSize(width_px, height_px, size.quarter_turns)
        width, height = wanted.stored_wh_px
        scaled = scaler.scale(picture, width_px=width, height_px=height)
        return turn_upright(scaled, quarter_turns=size.quarter_turns)

    width, height = size.stored_wh_px
    if (picture.width, picture.height) != (width, height):
        picture = picture.reformat(width=width, height=height)
    grey = turn_upright(luma(picture), quarter_turns=size.quarter_turns)
    return Frame(index, time_s, grey, render)


def luma(picture: VideoFrame) -> UInt8[np.ndarray, "h w"]:
    """Return (height, width) luma 0..255 as coded; a view where the format allows it."""
    plane = picture.planes[0]
    if picture.format.name in LUMA_FIRST_FORMATS and plane.line_size >= picture.width:
        stored = np.frombuffer(memoryview(plane), np.uint8, count=plane.line_size * picture.height)
        grey = stored.reshape(picture.height, plane.line_size)[:, : picture.width]
    else:
        # The same range in and out, so that deeper pictures keep their luma as coded as well.
        converted = picture.reformat(format="gray", src_color_range=2, dst_color_range=2)
        grey = np.asarray(converted.to_ndarray(), np.uint8)
    grey.flags.writeable = False
    return grey


def turn_upright(pixels: np.ndarray, *, quarter_turns: int) -> np.ndarray:
    """Return pixels turned counterclockwise by quarter turns, rows together in memory.

    Examples
    --------
    >>> turn_upright(np.array([[1, 2], [3, 4]]), quarter_turns=1).tolist()
    [[2, 4], [1, 3]]
    """
    return np.ascontiguousarray(np.rot90(pixels, quarter_turns)) if quarter_turns else pixels
