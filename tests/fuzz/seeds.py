"""Small sound recordings of many kinds, to be damaged; the same bytes on every run."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image

N_FRAMES = 8
WIDTH_PX, HEIGHT_PX = 64, 48


def write_seeds(folder: Path) -> list[Path]:
    """Write every seed into a folder and return them in order: files, and folders of images."""
    return [write(folder) for write in _WRITERS]


def picture(index: int) -> np.ndarray:
    """Return (height, width, 3): stripes that wander, so that every frame differs."""
    rng = np.random.default_rng(index)
    x, y = np.meshgrid(np.arange(WIDTH_PX), np.arange(HEIGHT_PX))
    stripes = 128 + 90 * np.sin((x + 3 * index) / 5) * np.cos(y / 7)
    noisy = stripes[:, :, None] + rng.normal(0, 12, (HEIGHT_PX, WIDTH_PX, 3))
    return np.clip(noisy, 0, 255).astype(np.uint8)


def _video(
    name: str, codec: str, *, pixel_format: str = "yuv420p", sound: bool = False
) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = folder / name
        with av.open(str(path), "w", options={"fflags": "bitexact"}) as container:
            stream = container.add_stream(codec, rate=Fraction(25))
            stream.width, stream.height = WIDTH_PX, HEIGHT_PX
            stream.pix_fmt = pixel_format
            stream.codec_context.gop_size = 4
            stream.codec_context.thread_count = 1
            if sound:
                _add_silence(container)
            for index in range(N_FRAMES):
                frame = av.VideoFrame.from_ndarray(picture(index), format="rgb24")
                frame = frame.reformat(format=pixel_format)
                frame.pts, frame.time_base = index, Fraction(1, 25)
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return path

    return write


def _add_silence(container: av.container.OutputContainer) -> None:
    stream = container.add_stream("pcm_s16le", rate=8000)
    quiet = av.AudioFrame.from_ndarray(np.zeros((1, 1600), np.int16), format="s16", layout="mono")
    quiet.sample_rate = 8000
    container.mux(stream.encode(quiet))
    container.mux(stream.encode(None))


def _images(name: str, suffix: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = folder / name
        path.mkdir()
        for index in range(4):
            Image.fromarray(picture(index)).save(path / f"{index}.{suffix}")
        return path

    return write


_WRITERS = (
    _video("h264.mp4", "libx264"),
    _video("mpeg4.mp4", "mpeg4"),
    _video("h264-10bit.mov", "libx264", pixel_format="yuv420p10le"),
    _video("sound.mov", "mjpeg", pixel_format="yuvj420p", sound=True),
    _video("vp9.mkv", "libvpx-vp9"),
    _video("mpeg4.mkv", "mpeg4"),
    _video("vp8.webm", "libvpx"),
    _video("mjpeg.avi", "mjpeg", pixel_format="yuvj420p"),
    _video("mpeg4.avi", "mpeg4"),
    _video("a.gif", "gif", pixel_format="rgb8"),
    _video("a.wmv", "wmv2"),
    _video("a.flv", "flv1"),
    _video("h264.ts", "libx264"),
    _video("a.mpg", "mpeg2video"),
    _video("ffv1.mkv", "ffv1", pixel_format="yuva420p"),
    _images("png", "png"),
    _images("jpg", "jpg"),
    _images("tif", "tif"),
)
