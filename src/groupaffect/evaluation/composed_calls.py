"""Compose recordings of calls from clips of single faces, so that who is where is known.

A call is a list of scenes; each scene says what its tiles show from when on. Faces, tiles that
show a slide, a photograph of a face, an initial or nothing, frames around tiles and name bars.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Literal

import av
import numpy as np
from jaxtyping import UInt8
from PIL import Image, ImageDraw

from groupaffect.evaluation.identity import Boxes
from groupaffect.media import open_media, read_frames
from groupaffect.settings import MediaSettings

Show = Literal["face", "photograph", "slide", "initial", "black"]
Picture = UInt8[np.ndarray, "_ _ 3"]  # any size
RATE_HZ = 10
# Clips are read at this height and once; tiles are cut from that.
CLIP_HEIGHT_PX = 360


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile: its box in shares of the picture, and what it shows.

    Attributes
    ----------
    box_xyxy : left, top, right, bottom, each 0..1.
    people : names of the clips, left to right ("face"), or the one of the "photograph".
    """

    box_xyxy: tuple[float, float, float, float]
    people: tuple[str, ...] = ()
    show: Show = "face"


@dataclass(frozen=True, slots=True)
class Scene:
    """What the picture looks like from ``start_s`` on."""

    start_s: float
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A call to compose.

    Attributes
    ----------
    size_px : width, height. border_px : black lines around tiles. has_names : a bar in each tile.
    """

    scenes: tuple[Scene, ...]
    duration_s: float
    size_px: tuple[int, int] = (640, 360)
    border_px: int = 0
    has_names: bool = False
    rate_hz: int = RATE_HZ


@dataclass(frozen=True, slots=True)
class Truth:
    """Where each person is from ``start_s`` on."""

    start_s: float
    people: Boxes


def grid(rows: int, columns: int, shows: Sequence[Tile]) -> tuple[Tile, ...]:
    """Return tiles of equal size in reading order; their own boxes are replaced.

    Examples
    --------
    >>> [t.box_xyxy for t in grid(1, 2, [tile("a"), tile("b")])]
    [(0.0, 0.0, 0.5, 1.0), (0.5, 0.0, 1.0, 1.0)]
    """
    places = [(r, c) for r in range(rows) for c in range(columns)]
    return tuple(
        Tile((c / columns, r / rows, (c + 1) / columns, (r + 1) / rows), t.people, t.show)
        for (r, c), t in zip(places, shows, strict=False)
    )


def tile(*people: str, show: Show = "face") -> Tile:
    """Return a tile that ``grid`` will place."""
    return Tile((0, 0, 1, 1), people, show)


def speaker_view(speaker: str, *others: str) -> tuple[Tile, ...]:
    """Return a large tile below a strip of small ones."""
    n = len(others)
    strip = [Tile((k / n, 0.0, (k + 1) / n, 0.25), (name,)) for k, name in enumerate(others)]
    return (*strip, Tile((0.0, 0.25, 1.0, 1.0), (speaker,)))


def truth_of(call: Call) -> tuple[Truth, ...]:
    """Return who is where in each scene; people who share a tile have their parts of it."""
    result = []
    for scene in call.scenes:
        people = []
        for one in scene.tiles:
            left, top, right, bottom = _box_px(one, call)
            n = len(one.people) if one.show == "face" else 0
            width = (right - left) / max(n, 1)
            for k in range(n):
                box = (left + k * width, top, left + (k + 1) * width, bottom)
                people.append((one.people[k], box))
        result.append(Truth(scene.start_s, tuple(people)))
    return tuple(result)


def write_call(call: Call, path: Path, *, clips: Path) -> None:
    """Compose a call and write it as H.264.

    Parameters
    ----------
    clips : folder with ``NAME.mp4`` for every person.
    """
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=call.rate_hz)
        stream.width, stream.height = call.size_px
        stream.pix_fmt = "yuv420p"
        stream.options = {"preset": "veryfast", "crf": "24"}
        for index, picture in enumerate(_pictures(call, clips)):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, call.rate_hz)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _pictures(call: Call, clips: Path) -> Iterator[Picture]:
    for index in range(math.floor(call.duration_s * call.rate_hz)):
        time_s = index / call.rate_hz
        scene = [s for s in call.scenes if s.start_s <= time_s][-1]
        width, height = call.size_px
        picture = np.full((height, width, 3), 16, dtype=np.uint8)
        for one in scene.tiles:
            left, top, right, bottom = _box_px(one, call)
            size = right - left, bottom - top
            shown = _show(one, index, size, rate_hz=call.rate_hz, clips=clips)
            if call.has_names and one.show != "black":
                shown = _with_name(shown, " ".join(one.people))
            picture[top:bottom, left:right] = shown
        yield picture


def _box_px(one: Tile, call: Call) -> tuple[int, int, int, int]:
    width, height = call.size_px
    half = call.border_px / 2
    left, top, right, bottom = one.box_xyxy
    return (
        round(left * width + half),
        round(top * height + half),
        round(right * width - half),
        round(bottom * height - half),
    )


def _show(one: Tile, index: int, size_px: tuple[int, int], *, rate_hz: int, clips: Path) -> Picture:
    width, height = size_px
    if one.show == "face":
        n = len(one.people)
        parts = [
            _fill(_clip_picture(clips / f"{p}.mp4", index, rate_hz), (width // n, height))
            for p in one.people
        ]
        return _fill(_joined(parts), size_px)
    if one.show == "photograph":
        return _fill(_clip_picture(clips / f"{one.people[0]}.mp4", 0, rate_hz), size_px)
    image = Image.new("RGB", size_px, (16, 16, 16) if one.show == "black" else (62, 70, 92))
    draw = ImageDraw.Draw(image)
    if one.show == "initial":
        radius = height / 5
        middle = width / 2, height / 2
        draw.ellipse(
            (*(m - radius for m in middle), *(m + radius for m in middle)), fill=(180, 90, 60)
        )
    if one.show == "slide":
        draw.rectangle((0, 0, width, height), fill=(245, 245, 240))
        for line in range(6):
            y = height * (0.15 + 0.12 * line)
            draw.rectangle((width * 0.1, y, width * (0.5 + 0.06 * line), y + height * 0.04), 60)
    return np.asarray(image)


def _joined(parts: Sequence[Picture]) -> Picture:
    """Put people side by side and blend where they meet, as if before one camera."""
    joined = np.concatenate(parts, axis=1).astype(np.float32)
    reach = 12
    for seam in np.cumsum([part.shape[1] for part in parts])[:-1]:
        left, right = joined[:, seam - reach - 1], joined[:, seam + reach]
        for x in range(-reach, reach):
            share = (x + reach + 1) / (2 * reach + 1)
            joined[:, seam + x] = (1 - share) * left + share * right
    return joined.astype(np.uint8)


def _fill(picture: Picture, size_px: tuple[int, int]) -> Picture:
    """Return the picture as high as the tile; its sides go on where the tile is wider."""
    width, height = size_px
    scaled_width = max(1, round(picture.shape[1] * height / picture.shape[0]))
    scaled = np.asarray(Image.fromarray(picture).resize((scaled_width, height)))
    if scaled_width >= width:
        left = (scaled_width - width) // 2
        return scaled[:, left : left + width]
    left = (width - scaled_width) // 2
    return np.pad(scaled, ((0, 0), (left, width - scaled_width - left), (0, 0)), mode="edge")


def _with_name(picture: Picture, name: str) -> Picture:
    image = Image.fromarray(picture)
    draw = ImageDraw.Draw(image)
    height = max(10, image.height // 12)
    draw.rectangle((0, image.height - height, image.width // 2, image.height), fill=(0, 0, 0))
    draw.text((4, image.height - height), name[:12], fill=(255, 255, 255))
    return np.asarray(image)


def _clip_picture(path: Path, index: int, rate_hz: int) -> Picture:
    """Return a clip's picture at ``index`` of the call; clips go forward and back again."""
    pictures = _read_clip(path, rate_hz)
    turn = 2 * max(len(pictures) - 1, 1)
    place = index % turn
    return pictures[min(place, turn - place) if len(pictures) > 1 else 0]


@lru_cache(maxsize=16)
def _read_clip(path: Path, rate_hz: int) -> list[Picture]:
    pictures: list[Picture] = []
    media = open_media(path)
    for frame in read_frames(media, MediaSettings(end_s=14.0), on_warning=lambda _: None):
        if frame.time_s * rate_hz >= len(pictures):
            width = round(frame.width_px * CLIP_HEIGHT_PX / frame.height_px)
            pictures.append(frame.rgb(width, CLIP_HEIGHT_PX))
    return pictures
