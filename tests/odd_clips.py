"""Recordings that are right, and yet not what one expects."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image

from media.synthetic_clips import write_clip

N_FRAMES = 6


def coded(name: str, codec: str, pixel_format: str, **how: object) -> Callable[[Path], Path]:
    """Return a writer of ``N_FRAMES`` frames in a codec and pixel format."""

    def write(folder: Path) -> Path:
        how_many = {"n_frames": N_FRAMES} | how
        return write_clip(folder / name, codec=codec, pixel_format=pixel_format, **how_many)  # type: ignore[arg-type]

    return write


def timed(times_ms: list[int]) -> Callable[[Path], Path]:
    """Return a writer of a clip whose packets carry the presentation times given."""

    def write(folder: Path) -> Path:
        return _pack(folder / "timed.mkv", times_ms)

    return write


def trimmed(folder: Path) -> Path:
    """Write an mp4 whose edit list hides the first three of its frames."""
    return _pack(folder / "trimmed.mp4", [40 * (index - 3) for index in range(N_FRAMES)])


def begun_before_zero(folder: Path) -> Path:
    """Write a transport stream whose clock starts below zero."""
    return _pack(folder / "early.ts", [40 * (index - 3) for index in range(N_FRAMES)])


def _pack(path: Path, times_ms: list[int]) -> Path:
    options = {"avoid_negative_ts": "disabled"}
    codec = "mpeg2video" if path.suffix == ".ts" else "mpeg4"
    with av.open(str(path), "w", options=options) as container:
        stream = container.add_stream(codec, rate=Fraction(25))
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.gop_size = 1  # a keyframe each: no order of decoding to keep
        packets = []
        for index in range(len(times_ms)):
            pixels = np.full((48, 64, 3), 40 + 20 * index, np.uint8)
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            packets += stream.encode(frame)
        packets += stream.encode(None)
        for index, (packet, time_ms) in enumerate(zip(packets, times_ms, strict=True)):
            packet.time_base = Fraction(1, 1000)
            packet.pts, packet.dts = time_ms, min(times_ms[index:])
            container.mux(packet)
    return path


def interlaced(folder: Path) -> Path:
    """Write fields that were coded apart, as a camcorder does."""
    path = folder / "interlaced.mpg"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg2video", rate=Fraction(25))
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.options = {"flags": "+ildct+ilme", "top": "1"}
        for index in range(N_FRAMES):
            pixels = np.full((48, 64, 3), 40 + 20 * index, np.uint8)
            pixels[::2] //= 2
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def without_times(folder: Path) -> Path:
    """Write bare H.264, which has no container and so no times."""
    return write_clip(folder / "bare.h264", n_frames=N_FRAMES, codec="libx264")


def damaged_in_the_middle(folder: Path) -> Path:
    """Write a clip whose packets are blank in the middle."""
    path = write_clip(folder / "damaged.mp4", n_frames=40, gop=8)
    data = bytearray(path.read_bytes())
    end = data.index(b"moov")
    data[end // 3 : end // 2] = bytes(end // 2 - end // 3)
    path.write_bytes(bytes(data))
    return path


def images_of_sizes(folder: Path) -> Path:
    """Write a folder of images none of which has the size of another."""
    path = folder / "sizes"
    path.mkdir()
    for index in range(N_FRAMES):
        Image.new("RGB", (64 + index, 48 - 3 * index), (40 * index, 90, 90)).save(
            path / f"{index}.png"
        )
    return path


def without_pictures(folder: Path) -> Path:
    """Write a video stream that no packet belongs to."""
    path = folder / "none.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=Fraction(25))
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        container.start_encoding()
    return path
