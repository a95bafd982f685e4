"""Tiny recordings whose every frame says which one it is."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

WIDTH_PX, HEIGHT_PX = 64, 48
TILE_PX = 16
GREY_STEP = 5  # of luma between frames, well above what coding does to a flat picture
FIRST_GREY = 40


def frame_grey(index: int) -> int:
    """Return the luma of frame ``index``; repeats after 32 frames."""
    return FIRST_GREY + GREY_STEP * (index % 32)


def frame_planes(index: int, width_px: int, height_px: int) -> np.ndarray:
    """Return a flat RGB picture with a bright tile in its upper left corner."""
    pixels = np.full((height_px, width_px, 3), frame_grey(index), np.uint8)
    pixels[:TILE_PX, :TILE_PX] = 235
    return pixels


def write_clip(
    path: Path,
    *,
    n_frames: int = 25,
    times_ms: Sequence[int] | None = None,
    rate_hz: Fraction = Fraction(25),
    codec: str = "mpeg4",
    pixel_format: str = "yuv420p",
    size_px: tuple[int, int] = (WIDTH_PX, HEIGHT_PX),
    gop: int = 12,
) -> Path:
    """Write a clip of constant rate, or with the presentation times given."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate_hz)
        stream.width, stream.height = size_px
        stream.pix_fmt = pixel_format
        stream.codec_context.gop_size = gop
        stream.bit_rate = 4_000_000
        # Frames differ enough for encoders to see a cut in each, and make keyframes of all.
        stream.options = {"sc_threshold": "0" if codec == "libx264" else "1000000000"}
        time_base = 1 / rate_hz if times_ms is None else Fraction(1, 1000)
        stream.time_base = stream.codec_context.time_base = time_base
        times = range(n_frames) if times_ms is None else times_ms
        for index, pts in enumerate(times):
            frame = av.VideoFrame.from_ndarray(frame_planes(index, *size_px), format="rgb24")
            frame = frame.reformat(format=pixel_format)
            frame.pts, frame.time_base = pts, time_base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def move_times(source: Path, path: Path, *, to_ms: dict[int, int]) -> Path:
    """Write a matroska clip's packets again, some with another presentation time."""
    with av.open(str(source)) as given, av.open(str(path), "w") as container:
        stream = container.add_stream_from_template(given.streams.video[0])
        for place, packet in enumerate(given.demux(video=0)):
            if packet.pts is not None:
                packet.pts = to_ms.get(place, packet.pts)
                packet.stream = stream
                container.mux(packet)
    return path


def write_sound(path: Path) -> Path:
    """Write half a second of silence."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=16000)
        frame = av.AudioFrame.from_ndarray(
            np.zeros((1, 8000), np.float32), format="fltp", layout="mono"
        )
        frame.sample_rate = 16000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def turn_clip(path: Path, *, clockwise_deg: int) -> Path:
    """Write a display matrix into an mp4: players turn its pictures clockwise.

    ISO/IEC 14496-12, 8.3.2: nine 32-bit numbers {a b u c d v x y w} in ``tkhd``, 40 bytes
    after the start of its (version 0) content.
    """
    cosine, sine = {90: (0, 1), 180: (-1, 0), 270: (0, -1)}[clockwise_deg]
    matrix = [cosine << 16, sine << 16, 0, -sine << 16, cosine << 16, 0, 0, 0, 1 << 30]
    data = bytearray(path.read_bytes())
    start = data.index(b"tkhd") + 4 + 40
    data[start : start + 36] = np.array(matrix, ">i4").tobytes()
    path.write_bytes(bytes(data))
    return path


def decoded_times(path: Path) -> list[float]:
    """Return every frame's time by the plainest loop there is (the slow twin)."""
    times = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            times.append(float(frame.pts * frame.time_base))
    return [time - times[0] for time in times]
